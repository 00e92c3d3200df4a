import type { TargetKey } from '../../control-plane/model/target.ts';
import type { FleetState, Intent } from './fleet-store.ts';
import type { JournalEntry } from './journal.ts';
import type { Sight } from './look-at.ts';

/** Longer than any handler lives: whoever intended it is gone. */
const HANDLER_IS_DEAD_AFTER_MS = 5 * 60_000;
/** As long as a creation that does not show is given time to; see `loop/diff.ts`. */
const CREATION_SHOWS_WITHIN_MS = 60_000;

/**
 * Writes that were intended and never recorded: their handler died, or the answer was lost. What is there now tells what
 * came of them, and that goes into the journal before they are closed.
 */
export function interrupted(
  { intents }: FleetState,
  { chosen, observation, assessments }: Sight,
  { run, nowMs }: { run: string; nowMs: number },
): { readonly entries: readonly JournalEntry[]; readonly closed: readonly TargetKey[] } {
  const entries: JournalEntry[] = [];
  for (const intent of intents.values()) {
    const ageMs = nowMs - intent.atMs;
    // A run's own look comes after its own writes; another's may be at it this moment.
    const isOver = intent.run === run || ageMs > HANDLER_IS_DEAD_AFTER_MS;
    const isThere = observation.targets.has(intent.key);
    const isClear = isThere || intent.action !== 'create' || ageMs > CREATION_SHOWS_WITHIN_MS;
    // A Region that did not answer says nothing of what is in it.
    const wasSeen = chosen.has(intent.key) && assessments.get(intent.key)?.state !== 'unseen';
    if (!isOver || !isClear || !wasSeen) continue;
    entries.push({
      run: intent.run,
      atMs: intent.atMs,
      what: 'interrupted',
      target: intent.key,
      says: `${intent.call} for ${intent.key} was never recorded; ${cameOf(intent, isThere)}`,
    });
  }
  return { entries, closed: entries.map(({ target }) => target as TargetKey) };
}

const cameOf = ({ action }: Intent, isThere: boolean): string => {
  if (action === 'create') return isThere ? 'it took place, and what it made is used' : 'nothing came of it';
  if (action === 'remove') return isThere ? 'it is still there' : 'it took place';
  return 'what it was to change is looked at anew';
};
