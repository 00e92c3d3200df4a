import type { JournalEntry } from '../handlers/runtime/journal.ts';

/** A step that failed, or was left to somebody else. */
export const isUndone = ({ what, outcome }: JournalEntry): boolean => what === 'step' && outcome !== 'done';

/** 'Forbidden: create route/eu-west-1/main/10.64.0.0/16 failed: …', as the journal has it. */
export const undoneSays = ({ outcome, says }: JournalEntry): string =>
  outcome === 'left' ? says : `${String(outcome)}: ${says}`;

/** The steps that failed when they were tried last, newest first; of runs of these names, or of any. In: the journal, newest first. */
export function lastUndone(journal: readonly JournalEntry[], runs?: ReadonlySet<string>): readonly JournalEntry[] {
  const byTarget = new Map<string | undefined, JournalEntry>();
  for (const entry of journal) {
    if (entry.what !== 'step' || entry.outcome === 'left' || byTarget.has(entry.target)) continue;
    if (runs === undefined || runs.has(entry.run)) byTarget.set(entry.target, entry);
  }
  return [...byTarget.values()].filter(isUndone);
}
