import { lambda, loop, type Machine, refused, WITH_RUN, when } from './states.ts';

/** A record change takes up to 60 s to be answered everywhere, and callers may keep what they were told for 60 more. */
const CALLERS_HAVE_MOVED_AFTER_SECONDS = 130;

/**
 * Takes a Region out of a fleet: first its callers elsewhere are moved, then its targets go, last first.
 *
 * Input   { fleet, region }
 * Output  { outcome: 'left', rounds, reads, writes, seconds }
 * Bounds  2 hours
 * Faults  Fault.Rejected before anything is changed; otherwise every one ends in Record
 */
export const offboardRegion: Machine = {
  Comment: 'Takes a Region out of a fleet',
  QueryLanguage: 'JSONata',
  StartAt: 'Withdraw',
  TimeoutSeconds: 7_200,
  States: {
    Withdraw: lambda('withdraw-member', { next: 'Look', onFailure: 'Refused', payload: WITH_RUN }),
    ...loop([when('$states.input.decision = "settled" and $states.input.phase = "draining"', 'Drain')]),
    Drain: { Type: 'Wait', Seconds: CALLERS_HAVE_MOVED_AFTER_SECONDS, Next: 'Remove' },
    Remove: lambda('remove-member', { next: 'Look', onFailure: 'Record' }),
    Refused: refused,
  },
};
