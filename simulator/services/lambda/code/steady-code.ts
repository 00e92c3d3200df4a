import type { World } from '../../../world.ts';
import type { OwnEvent } from '../own-event.ts';
import type { FunctionVersion } from '../state.ts';

const steadyIn = new WeakMap<World, Set<string>>();

/**
 * Says that the code of a zip answers events alike that differ in ids and instants alone: it keeps nothing from one
 * invocation to the next, looks at no clock and draws no chance.
 *
 * What it answered before is then answered in its place. A world that does not trust its memory runs it all the same.
 *
 * In  the SHA-256 as Lambda reports it, in base64
 */
export function declareSteady(world: World, codeSha256Base64: string): void {
  let steady = steadyIn.get(world);
  if (steady === undefined) steadyIn.set(world, (steady = new Set()));
  steady.add(codeSha256Base64);
}

const answersOf = new WeakMap<FunctionVersion, Map<string, string>>();
const MOST_ANSWERS = 1_000;

/** Where the answer to such an event is kept; undefined: none may be. */
export function keptFor(
  world: World,
  version: FunctionVersion,
  event: OwnEvent | undefined,
): { readonly payload: string | undefined; keep(payload: string): void } | undefined {
  const common = event?.common;
  if (common === undefined || steadyIn.get(world)?.has(version.code.sha256) !== true) return undefined;
  let answers = answersOf.get(version);
  if (answers === undefined) answersOf.set(version, (answers = new Map()));
  const kept = answers;
  return {
    payload: kept.get(common),
    keep(payload) {
      if (kept.size >= MOST_ANSWERS) kept.clear();
      kept.set(common, payload);
    },
  };
}
