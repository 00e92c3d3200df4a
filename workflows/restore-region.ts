import { lambda, loop, type Machine, refused, WITH_RUN, when } from './states.ts';

/**
 * Lets callers back to an evacuated member, slower than they were moved: first its own callers, then view by view, each
 * step proven by requests before the next.
 *
 * Input   { fleet, region, by?, approve?, override? }
 * Output  { outcome: 'restored', rounds, reads, writes, seconds }
 * Bounds  2 hours
 * Faults  Fault.Rejected before anything is changed. Whatever fails on the way drains the member again, and ends in Record;
 *         where it is stopped or times out, the sweep does that
 */
export const restoreRegion: Machine = {
  Comment: 'Lets callers back to a Region, step by step',
  QueryLanguage: 'JSONata',
  StartAt: 'Begin',
  TimeoutSeconds: 7_200,
  States: {
    Begin: lambda('begin-restore', { next: 'Look', onFailure: 'Refused', payload: WITH_RUN }),
    ...loop([when('$states.input.decision = "settled" and $exists($states.input.ramp)', 'NextStep')]),
    NextStep: lambda('step-restore', { next: 'Wait', onStale: 'AMoment', onFailure: 'Record' }),
    Refused: refused,
  },
};
