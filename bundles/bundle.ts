import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { agentNames } from '../control-plane/model/agents.ts';
import { functions } from '../handlers/index.ts';
import { commandTables } from '../handlers/runtime/commands/commands.ts';
import { onlyServices, zodByName } from './esbuild-plugins.ts';
import { type Reach, reachOf } from './reach.ts';
import { codeSha256Of, type PackagedFile, zipOf } from './zip.ts';

/** What one function ships: an entry that exports `handler`, and the chunks that it loads, some of them only when they are needed. */
export interface Bundle {
  /** 'list-fleets', 'watch' */
  readonly name: string;
  /** Holds these files and nothing else. */
  readonly directory: string;
  readonly files: readonly PackagedFile[];
  /** Base64, of the files in a deterministic zip: what Lambda would report of it. */
  readonly codeSha256: string;
  /** That it can call: it holds the commands of these, and of no other. */
  readonly services: ReadonlySet<string>;
}

const ROOT = fileURLToPath(new URL('..', import.meta.url));
export const ENTRY = 'index.mjs';

/** Each function's own source, from the repository's root. */
const sources: ReadonlyMap<string, string> = new Map([
  ...functions.map(({ name }) => [name, `handlers/${name}.ts`] as const),
  ...agentNames.map((name) => [name, `handlers/agents/${name}.ts`] as const),
]);

/** Every function that is bundled: the control plane's, then the agents. */
export const bundleNames: readonly string[] = [...sources.keys()];

/** Asked once: the sources do not change while they are bundled. */
let reach: Promise<Reach> | undefined;

/** The services that this function can call. */
async function servicesOf(name: string): Promise<ReadonlySet<string>> {
  reach ??= reachOf(ROOT, [...sources.values()], Object.keys(commandTables));
  return (await reach).get(sourceOf(name)) ?? new Set();
}

function sourceOf(name: string): string {
  const source = sources.get(name);
  if (source === undefined) throw new Error(`there is no function called ${name}: ${bundleNames.join(', ')}`);
  return source;
}

/**
 * Bundles one function for `nodejs24.x`: ESM, minified, with an SDK of its own, so that what was tested is what runs.
 * Splitting keeps what is loaded when first called apart from what every cold start pays for.
 *
 * In      a name of `bundleNames`; the folder that the bundle's own folder is made in, anew
 * Out     the same bytes for the same sources and packages
 * Bounds  1 MB without EC2's commands, 1.8 MB with them, of what is loaded at once and what is loaded when needed together
 * Source  esbuild.github.io/api/#splitting, docs.aws.amazon.com/lambda/latest/dg/nodejs-package.html
 */
export async function bundle(name: string, outDir: string): Promise<Bundle> {
  const services = await servicesOf(name);
  const { files } = await filesOf(`export { handler } from './${sourceOf(name)}';`, services);
  const directory = join(outDir, name);
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  for (const { path, bytes } of files) await writeFile(join(directory, path), bytes);
  return { name, directory, files, codeSha256: codeSha256Of(zipOf(files)), services };
}

/** Every function of the control plane, and every agent. */
export async function bundleAll(outDir: string): Promise<readonly Bundle[]> {
  const bundles: Bundle[] = [];
  // One at a time: esbuild uses every core by itself.
  for (const name of bundleNames) bundles.push(await bundle(name, outDir));
  return bundles;
}

/** CommonJS packages among the dependencies load what Node brings with `require`, which ESM does not have. */
const REQUIRE =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

/** The files that an entry with this text becomes, the entry itself as `index.mjs`. */
export async function filesOf(
  entry: string,
  services: ReadonlySet<string>,
): Promise<{ files: readonly PackagedFile[]; metafile: Metafile }> {
  const outdir = join(ROOT, 'out');
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    stdin: { contents: entry, resolveDir: ROOT, sourcefile: 'entry.ts', loader: 'ts' },
    entryNames: 'index',
    chunkNames: '[name]-[hash]',
    outExtension: { '.js': '.mjs' },
    outdir,
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: true,
    legalComments: 'none',
    banner: { js: REQUIRE },
    plugins: [onlyServices(services), zodByName],
    logLevel: 'error',
  });
  const files = outputFiles.map(({ path, contents }) => ({ path: relative(outdir, path), bytes: contents }));
  return { files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)), metafile };
}
