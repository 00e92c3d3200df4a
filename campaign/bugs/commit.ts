import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Bug } from './bug.ts';

const ROOT = new URL('../..', import.meta.url);

/** The source with the mistake in it. Throws where what it changes is not there, or is there twice: the bug no longer fits the product. */
export function spoilt(source: string, { name, file, of, instead }: Bug): string {
  const found = source.split(of).length - 1;
  if (found !== 1)
    throw new Error(`the bug "${name}" changes what stands in ${file} ${found} times, and not once:\n${of}`);
  return source.replace(of, () => instead);
}

/** From now on this process loads the product with the mistake in it. Nothing of it may have been loaded before. */
export function commit(bug: Bug): void {
  const path = fileURLToPath(new URL(bug.file, ROOT));
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (!url.startsWith('file:') || fileURLToPath(url) !== path) return loaded;
      const { source = '' } = loaded;
      return { ...loaded, source: spoilt(typeof source === 'string' ? source : new TextDecoder().decode(source), bug) };
    },
  });
}
