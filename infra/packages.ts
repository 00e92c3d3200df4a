import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from '../bundles/bundle.ts';
import { functions } from '../handlers/index.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** All that a package is made of: ours, how it is made, and what is installed. */
const SOURCES = ['control-plane', 'handlers', 'map', 'permissions', 'runbooks', 'workflows', 'bundles'];
const LOCK = 'package-lock.json';

/** Where each function's package lies, by the function's name. */
export interface Packages {
  readonly directories: ReadonlyMap<string, string>;
  /** They were there already, from the same sources. */
  readonly areKept: boolean;
}

async function keyOf(): Promise<string> {
  const hash = createHash('sha256').update(process.version);
  const paths = [LOCK];
  for (const folder of SOURCES)
    for (const entry of await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true }))
      if (entry.isFile()) paths.push(join(entry.parentPath, entry.name));
  for (const path of paths.toSorted()) {
    const bytes = await readFile(join(path === LOCK ? ROOT : '', path));
    hash.update(`${path}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex').slice(0, 16);
}

/**
 * Every function's package, made of what stands in this folder now.
 *
 * Out     packages of the same sources are the same bytes, and are made once
 * Bounds  one set is kept: the last one
 */
export async function packagesOf(folder: string): Promise<Packages> {
  const made = join(folder, await keyOf());
  const directories = new Map(functions.map(({ name }) => [name, join(made, name)]));
  if (existsSync(made)) return { directories, areKept: true };
  const making = `${made}.${process.pid}`;
  await Promise.all(functions.map(({ name }) => bundle(name, making)));
  // Only what is whole has the name, and whoever else is making the same has made the same.
  if (!existsSync(made)) await rename(making, made);
  for (const other of await readdir(folder))
    if (other !== basename(made) && (!other.includes('.') || other === basename(making)))
      await rm(join(folder, other), { recursive: true, force: true });
  return { directories, areKept: false };
}
