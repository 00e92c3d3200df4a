import { beginning, loop, type Machine } from './states.ts';

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
    ...beginning('begin-reconcile', 'Begin'),
    ...loop(),
  },
};
