import { ending, lambda, type Machine, refused, WITH_RUN, when } from './states.ts';

/**
 * Moves every caller off a member: its health bit goes out of service, and Route 53 drops it from every view. Needs no
 * control plane but the state table's.
 *
 * Input   { fleet, region, by?, because?, approve?, override?: { policy, by, why, minutes } }
 * Output  { outcome: 'evacuated', seconds }
 * Bounds  30 minutes
 * Faults  Fault.Rejected where a policy refuses, before anything is changed; otherwise every one ends in Record
 */
export const evacuateRegion: Machine = {
  Comment: 'Moves every caller off a Region',
  QueryLanguage: 'JSONata',
  StartAt: 'Drain',
  TimeoutSeconds: 1_800,
  States: {
    Drain: lambda('begin-evacuation', { next: 'CallersMove', onFailure: 'Refused', payload: WITH_RUN }),
    CallersMove: { Type: 'Wait', Seconds: '{% $states.input.lookAgainAfterSeconds %}', Next: 'ProveMoved' },
    ProveMoved: lambda('prove-moved', { next: 'HaveMoved', onFailure: 'Record' }),
    HaveMoved: { Type: 'Choice', Choices: [when('$states.input.decision = "wait"', 'CallersMove')], Default: 'Record' },
    ...ending,
    Refused: refused,
  },
};
