import { kindNamed } from '../../control-plane/kinds/index.ts';
import type { Assessment } from '../../control-plane/loop/diff.ts';
import { interrupted } from '../../control-plane/loop/interrupted.ts';
import { hasMade, type Intent } from '../../control-plane/model/intent.ts';
import { kindOf, type TargetKey } from '../../control-plane/model/target.ts';
import type { FleetState } from './fleet-state.ts';
import { FleetStore } from './fleet-store.ts';
import { Journal, type JournalEntry } from './journal.ts';
import type { Sight } from './look-at.ts';
import type { Runtime } from './runtime.ts';

/**
 * Notes writes whose outcome was never recorded, under the names of the runs that were interrupted, and closes their intents:
 * all but those that made something which cannot be known by its id before it is finished. Noted twice, they are noted once.
 *
 * In   the fleet and what was seen of it; `run` is who looks, if it is a run: what it intended itself is over
 */
export async function noteInterrupted(
  runtime: Runtime,
  { declared, intents }: FleetState,
  sight: Sight,
  run?: string,
): Promise<void> {
  const fleet = declared.fleet.name;
  const found = [...interrupted(intents.values(), sight.chosen, sight.observation, { run, nowMs: runtime.nowMs() })];
  // The journal before the intents: a death between the two leaves a trace too many, never one too few.
  await new Journal(runtime).append(
    fleet,
    found.map(({ intent, says }) => interruptedEntry(intent, says)),
  );
  const store = new FleetStore(runtime);
  // Whatever they made is used from here on: the table has its id before nothing else tells of it any more.
  const ids = new Map<TargetKey, string>();
  const over: Intent[] = [];
  for (const { intent } of found) {
    const id = idMadeUnder(intent, sight);
    if (id !== undefined) ids.set(intent.key, id);
    if (id !== undefined || !isHalfMade(intent, sight)) over.push(intent);
  }
  await store.remember(fleet, { ids });
  for (const intent of over) await store.closeInterrupted(fleet, intent);
}

/** What the journal says of a write that nobody recorded: who, why, which calls, and what was and was to be. */
export const interruptedEntry = (
  { run, atMs, key: target, action, signal, fence, call, calls = [call], drift }: Intent,
  says: string,
): JournalEntry => ({ run, atMs, what: 'interrupted', target, says, action, signal, fence, calls, drift });

type Seen = Pick<Sight, 'observation' | 'assessments'>;

/** The id of what a step has made, where it may be told. A change may make a new one, too: an endpoint, where the old one failed. */
function idMadeUnder(intent: Intent, { observation, assessments }: Seen): string | undefined {
  const { key } = intent;
  const observed = observation.targets.get(key);
  if (!hasMade(intent) || observed === undefined || assessments.get(key)?.state === 'conflict') return undefined;
  return kindNamed(kindOf(key)).attributes(observed)['id'];
}

/**
 * What it made is there, and another step has to finish it, which closes the intent: a health check without its tags. That
 * step may have to wait: for a Region that answers nobody, what is in it tells nothing of what hangs on it.
 */
const isHalfMade = (intent: Intent, { observation, assessments }: Seen): boolean =>
  hasMade(intent) && observation.targets.has(intent.key) && !hasCome.has(assessments.get(intent.key)?.state);

/** Assessments after which no step is to come. */
const hasCome: ReadonlySet<Assessment['state'] | undefined> = new Set(['settled', 'settling', 'conflict', 'left-out']);
