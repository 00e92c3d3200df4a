import { createHash } from 'node:crypto';
import { type Zippable, zipSync } from 'fflate';

/** One file of a package, by its path from the package's root, with '/' between folders. */
export interface PackagedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** A zip holds local time without its zone: the date is a local one, or the bytes would change with the machine's zone. */
const EVERY_FILES_DATE = new Date(1980, 0, 1, 12);

/** A zip of these files: the same bytes for the same files, whenever and wherever it is made. */
export function zipOf(files: readonly PackagedFile[]): Uint8Array {
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const entries: Zippable = {};
  for (const { path, bytes } of sorted)
    entries[path] = [bytes, { mtime: EVERY_FILES_DATE, os: 3, attrs: 0o644 << 16, level: 9 }];
  return zipSync(entries);
}

/** As Lambda reports the code it holds. */
export const codeSha256Of = (zip: Uint8Array): string => createHash('sha256').update(zip).digest('base64');
