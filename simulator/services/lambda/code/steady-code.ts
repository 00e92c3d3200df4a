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

/** Whether an answer of this code may be kept. */
export const isSteady = (world: World, { code }: FunctionVersion): boolean =>
  steadyIn.get(world)?.has(code.sha256) === true;

/** What steady code answered the last event of this kind; undefined: nothing is kept. */
export function keptAnswer(world: World, version: FunctionVersion, { common }: OwnEvent): string | undefined {
  return common !== undefined && isSteady(world, version) ? answersOf.get(version)?.get(common) : undefined;
}

export function keepAnswer(version: FunctionVersion, { common }: OwnEvent, payload: string): void {
  if (common === undefined) return;
  let answers = answersOf.get(version);
  if (answers === undefined) answersOf.set(version, (answers = new Map()));
  if (answers.size >= MOST_ANSWERS) answers.clear();
  answers.set(common, payload);
}
