import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { fingerprint } from '../../control-plane/model/fingerprint.ts';
import { plainly } from '../../control-plane/model/plain-text.ts';
import type { Runtime } from './runtime.ts';
import { type Row, Table, values } from './table.ts';

/** Something seen, decided or done. Append-only. */
export interface JournalEntry {
  /** 'onboard/eu-west-1/…', the execution's name. */
  readonly run: string;
  readonly atMs: number;
  readonly what:
    | 'refused'
    | 'admitted'
    | 'step'
    | 'interrupted'
    | 'finding'
    | 'proof'
    | 'outcome'
    | 'leaving'
    | 'approved'
    | 'override'
    | 'drained'
    | 'restoring'
    | 'drill'
    | 'takeover';
  /** One plain sentence. */
  readonly says: string;
  readonly target?: string;
  readonly round?: number;
  readonly [detail: string]: unknown;
}

const journalPk = (fleet: string): string => `journal#${fleet}`;

/** '#' parts a key: what others name, a run or an event, holds none. */
const keyPart = (text: string): string => text.replaceAll('#', '%23');

/** What AWS calls one refusal, and another one the same. */
const OF_ONE_ANSWER = /(?:encoded authorization failure message|request ?id):? *\S+/gi;

/**
 * The last part of an entry's key. What a run finds it finds round by round, and all of it at one moment, that of its start: as
 * long as it says the same it is one entry, and what it says of the same target later is another.
 */
function lastPart({ what, target, says }: JournalEntry, index: number): string {
  const isFound = what === 'finding' || what === 'refused';
  const found = isFound ? fingerprint(says.replaceAll(OF_ONE_ANSWER, '')) : undefined;
  if (target === undefined) return found ?? String(index).padStart(4, '0');
  return [keyPart(target), ...(found === undefined ? [] : [found])].join('#');
}

const rowsOf = (fleet: string, entries: readonly JournalEntry[]): readonly Row[] =>
  entries.map(plainly).map((entry, index) => ({
    pk: journalPk(fleet),
    sk: [
      new Date(entry.atMs).toISOString(),
      keyPart(entry.run),
      entry.round ?? 0,
      entry.what,
      lastPart(entry, index),
    ].join('#'),
    entry,
  }));

export class Journal {
  readonly #table: Table;

  constructor(runtime: Runtime) {
    this.#table = new Table(runtime);
  }

  /**
   * The same entry written twice is one entry: a retried handler says things once. Whatever it says of others is one line,
   * and its key is not theirs to end.
   */
  async append(fleet: string, entries: readonly JournalEntry[]): Promise<void> {
    await this.#table.batch({ put: rowsOf(fleet, entries) });
  }

  /** The same, for a transaction with what they tell of: on record if that is done, and not otherwise. */
  items(fleet: string, entries: readonly JournalEntry[]): readonly TransactWriteItem[] {
    return rowsOf(fleet, entries).map((row) => ({ Put: { TableName: this.#table.name, Item: values(row) } }));
  }

  /** The newest entries, newest first. */
  async newest(fleet: string, limit: number): Promise<JournalEntry[]> {
    const rows: Row[] = await this.#table.rows(journalPk(fleet), '', { newestFirst: true, limit });
    return rows.map(({ entry }) => entry as JournalEntry);
  }

  /** What one run wrote from one moment to another, oldest first. */
  async ofRun(fleet: string, run: string, fromMs: number, untilMs: number): Promise<JournalEntry[]> {
    const [first, last] = [new Date(fromMs).toISOString(), new Date(untilMs + 1).toISOString()];
    const rows = await this.#table.rowsBetween(journalPk(fleet), first, last);
    return rows.map(({ entry }) => entry as JournalEntry).filter((entry) => entry.run === run);
  }
}
