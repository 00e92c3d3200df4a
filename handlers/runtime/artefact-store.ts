import { Fault } from '../../control-plane/model/faults.ts';
import type { Runtime } from './runtime.ts';
import { Table } from './table.ts';

const CHUNK_BYTES = 350_000;

/** Zips of the fleet's functions, by their base64 SHA-256, kept beside the fleet so that a repair needs nothing else. */
export class ArtefactStore {
  readonly #table: Table;

  constructor(runtime: Runtime) {
    this.#table = new Table(runtime);
  }

  async put(codeSha256: string, zip: Uint8Array): Promise<void> {
    const of = Math.ceil(zip.length / CHUNK_BYTES);
    // One at a time: a batch of 25 such rows would pass the 16 MB that one request may carry on slow links.
    for (let chunk = 0; chunk < of; chunk += 1)
      await this.#table.batch({
        put: [
          {
            pk: `artefact#${codeSha256}`,
            sk: String(chunk).padStart(4, '0'),
            of,
            bytes: zip.slice(chunk * CHUNK_BYTES, (chunk + 1) * CHUNK_BYTES),
          },
        ],
      });
  }

  async get(codeSha256: string): Promise<Uint8Array> {
    const rows = await this.#table.rows(`artefact#${codeSha256}`);
    if (rows.length === 0 || rows.length !== rows[0]?.of)
      throw new Fault('Rejected', `the code with SHA-256 ${codeSha256} was never stored: put the fleet file again`);
    return Buffer.concat(rows.map(({ bytes }) => bytes as Uint8Array));
  }
}
