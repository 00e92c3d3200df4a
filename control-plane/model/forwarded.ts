import { APPLIER_ROLE } from './accounts.ts';
import type { Fleet } from './fleet.ts';
import type { Region } from './region.ts';

/** What EventBridge takes as a pattern of events. */
export interface EventPattern {
  readonly source: readonly string[];
  readonly 'detail-type': readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What the one function of ours runs as that writes to what fleets own, and in other accounts: its writes are not news to us. */
const OUR_ROLES = ['landbridge-apply-plan', APPLIER_ROLE] as const;

/** A bus of the control plane's: home's or the standby's. */
export const busArnIn = ({ account }: Pick<Fleet, 'account'>, region: Region): string =>
  `arn:aws:events:${region}:${account}:event-bus/default`;

/** What members' probers call what they report. */
export const HEALTH_SOURCE = 'landbridge.health';

/** What EventBridge hands events on to other buses as. */
export const signalRole = (account: string): string => `arn:aws:iam::${account}:role/landbridge-signal`;

/** Writes to the kinds of resources a fleet owns, made by anyone but us. */
export const foreignWrites: EventPattern = {
  source: ['aws.ec2', 'aws.route53', 'aws.apigateway', 'aws.lambda'],
  'detail-type': ['AWS API Call via CloudTrail'],
  detail: {
    // A user or root has no session, and is foreign too. `exists` sees leaves only, so it must ask for the name itself.
    userIdentity: {
      sessionContext: { sessionIssuer: { userName: [{ exists: false }, { 'anything-but': [...OUR_ROLES] }] } },
    },
  },
};

/**
 * The second trigger, independent of the probers' own events: an alarm went off, or nothing is measured any more of what was. AWS
 * lets nobody else put events of this source.
 */
export const alarmRaised = (alarmPrefix: string): EventPattern => ({
  source: ['aws.cloudwatch'],
  'detail-type': ['CloudWatch Alarm State Change'],
  detail: { alarmName: [{ prefix: alarmPrefix }], state: { value: ['ALARM', 'INSUFFICIENT_DATA'] } },
});

/**
 * What home has to hear from another Region of a fleet: one pattern, so that one rule does.
 *
 * Source  docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html: `$or`
 */
export function forwardedPattern(fleet: string): EventPattern {
  const alarm = alarmRaised(`landbridge-${fleet}-`);
  return {
    source: [...foreignWrites.source, ...alarm.source],
    'detail-type': [...foreignWrites['detail-type'], ...alarm['detail-type']],
    // An alarm has no identity, and would pass for a user's write: whatever CloudTrail tells of has a source of its own.
    detail: { $or: [{ eventSource: [{ exists: true }], ...foreignWrites.detail }, alarm.detail] },
  };
}
