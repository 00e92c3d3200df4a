import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/**
 * Leaves out the commands of services that a function cannot call: its bundle would carry them for nothing.
 * A call to one of them is refused by `sdkCaller`, as one that is in no table.
 */
export const onlyServices = (services: ReadonlySet<string>): Plugin => ({
  name: 'only-services',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/[a-z0-9-]+\.ts$/ }, ({ path, importer, kind }) => {
      const isTable = kind === 'dynamic-import' && importer.endsWith('/runtime/commands/commands.ts');
      if (!isTable || services.has(path.slice('./'.length, -'.ts'.length))) return undefined;
      return { path: 'no-commands', namespace: 'left-out', sideEffects: false };
    });
    onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'export const commands = {};' }));
  },
});

const ZOD_AS_ONE = /^import \{ z \} from 'zod';$/m;

/**
 * Reads `import { z } from 'zod'` as `import * as z from 'zod'`, which is the same object: esbuild follows the names that are
 * used of the second only, and bundles 350 KB of other languages' messages and schemas of JSON with the first.
 *
 * Source  esbuild.github.io/api/#tree-shaking, zod.dev/packages/zod
 */
export const zodByName: Plugin = {
  name: 'zod-by-name',
  setup({ onLoad }) {
    onLoad({ filter: /\/(?:control-plane|handlers)\/.*\.ts$/ }, async ({ path }) => ({
      contents: (await readFile(path, 'utf8')).replace(ZOD_AS_ONE, "import * as z from 'zod';"),
      loader: 'ts',
    }));
  },
};
