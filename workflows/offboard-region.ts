import { lambda, loop, type Machine, refused, WITH_RUN, when } from './states.ts';

/** A record change takes up to 60 s to be answered everywhere, and callers may keep what they were told for 60 more. */
const CALLERS_HAVE_MOVED_AFTER_SECONDS = 130;

/**
 * Takes a Region out of a fleet: first its callers elsewhere are moved, then its targets go, last first. Between the two
 * requests prove that it answers nobody elsewhere any more: that records look right shows nothing.
 *
 * Input   { fleet, region }
 * Output  { outcome: 'left', rounds, reads, writes, seconds }
 * Bounds  2 hours; 5 proofs, after which it stays as it is, and the run fails
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
    Drain: { Type: 'Wait', Seconds: CALLERS_HAVE_MOVED_AFTER_SECONDS, Next: 'ProveMoved' },
    ProveMoved: lambda('prove-moved', { next: 'HaveMoved', onFailure: 'Record' }),
    HaveMoved: {
      Type: 'Choice',
      Choices: [when('$states.input.decision = "wait"', 'Drain'), when('$states.input.decision = "settled"', 'Remove')],
      Default: 'Record',
    },
    Remove: lambda('remove-member', { next: 'Look', onFailure: 'Record' }),
    Refused: refused,
  },
};
