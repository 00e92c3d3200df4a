import { beginning, loop, type Machine } from './states.ts';

/**
 * Treats what probes, alarms and drift say is wrong: moves callers off it where that is quicker, puts right what is the
 * fleet's to put right, tells people of the rest.
 *
 * Input   { fleet, scope?: { regions?, targets? }, signal?, notBefore? }
 * Output  { outcome: 'as-declared' | 'repaired', rounds, reads, writes, seconds }
 * Bounds  2 hours
 * Faults  Fault.Rejected before anything is changed; otherwise every one ends in Record
 */
export const repair: Machine = {
  Comment: 'Treats what is wrong with a fleet: steers, repairs, or tells people',
  QueryLanguage: 'JSONata',
  StartAt: 'Begin',
  TimeoutSeconds: 7_200,
  States: { ...beginning('begin-repair'), ...loop() },
};
