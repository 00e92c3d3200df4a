import type { Intent } from '../model/intent.ts';
import type { TargetKey } from '../model/target.ts';
import { CREATION_GRACE_MS } from './diff.ts';
import { type Observation, surveyName } from './observe.ts';
import type { Survey } from './scope.ts';

/** Longer than any handler lives: whoever intended it is gone. */
const HANDLER_IS_DEAD_AFTER_MS = 5 * 60_000;

/** A write that was intended and never recorded, and what can be said of it now. */
export interface Interrupted {
  readonly intent: Intent;
  readonly says: string;
}

interface Looking {
  /** Who looks: left out where it is no run. */
  readonly run?: string | undefined;
  readonly nowMs: number;
}

/**
 * Writes that were intended and never recorded: their handler died, or the answer was lost. What is there now tells what
 * came of them.
 */
export function* interrupted(
  intents: Iterable<Intent>,
  chosen: ReadonlyMap<TargetKey, Survey>,
  { targets, unseen }: Observation,
  { run, nowMs }: Looking,
): Generator<Interrupted, void> {
  for (const intent of intents) {
    const ageMs = nowMs - intent.atMs;
    // A run's own look comes after its own writes; another's may be at it this moment.
    const isOver = intent.run === run || ageMs > HANDLER_IS_DEAD_AFTER_MS;
    const isThere = targets.has(intent.key);
    const isClear = isThere || intent.action !== 'create' || ageMs > CREATION_GRACE_MS;
    const target = chosen.get(intent.key);
    // A Region that did not answer says nothing of what is in it.
    if (target === undefined || unseen.has(surveyName(target))) continue;
    if (isOver && isClear)
      yield { intent, says: `${intent.call} for ${intent.key} was never recorded; ${cameOf(intent, isThere)}` };
  }
}

const cameOf = ({ action }: Intent, isThere: boolean): string => {
  if (action === 'create') return isThere ? 'it took place, and what it made is used' : 'nothing came of it';
  if (action === 'remove') return isThere ? 'it is still there' : 'it took place';
  return 'what it was to change is looked at anew';
};
