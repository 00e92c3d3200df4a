import { lambda, loop, type Machine, refused, WITH_RUN, when } from './states.ts';

/**
 * Brings a scope back to what is declared: the whole fleet, some Regions, or some targets and what leads through them.
 *
 * Input   { fleet, scope?: { regions?, targets? }, signal?, notBefore? }
 * Output  { outcome: 'as-declared' | 'repaired', rounds, reads, writes, seconds }
 * Bounds  2 hours
 * Faults  Fault.Rejected before anything is changed; otherwise every one ends in Record
 */
export const reconcile: Machine = {
  Comment: 'Brings a fleet, or a part of it, back to what is declared',
  QueryLanguage: 'JSONata',
  StartAt: 'Begin',
  TimeoutSeconds: 7_200,
  States: {
    Begin: lambda('begin-reconcile', { next: 'IsItTime', onFailure: 'Refused', payload: WITH_RUN }),
    IsItTime: { Type: 'Choice', Choices: [when('$exists($states.input.notBefore)', 'NotYet')], Default: 'Look' },
    NotYet: { Type: 'Wait', Timestamp: '{% $states.input.notBefore %}', Next: 'Look' },
    ...loop(),
    Refused: refused,
  },
};
