import { endpoint, entranceOf, type ObservedEndpoint } from '../kinds/endpoint.ts';
import { kindNamed } from '../kinds/index.ts';
import type { Entrance } from '../model/entrance.ts';
import { canonicalJson } from '../model/fingerprint.ts';
import type { Region } from '../model/region.ts';
import { kindOf, type TargetKey } from '../model/target.ts';
import type { Next, RunSoFar } from './decide.ts';
import type { Assessment } from './diff.ts';
import type { Observation } from './observe.ts';
import type { Wanted } from './wanted.ts';

/** What came of a run. */
export type Outcome = 'joined' | 'left' | 'as-declared' | 'repaired' | 'evacuated' | 'restored' | 'drilled' | 'failed';

interface EndedRun extends Omit<RunSoFar, 'purpose'> {
  /** Lost with the rest of the state where a run failed before it had one. */
  readonly purpose?: RunSoFar['purpose'] | undefined;
  readonly decision?: Next['decision'] | undefined;
  /** Of an offboarding. */
  readonly phase?: 'draining' | 'leaving' | undefined;
  /** The error that ended it. */
  readonly fault?: string | undefined;
}

export function outcomeOf({ fault, decision, purpose, phase, nameProven, writes }: EndedRun): Outcome {
  if (fault !== undefined || decision !== 'settled') return 'failed';
  if (purpose === 'offboard') return phase === 'leaving' ? 'left' : 'failed';
  if (purpose === 'onboard') return nameProven ? 'joined' : 'failed';
  if (purpose === 'evacuate') return 'evacuated';
  if (purpose === 'restore') return 'restored';
  if (purpose === 'drill') return 'drilled';
  return writes > 0 ? 'repaired' : 'as-declared';
}

interface Seen {
  readonly chosen: ReadonlyMap<TargetKey, Wanted>;
  readonly observation: Observation;
  readonly assessments: ReadonlyMap<TargetKey, Assessment>;
}

/** New ids of what is as it should be; a drifting target keeps the id we know, or a stranger's would pass for ours. */
export function idsToRecord(
  knownIds: ReadonlyMap<TargetKey, string>,
  { chosen, observation, assessments }: Seen,
): { ids: ReadonlyMap<TargetKey, string>; gone: readonly TargetKey[] } {
  const ids = new Map<TargetKey, string>();
  const gone: TargetKey[] = [];
  for (const [key, target] of chosen) {
    const known = knownIds.get(key);
    const observed = observation.targets.get(key);
    const { state } = assessments.get(key) ?? {};
    if (observed === undefined) {
      if (known !== undefined && target.presence === 'absent' && state === 'settled') gone.push(key);
      continue;
    }
    const { id } = kindNamed(target.kind).attributes(observed);
    const isOurs = state !== 'conflict' && (known === undefined || state === 'settled' || state === 'settling');
    if (id !== undefined && id !== known && isOurs && target.presence === 'present') ids.set(key, id);
  }
  return { ids, gone };
}

/** Entrances that are another than the one on record. */
export function newEntrances(
  known: ReadonlyMap<Region, Entrance>,
  { targets }: Observation,
): ReadonlyMap<Region, Entrance> {
  const { name } = endpoint;
  const entrances = new Map<Region, Entrance>();
  for (const [key, observed] of targets) {
    if (kindOf(key) !== name) continue;
    const region = key.slice(name.length + 1);
    const seen = entranceOf(observed as ObservedEndpoint);
    if (seen !== undefined && canonicalJson(seen) !== canonicalJson(known.get(region))) entrances.set(region, seen);
  }
  return entrances;
}
