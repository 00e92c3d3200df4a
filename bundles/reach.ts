import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

/** 'handlers/list-fleets.ts' -> the services that something it loads makes calls to. */
export type Reach = ReadonlyMap<string, ReadonlySet<string>>;

/** A call names its service and method: read(region, 'ec2', 'describeVpcs', …). */
const CALL = /'([a-z0-9-]+)',\s*'[a-z]\w+'/g;

/**
 * Which services each source can call: those that are named in a call in any of our files that it is made of.
 * What nothing uses is left out of that, as it is of the bundle.
 *
 * In   sources from the repository's root, and the services there are
 */
export async function reachOf(root: string, sources: readonly string[], services: readonly string[]): Promise<Reach> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [...sources],
    outdir: join(root, 'out'),
    write: false,
    metafile: true,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    external: ['./commands/commands.ts'],
    logLevel: 'error',
  });
  const inFile = new Map<string, Promise<readonly string[]>>();
  const servicesIn = (file: string): Promise<readonly string[]> => {
    let found = inFile.get(file);
    if (found === undefined) inFile.set(file, (found = readFile(join(root, file), 'utf8').then(called)));
    return found;
  };
  const called = (text: string): readonly string[] =>
    [...text.matchAll(CALL)].flatMap(([, name = '']) => (services.includes(name) ? [name] : []));

  const reach = new Map<string, ReadonlySet<string>>();
  for (const { entryPoint, inputs } of Object.values(metafile.outputs)) {
    const used = Object.keys(inputs).filter((file) => (inputs[file]?.bytesInOutput ?? 0) > 0);
    if (entryPoint !== undefined) reach.set(entryPoint, new Set((await Promise.all(used.map(servicesIn))).flat()));
  }
  return reach;
}
