import { join, relative } from 'node:path';
import { build } from 'esbuild';
import { onlyServices, zodByName } from './esbuild-plugins.ts';
import { ROOT } from './sources.ts';
import type { PackagedFile } from './zip.ts';

/** What an entry becomes. */
export const ENTRY = 'index.mjs';

/**
 * The files that an entry of this text becomes, by their paths: ESM, minified, with an SDK of its own, so that what was
 * tested is what runs. Splitting keeps what is loaded when first called apart from what every cold start pays for.
 *
 * In      an entry's text, which imports from the repository's root; the services whose commands are carried
 * Source  esbuild.github.io/api/#splitting
 */
export async function filesOf(entry: string, services: ReadonlySet<string>): Promise<readonly PackagedFile[]> {
  const outdir = join(ROOT, 'out');
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    stdin: { contents: entry, resolveDir: ROOT, sourcefile: 'entry.ts', loader: 'ts' },
    entryNames: ENTRY.replace('.mjs', ''),
    chunkNames: '[name]-[hash]',
    outExtension: { '.js': '.mjs' },
    outdir,
    write: false,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    plugins: [onlyServices(services), zodByName],
    logLevel: 'error',
  });
  return outputFiles
    .map(({ path, contents }) => ({ path: relative(outdir, path), bytes: contents }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
