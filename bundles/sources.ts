import { fileURLToPath } from 'node:url';
import { agentNames } from '../control-plane/model/agents.ts';
import { functions } from '../handlers/index.ts';

/** The repository's: what is bundled is named from here, and so does not depend on where it was checked out. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Each function's own source, from the root. */
export const sources: ReadonlyMap<string, string> = new Map([
  ...functions.map(({ name }) => [name, `handlers/${name}.ts`] as const),
  ...agentNames.map((name) => [name, `handlers/agents/${name}.ts`] as const),
]);

export function sourceOf(name: string): string {
  const source = sources.get(name);
  if (source === undefined) throw new Error(`there is no function called ${name}: ${[...sources.keys()].join(', ')}`);
  return source;
}
