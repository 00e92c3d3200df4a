import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { filesOf } from './files.ts';
import { servicesOf } from './services.ts';
import { sourceOf, sources } from './sources.ts';
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

/**
 * Bundles one function for `nodejs24.x`, with the handler 'index.handler'.
 *
 * In      the name of a function or an agent; the folder that the bundle's own folder is made in, anew
 * Out     the same bytes for the same sources and packages
 * Bounds  1 MB without EC2's commands, 1.8 MB with them: what is loaded at once and what is loaded when needed together
 * Source  docs.aws.amazon.com/lambda/latest/dg/nodejs-package.html
 */
export async function bundle(name: string, outDir: string): Promise<Bundle> {
  const services = await servicesOf(name);
  const files = await filesOf(`export { handler } from './${sourceOf(name)}';`, services);
  const directory = join(outDir, name);
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  for (const { path, bytes } of files) await writeFile(join(directory, path), bytes);
  return { name, directory, files, codeSha256: codeSha256Of(zipOf(files)), services };
}

/** Every function of the control plane, and every agent. */
export async function bundleAll(outDir: string): Promise<readonly Bundle[]> {
  return Promise.all([...sources.keys()].map((name) => bundle(name, outDir)));
}
