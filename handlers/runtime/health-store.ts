import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { type CompactRow, compactRow, fullRow } from '../../control-plane/health/compact-row.ts';
import type { ProbeRow } from '../../control-plane/health/probe-row.ts';
import type { Incident, TimelineEntry } from '../../control-plane/incidents/incident.ts';
import { Fault, isFault } from '../../control-plane/model/faults.ts';
import { fingerprint } from '../../control-plane/model/fingerprint.ts';
import type { Region } from '../../control-plane/model/region.ts';
import type { Override } from '../../control-plane/policies/policy.ts';
import type { Drain, Steer, Traffic } from '../../control-plane/traffic/traffic.ts';
import type { Runtime } from './runtime.ts';
import { type Row, Table, values } from './table.ts';

/** All that is known of a fleet's health, read at once: what a Region decides by when it can reach nobody else. */
export interface HealthState {
  readonly rows: readonly ProbeRow[];
  readonly traffic: Traffic;
  /** Open ones, one per cause, and those closed of late. */
  readonly incidents: readonly Incident[];
  readonly overrides: readonly Override[];
  /** By 'viewer>avoid' for steers and by Region for drains. */
  readonly movedAtMs: Readonly<Record<string, number>>;
  /** When AWS last answered in a Region that was taken for dark. */
  readonly answeredAtMs: Readonly<Record<Region, number>>;
  /** Grows with every move of callers: whoever moves some on what it read, checks it. */
  readonly movesRevision: number;
}

/** Callers to be moved: all of it in one transaction, where it is not more than one takes. */
export interface Move {
  readonly drain?: Drain;
  /** A drain that stands, and what is known of it besides: moves nobody. */
  readonly marked?: Drain | undefined;
  readonly undrain?: Region;
  /** Steers that begin and steers that end. */
  readonly steer?: readonly Steer[];
  readonly unsteer?: readonly Steer[];
  /** What goes on record with it. */
  readonly record?: readonly TransactWriteItem[];
  /** What else it was decided on, and must be so still: `FleetStore.asItWas`. */
  readonly given?: readonly TransactWriteItem[];
}

/** A cause that comes back within this time goes on from where it was. */
export const REMEMBERED_FOR_MS = 3_600_000;

/**
 * Read before every row that it counts: a query is no snapshot, and rows that are read later may be newer. Whoever sees moves of
 * which this says nothing yet is refused, and not the other way round.
 */
const MOVES_SK = '!moves';
/** Of one transaction. Source: TransactWriteItems, TransactItems. */
const MOST_ITEMS = 100;
const MOST_ATTEMPTS = 10;

const healthPk = (fleet: string): string => `health#${fleet}`;
const incidentsPk = (fleet: string): string => `incidents#${fleet}`;

/**
 * Probe rows, drains, steers and open incidents. Rows are written by this file alone.
 *
 * One partition, so that one query of a Region's own replica has it all; closed incidents and time lines in another.
 */
export class HealthStore {
  readonly #table: Table;
  readonly #runtime: Runtime;

  /** `region`: whose replica of the table is read and written. Left out: home's. */
  constructor(runtime: Runtime, region?: Region) {
    this.#runtime = runtime;
    this.#table = new Table(runtime, region);
  }

  /** `eventually`: as of a moment ago, for half the price. For whoever looks again soon. */
  async load(fleet: string, { eventually = false }: { eventually?: boolean } = {}): Promise<HealthState> {
    const rows: ProbeRow[] = [];
    const drains: Drain[] = [];
    const steers: Steer[] = [];
    const incidents: Incident[] = [];
    const overrides: Override[] = [];
    const movedAtMs: Record<string, number> = {};
    const answeredAtMs: Record<Region, number> = {};
    let movesRevision = 0;
    for (const { sk, value } of await this.#table.rows(healthPk(fleet), '', { eventually })) {
      const [what, name = ''] = String(sk).split('#');
      if (what === 'probe') rows.push(fullRow(value as CompactRow));
      else if (what === 'drain') drains.push(value as Drain);
      else if (what === 'steer') steers.push(value as Steer);
      else if (what === 'incident' || what === 'closed') incidents.push(value as Incident);
      else if (what === 'override') overrides.push(value as Override);
      else if (what === 'moved') movedAtMs[name] = value as number;
      else if (what === 'answered') answeredAtMs[name] = value as number;
      else if (what === MOVES_SK) movesRevision = value as number;
    }
    return { rows, traffic: { drains, steers }, incidents, overrides, movedAtMs, answeredAtMs, movesRevision };
  }

  async putRow(fleet: string, value: ProbeRow): Promise<void> {
    await this.#table.batch({
      put: [{ pk: healthPk(fleet), sk: `probe#${value.observer}`, value: compactRow(value) }],
    });
  }

  async noteAnswer(fleet: string, region: Region, atMs: number): Promise<void> {
    const expiresAt = secondsOf(atMs + REMEMBERED_FOR_MS);
    await this.#table.batch({ put: [{ pk: healthPk(fleet), sk: `answered#${region}`, value: atMs, expiresAt }] });
  }

  /** A member that leaves takes its row, and whatever was said of it, along. */
  async forget(fleet: string, region: Region): Promise<void> {
    const pk = healthPk(fleet);
    const rows = await this.#table.rows(pk);
    const isAboutIt = ({ sk }: Row): boolean => {
      const [what, ...names] = String(sk).split('#');
      return what !== 'incident' && what !== 'closed' && names.some((name) => name.split('>').includes(region));
    };
    await this.#table.batch({ remove: rows.filter(isAboutIt).map(({ sk }) => ({ pk, sk: sk as string })) });
  }

  /**
   * Moves callers, if nobody has moved any since what it was decided on was read: each of two who take a member out at once
   * could have counted on the other's.
   *
   * Faults  Conflict where somebody has, or where something of `given` is not so any more: read and decide again
   * Bounds  one transaction for 49 steers; of more than one, each goes by the one before it, and ends come first, so that
   *         whatever is left undone leaves callers with more to ask and not with fewer
   */
  async move(
    fleet: string,
    { movesRevision }: Pick<HealthState, 'movesRevision'>,
    { drain, marked, undrain, steer = [], unsteer = [], record = [], given = [] }: Move,
    atMs: number,
  ): Promise<void> {
    const pk = healthPk(fleet);
    const TableName = this.#table.name;
    const put = (sk: string, value: unknown): TransactWriteItem => ({
      Put: { TableName, Item: values({ pk, sk, value }) },
    });
    const remove = (sk: string): TransactWriteItem => ({ Delete: { TableName, Key: values({ pk, sk }) } });
    const movedAt = (what: string): TransactWriteItem => put(`moved#${what}`, atMs);
    const changes = [
      ...(marked === undefined ? [] : [[put(`drain#${marked.region}`, marked)]]),
      ...(undrain === undefined ? [] : [[remove(`drain#${undrain}`), movedAt(undrain)]]),
      ...unsteer.map(({ viewer, avoid }) => [remove(`steer#${viewer}#${avoid}`), movedAt(`${viewer}>${avoid}`)]),
      ...(drain === undefined ? [] : [[put(`drain#${drain.region}`, drain), movedAt(drain.region)]]),
      ...steer.map((one) => [put(`steer#${one.viewer}#${one.avoid}`, one), movedAt(`${one.viewer}>${one.avoid}`)]),
    ];
    const changesAtOnce = Math.floor((MOST_ITEMS - 1 - record.length - given.length) / 2);
    if (changes.length + record.length === 0) return;
    for (let from = 0, seen = movesRevision; from === 0 || from < changes.length; from += changesAtOnce, seen += 1) {
      const raised: TransactWriteItem = {
        Put: { TableName, Item: values({ pk, sk: MOVES_SK, value: seen + 1 }), ...isSeen(seen) },
      };
      const now = changes.slice(from, from + changesAtOnce).flat();
      if (!(await this.#isDone([raised, ...given, ...now, ...(from === 0 ? record : [])])))
        throw new Fault(
          'Conflict',
          `callers of ${fleet} were moved by somebody else meanwhile, or its members have changed: look again`,
        );
    }
  }

  /** That nobody has moved callers since: for the transaction with what was decided on where they are sent. */
  asItWas(fleet: string, { movesRevision }: Pick<HealthState, 'movesRevision'>): TransactWriteItem {
    const Key = values({ pk: healthPk(fleet), sk: MOVES_SK });
    return { ConditionCheck: { TableName: this.#table.name, Key, ...isSeen(movesRevision) } };
  }

  /** Reads, decides and moves callers, again as often as somebody else was quicker. `decide` answers what to move, or nothing. */
  async moveAs(fleet: string, atMs: number, decide: (health: HealthState) => Promise<Move>): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const health = await this.load(fleet);
      const move = await decide(health);
      try {
        return await this.move(fleet, health, move, atMs);
      } catch (error) {
        if (!isFault(error, 'Conflict') || attempt >= MOST_ATTEMPTS) throw error;
        await this.#runtime.sleep(this.#runtime.chance() * 50 * 2 ** attempt);
      }
    }
  }

  async putOverride(fleet: string, value: Override): Promise<void> {
    // A proposal holds a '/', never a '#'.
    const sk = `override#${value.policy}#${value.proposal}`;
    await this.#table.batch({ put: [{ pk: healthPk(fleet), sk, value, expiresAt: secondsOf(value.expiresAtMs) }] });
  }

  /** Opens an incident. Answers false where one of that cause is open already: the first signal opens, whoever comes second adds to it. */
  async open(fleet: string, incident: Incident): Promise<boolean> {
    const pk = healthPk(fleet);
    const TableName = this.#table.name;
    return this.#isDone([
      {
        Put: {
          TableName,
          Item: values({ pk, sk: `incident#${incident.cause}`, value: incident }),
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      },
      { Put: { TableName, Item: values({ pk: incidentsPk(fleet), sk: incident.id, value: incident }) } },
    ]);
  }

  /**
   * What an incident has become. A closed one, or one under another cause than before, leaves its place to others. Answers
   * false, and writes nothing, where somebody else has changed it since `before` was read: of two who close one at once, one
   * has closed it, and nobody takes back what another has put down.
   */
  async update(fleet: string, before: Incident, becomes: Incident): Promise<boolean> {
    const after: Incident = { ...becomes, revision: (before.revision ?? 0) + 1 };
    const pk = healthPk(fleet);
    const isOver = after.status === 'closed';
    const leaves = before.status !== 'closed' && (isOver || after.cause !== before.cause);
    const stays = before.status !== 'closed' && !leaves;
    const { revision } = before;
    const stillIts = `(#value.#id = :id AND ${revision === undefined ? 'attribute_not_exists(#value.#revision)' : '#value.#revision = :revision'})`;
    const condition = (ConditionExpression: string) => ({
      ConditionExpression,
      ExpressionAttributeNames: { '#value': 'value', '#id': 'id', '#revision': 'revision' },
      ExpressionAttributeValues: values({ ':id': after.id, ...(revision !== undefined && { ':revision': revision }) }),
    });
    const TableName = this.#table.name;
    const expiresAt = secondsOf((after.closedAtMs ?? 0) + REMEMBERED_FOR_MS);
    const items: TransactWriteItem[] = [
      { Put: { TableName, Item: values({ pk: incidentsPk(fleet), sk: after.id, value: after }) } },
      {
        Put: isOver
          ? { TableName, Item: values({ pk, sk: `closed#${after.id}`, value: after, expiresAt }) }
          : {
              TableName,
              Item: values({ pk, sk: `incident#${after.cause}`, value: after }),
              ...condition(stays ? stillIts : `attribute_not_exists(pk) OR ${stillIts}`),
            },
      },
    ];
    if (leaves)
      items.push({
        Delete: { TableName, Key: values({ pk, sk: `incident#${before.cause}` }), ...condition(stillIts) },
      });
    // One that is back is among those that are open, and counts once.
    if (before.status === 'closed' && !isOver)
      items.push({ Delete: { TableName, Key: values({ pk, sk: `closed#${before.id}` }) } });
    return this.#isDone(items);
  }

  /** They have heard it: nobody tells them again, however often somebody else changes the incident meanwhile. */
  async noteHeard(fleet: string, was: Incident, heard: readonly string[]): Promise<void> {
    let incident: Incident | undefined = was;
    for (let attempt = 1; incident !== undefined && attempt <= MOST_ATTEMPTS; attempt += 1) {
      const untold: readonly string[] = (incident.untold ?? []).filter((says) => !heard.includes(says));
      const after = { ...incident, untold: untold.length === 0 ? undefined : untold };
      if (await this.update(fleet, incident, after)) return;
      incident = (await this.load(fleet)).incidents.find(({ id }) => id === was.id);
    }
  }

  async #isDone(items: readonly TransactWriteItem[]): Promise<boolean> {
    try {
      await this.#table.transact(items);
      return true;
    } catch (error) {
      if (isFault(error, 'Conflict')) return false;
      throw error;
    }
  }

  /** The same entry written twice is one entry. */
  async note(
    fleet: string,
    entries: readonly { readonly incident: string; readonly entry: TimelineEntry }[],
  ): Promise<void> {
    const put = entries.map(({ incident, entry }, index) => ({
      pk: incidentsPk(fleet),
      // What is noted at one moment stays in the order in which it was said.
      sk: `${incident}#${new Date(entry.atMs).toISOString()}#${String(index).padStart(3, '0')}#${fingerprint(entry)}`,
      value: entry,
    }));
    await this.#table.batch({ put: [...new Map(put.map((row) => [row.sk, row])).values()] });
  }

  /**
   * Open and closed ones, newest first. Their time lines are in rows of their own and are not among them.
   *
   * `month`: only those that were opened in it, '202611'
   */
  async incidents(fleet: string, limit: number, month = ''): Promise<Incident[]> {
    const found = await this.#table.rows(incidentsPk(fleet), month, { newestFirst: true });
    return found
      .filter(({ sk }) => !String(sk).includes('#'))
      .slice(0, limit)
      .map(({ value }) => value as Incident);
  }

  /** In the order in which it happened. */
  async timeline(fleet: string, id: string): Promise<TimelineEntry[]> {
    return (await this.#table.rows(incidentsPk(fleet), `${id}#`)).map(({ value }) => value as TimelineEntry);
  }
}

/** The condition that callers were moved so many times and no more. */
const isSeen = (movesRevision: number) =>
  movesRevision === 0
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : {
        ConditionExpression: '#value = :seen',
        ExpressionAttributeNames: { '#value': 'value' },
        ExpressionAttributeValues: values({ ':seen': movesRevision }),
      };

/** What DynamoDB's time to live counts in. */
const secondsOf = (ms: number): number => Math.ceil(ms / 1_000);
