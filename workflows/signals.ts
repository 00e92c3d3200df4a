import { alarmRaised, foreignWrites } from '../control-plane/model/forwarded.ts';

/** Why somebody should look, and who is told: a rule of the home Region. Other Regions' events are handed on by `event-forward`. */
export interface Signal {
  readonly name: string;
  readonly schedule?: string;
  readonly pattern?: object;
  /** It hears of calls that change nothing too: taking on a role is one. */
  readonly hearsReads?: true;
  readonly target: { readonly workflow: string } | { readonly function: string };
}

/** What a member's prober reports when something changes. Anybody may put an event: it only makes somebody look. */
const healthChanged = { source: ['landbridge.health'], 'detail-type': ['Landbridge Health Changed'] };

/**
 * Somebody wanted to start a run of ours, or to be one of our roles, and was not let. CloudTrail leaves out what was asked for
 * when it was refused; the message names it.
 *
 * Source  docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
const refusals = {
  source: ['aws.states', 'aws.sts'],
  'detail-type': ['AWS API Call via CloudTrail'],
  detail: {
    errorCode: [{ prefix: 'AccessDenied' }],
    errorMessage: [{ wildcard: '*:stateMachine:landbridge-*' }, { wildcard: '*:role/landbridge-*' }],
  },
};

export const signals: readonly Signal[] = [
  { name: 'landbridge-every-minute', schedule: 'rate(1 minute)', target: { workflow: 'sweep' } },
  { name: 'landbridge-foreign-writes', pattern: foreignWrites, target: { function: 'on-signal' } },
  { name: 'landbridge-refusals', pattern: refusals, hearsReads: true, target: { function: 'on-signal' } },
  { name: 'landbridge-health', pattern: healthChanged, target: { function: 'on-health' } },
  { name: 'landbridge-alarms', pattern: alarmRaised('landbridge-'), target: { function: 'on-health' } },
];
