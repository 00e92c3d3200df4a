import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { RunSoFar } from '../../control-plane/loop/decide.ts';
import type { Scope } from '../../control-plane/loop/scope.ts';
import type { Entrance } from '../../control-plane/model/entrance.ts';
import { Fault, isFault } from '../../control-plane/model/faults.ts';
import { fingerprint } from '../../control-plane/model/fingerprint.ts';
import type { Declared, Fleet, Member } from '../../control-plane/model/fleet.ts';
import type { Intent } from '../../control-plane/model/intent.ts';
import type { Region } from '../../control-plane/model/region.ts';
import { keyOf, type LeaseScope, type TargetKey } from '../../control-plane/model/target.ts';
import type { Traffic } from '../../control-plane/traffic/traffic.ts';
import { type HealthState, HealthStore, REMEMBERED_FOR_MS } from './health-store.ts';
import { HOME_SK, type HomeMark, homeMarkIn, refuseUnlessHome } from './home-mark.ts';
import type { StandsIn } from './requester.ts';
import type { Runtime } from './runtime.ts';
import { type Row, Table, values } from './table.ts';

/** A run that is under way, so that others leave its targets to it. */
export interface Run {
  readonly run: string;
  readonly purpose: RunSoFar['purpose'];
  readonly scope: Scope;
  readonly seenAtMs: number;
  /** It found nothing to do when it looked last, and only waits for proof: what drifts now is anybody's. */
  readonly isSettled: boolean;
  /** It has not looked yet: whatever happens until then, it will see. */
  readonly isWaiting?: boolean;
}

/** Longer than a run ever waits between two looks: one that has not looked for this long is dead, and its targets are anybody's. */
const RUN_IS_DEAD_AFTER_MS = 6 * 60_000;
export const isOfScope = (run: Run, scope: Scope): boolean => fingerprint(run.scope) === fingerprint(scope);
export const isDead = ({ seenAtMs }: Run, nowMs: number): boolean => nowMs - seenAtMs > RUN_IS_DEAD_AFTER_MS;

/** A member as the table has it: also which execution is bringing it in or out. */
export interface MemberRow extends Member {
  /** ARN of the execution that admitted it or is removing it. */
  readonly by: string;
}

/** All that is known of one fleet, its health among it, read at once. */
export interface FleetState {
  readonly declared: Declared;
  readonly health: HealthState;
  readonly members: readonly MemberRow[];
  readonly ids: ReadonlyMap<TargetKey, string>;
  /** When each id was written down: what was made a moment ago may not show yet. */
  readonly madeAtMs: ReadonlyMap<TargetKey, number>;
  /** Of each replica. */
  readonly entrances: ReadonlyMap<Region, Entrance>;
  /** When targets were repaired of late: the budget counts them. */
  readonly repairsAtMs: Readonly<Record<TargetKey, readonly number[]>>;
  readonly intents: ReadonlyMap<TargetKey, Intent>;
  readonly runs: readonly Run[];
  /** Of every lease that was ever taken, the fence as it is now: who plans on what it sees, writes under the next. */
  readonly fences: ReadonlyMap<LeaseScope, number>;
  /** Kinds that this deployment cannot have, and why. */
  readonly leftOut: Readonly<Record<string, string>>;
  /** Grows with every change of the fleet or its members: whoever decides on what it read, checks it. */
  readonly revision: number;
  /** The highest that a member ever had. Never given again: names that AWS takes only once are made of it. */
  readonly lastSequence: number;
}

/** A member's VPC, borrowed or made. Conflict where it is not known any more. */
export function vpcIdOf({ members, ids }: FleetState, region: Region): string {
  const member = members.find((candidate) => candidate.region === region);
  const vpcId = member?.borrowed?.vpcId ?? ids.get(keyOf('vpc', region));
  if (vpcId === undefined) throw new Fault('Conflict', `the VPC of ${region} is not known any more: look again`);
  return vpcId;
}

/** Where a member's callers stand. */
export function standsIn(state: FleetState, region: Region): StandsIn {
  const { account } = state.members.find((member) => member.region === region) ?? {};
  return { region, vpcId: vpcIdOf(state, region), ...(account !== undefined && { account }) };
}

const FLEETS = 'fleets';
/** Everything about a fleet that a look needs lies in one partition, so that one query has it. */
export const fleetPk = (fleet: string): string => `fleet#${fleet}`;
const MAX_DOCUMENT_BYTES = 350_000;

/** Where fleets, members, the ids of their targets and open intents are kept. Rows are written by this file alone. */
export class FleetStore {
  readonly #table: Table;
  readonly #health: HealthStore;
  readonly #runtime: Runtime;
  /** Whoever reads another replica than its own home's decides nothing. */
  readonly #decides: boolean;

  /** `region`: whose replica of the table is read. Left out: home's, which alone may be written. */
  constructor(runtime: Runtime, region?: Region) {
    this.#runtime = runtime;
    this.#decides = region === undefined;
    this.#table = new Table(runtime, region);
    this.#health = new HealthStore(runtime, region);
  }

  /** Rejected where no such fleet was ever put, or where its home is elsewhere. `eventually`: as of a moment ago, for half the price. */
  async load(fleet: string, { eventually = false }: { eventually?: boolean } = {}): Promise<FleetState> {
    const [rows, health] = await Promise.all([
      this.#table.rows(fleetPk(fleet), '', { eventually }),
      this.#health.load(fleet, { eventually }),
    ]);
    const header = rows.find(({ sk }) => sk === 'fleet');
    if (header === undefined)
      throw new Fault(
        'Rejected',
        `fleet: there is no fleet called ${JSON.stringify(fleet)}; put its file first (landbridge put FILE), or name one that exists`,
      );
    const { document, lastSequence, revision, ...parts } = partsOf(header, rows);
    if (this.#decides) refuseUnlessHome(document, homeMarkIn(rows), this.#runtime.settings.home);
    return {
      declared: declaredOf(document, parts.members, health.traffic),
      health,
      ...parts,
      leftOut: this.#runtime.settings.leftOut,
      revision,
      lastSequence,
    };
  }

  async fleets(): Promise<string[]> {
    const rows = await this.#table.rows(FLEETS);
    return rows.map(({ sk }) => sk as string);
  }

  /**
   * Puts a fleet file's content in force; members stay.
   *
   * In      `judged`: the revision that the file was judged by, undefined where there was no such fleet; left out, nobody judged it
   * Faults  Rejected where it is too large for one row; Conflict where the fleet has changed since it was judged
   */
  async put(fleet: Fleet, judged?: { readonly by: number | undefined }): Promise<void> {
    const document = JSON.stringify(fleet);
    const bytes = new TextEncoder().encode(document).length;
    if (bytes > MAX_DOCUMENT_BYTES)
      throw new Fault(
        'Rejected',
        `api.openapi: the fleet with its OpenAPI document takes ${bytes} bytes, at most ${MAX_DOCUMENT_BYTES} fit: shorten descriptions and examples`,
      );
    await this.#table.update(
      { pk: fleetPk(fleet.name), sk: 'fleet' },
      {
        set: 'SET document = :document ADD revision :one',
        ...(judged !== undefined && {
          condition: judged.by === undefined ? 'attribute_not_exists(revision)' : 'revision = :seen',
        }),
        values: { ':document': document, ':one': 1, ...(judged?.by !== undefined && { ':seen': judged.by }) },
      },
    );
    await this.#table.batch({ put: [{ pk: FLEETS, sk: fleet.name }] });
  }

  /**
   * Writes members, if nobody changed the fleet since it was loaded.
   *
   * Faults  Conflict where somebody did: load again and decide again
   */
  async change(
    state: FleetState,
    { put = [], remove = [] }: { put?: readonly MemberRow[]; remove?: readonly Region[] },
  ): Promise<void> {
    const TableName = this.#table.name;
    const pk = fleetPk(state.declared.fleet.name);
    const last = Math.max(state.lastSequence, ...put.map(({ sequence }) => sequence));
    const items: TransactWriteItem[] = [
      {
        Update: {
          TableName,
          Key: values({ pk, sk: 'fleet' }),
          UpdateExpression: 'SET revision = :next, lastSequence = :last',
          ConditionExpression: 'revision = :seen',
          ExpressionAttributeValues: values({ ':next': state.revision + 1, ':seen': state.revision, ':last': last }),
        },
      },
      ...put.map((member) => ({
        Put: { TableName, Item: values({ pk, sk: `member#${member.region}`, member }) },
      })),
      ...remove.map((region) => ({ Delete: { TableName, Key: values({ pk, sk: `member#${region}` }) } })),
    ];
    await this.#table.transact(items);
  }

  /** That it has another home than its file once named. */
  async homeMark(fleet: string): Promise<HomeMark | undefined> {
    return homeMarkIn(await this.#table.rows(fleetPk(fleet), HOME_SK));
  }

  /**
   * Makes another Region a fleet's home, in that Region's replica of the table: from now on whoever loads the fleet elsewhere to
   * act for it is refused, and whoever holds a lease elsewhere writes nothing under it.
   *
   * Faults  Conflict where somebody changed the fleet since it was loaded
   */
  async moveHome({ declared, revision }: FleetState, mark: HomeMark): Promise<void> {
    const { standby: _taken, ...fleet } = declared.fleet;
    const TableName = this.#table.name;
    const pk = fleetPk(fleet.name);
    const document = JSON.stringify({ ...fleet, home: mark.region });
    await this.#table.transact([
      {
        Update: {
          TableName,
          Key: values({ pk, sk: 'fleet' }),
          UpdateExpression: 'SET document = :document, revision = :next',
          ConditionExpression: 'revision = :seen',
          ExpressionAttributeValues: values({ ':document': document, ':next': revision + 1, ':seen': revision }),
        },
      },
      { Put: { TableName, Item: values({ pk, sk: HOME_SK, region: mark.region, mark }) } },
    ]);
  }

  /** Loads, decides and writes, again as often as somebody else was quicker. `decide` answers what to write, or nothing. */
  async changeMembers<Decision>(
    fleet: string,
    decide: (state: FleetState) => Promise<{ put?: MemberRow; remove?: Region; decision: Decision }>,
  ): Promise<Decision> {
    for (let attempt = 1; ; attempt += 1) {
      const state = await this.load(fleet);
      const { put, remove, decision } = await decide(state);
      if (put === undefined && remove === undefined) return decision;
      try {
        await this.change(state, {
          ...(put !== undefined && { put: [put] }),
          ...(remove !== undefined && { remove: [remove] }),
        });
        return decision;
      } catch (error) {
        if (!isFault(error, 'Conflict') || attempt >= 10) throw error;
        await this.#runtime.sleep(this.#runtime.chance() * 50 * 2 ** attempt);
      }
    }
  }

  /** Remembers what AWS calls our targets, and forgets what is gone. */
  async remember(
    fleet: string,
    { ids = new Map(), gone = [] }: { ids?: ReadonlyMap<TargetKey, string>; gone?: readonly TargetKey[] },
  ): Promise<void> {
    const pk = fleetPk(fleet);
    await this.#table.batch({
      put: [...ids].map(([key, id]) => ({ pk, sk: `target#${key}`, key, id, atMs: this.#runtime.nowMs() })),
      remove: gone.map((key) => ({ pk, sk: `target#${key}` })),
    });
  }

  /** Targets that were repaired just now, with the times before that still count. */
  async noteRepairs({ declared, repairsAtMs }: FleetState, keys: Iterable<TargetKey>, nowMs: number): Promise<void> {
    const pk = fleetPk(declared.fleet.name);
    const expiresAt = Math.ceil((nowMs + REMEMBERED_FOR_MS) / 1_000);
    const put = [...keys].map((key) => {
      const atMs = [...(repairsAtMs[key] ?? []).filter((before) => nowMs - before < REMEMBERED_FOR_MS), nowMs];
      return { pk, sk: `repairs#${key}`, key, atMs, expiresAt };
    });
    await this.#table.batch({ put });
  }

  async rememberEntrances(fleet: string, entrances: ReadonlyMap<Region, Entrance>): Promise<void> {
    const pk = fleetPk(fleet);
    await this.#table.batch({
      put: [...entrances].map(([region, entrance]) => ({ pk, sk: `entrance#${region}`, region, entrance })),
    });
  }

  intentItem(fleet: string, intent: Intent): TransactWriteItem {
    const { key } = intent;
    return {
      Put: { TableName: this.#table.name, Item: values({ pk: fleetPk(fleet), sk: `intent#${key}`, key, intent }) },
    };
  }

  async closeIntents(fleet: string, keys: readonly TargetKey[]): Promise<void> {
    await this.#table.batch({ remove: keys.map((key) => ({ pk: fleetPk(fleet), sk: `intent#${key}` })) });
  }

  /** Closes an intent that nobody is at any more, unless somebody has opened one for the same target since. */
  async closeInterrupted(fleet: string, { key, run, fence }: Intent): Promise<void> {
    try {
      await this.#table.transact([
        {
          Delete: {
            TableName: this.#table.name,
            Key: values({ pk: fleetPk(fleet), sk: `intent#${key}` }),
            ConditionExpression: 'intent.#run = :run AND intent.fence = :fence',
            ExpressionAttributeNames: { '#run': 'run' },
            ExpressionAttributeValues: values({ ':run': run, ':fence': fence }),
          },
        },
      ]);
    } catch (error) {
      if (!isFault(error, 'Conflict')) throw error;
    }
  }

  /** Runs that are under way, and nothing else of a fleet. */
  async runs(fleet: string): Promise<readonly Run[]> {
    return (await this.#table.rows(fleetPk(fleet), 'run#')).map(({ value }) => value as Run);
  }

  async noteRun(fleet: string, value: Run): Promise<void> {
    await this.#table.batch({ put: [{ pk: fleetPk(fleet), sk: `run#${value.run}`, value }] });
  }

  async endRun(fleet: string, run: string): Promise<void> {
    await this.#table.batch({ remove: [{ pk: fleetPk(fleet), sk: `run#${run}` }] });
  }
}

/** What the rows of a fleet's partition say. */
type Parts = Pick<
  FleetState,
  | 'members'
  | 'ids'
  | 'madeAtMs'
  | 'entrances'
  | 'repairsAtMs'
  | 'intents'
  | 'runs'
  | 'fences'
  | 'revision'
  | 'lastSequence'
> & { readonly document: Fleet };

/** By the header: the rows that were read with it last, and what they said. The same rows say the same. */
const readBefore = new WeakMap<Row, { readonly rows: readonly Row[]; readonly parts: Parts }>();

function partsOf(header: Row, rows: readonly Row[]): Parts {
  const before = readBefore.get(header);
  if (before !== undefined && sameItems(before.rows, rows)) return before.parts;
  const parts = readParts(header, rows);
  readBefore.set(header, { rows, parts });
  return parts;
}

function readParts(header: Row, rows: readonly Row[]): Parts {
  const members: MemberRow[] = [];
  const ids = new Map<TargetKey, string>();
  const madeAtMs = new Map<TargetKey, number>();
  const repairsAtMs: Record<TargetKey, readonly number[]> = {};
  const entrances = new Map<Region, Entrance>();
  const intents = new Map<TargetKey, Intent>();
  const runs: Run[] = [];
  const fences = new Map<LeaseScope, number>();
  for (const row of rows) {
    const what = String(row.sk).split('#', 1)[0];
    if (what === 'member') members.push(row.member as MemberRow);
    else if (what === 'target') {
      ids.set(row.key as TargetKey, row.id as string);
      if (row.atMs !== undefined) madeAtMs.set(row.key as TargetKey, row.atMs as number);
    } else if (what === 'repairs') repairsAtMs[row.key as TargetKey] = row.atMs as number[];
    else if (what === 'entrance') entrances.set(row.region as Region, row.entrance as Entrance);
    else if (what === 'intent') intents.set(row.key as TargetKey, row.intent as Intent);
    else if (what === 'run') runs.push(row.value as Run);
    else if (what === 'lease') fences.set(row.scope as LeaseScope, row.fence as number);
  }
  members.sort((a, b) => a.sequence - b.sequence);
  return {
    document: documentOf(header.document as string),
    members,
    ids,
    madeAtMs,
    entrances,
    repairsAtMs,
    intents,
    runs,
    fences,
    revision: header.revision as number,
    lastSequence: (header.lastSequence as number | undefined) ?? 0,
  };
}

/** Fleets by their text, those read last: every load of one reads the same. */
const documents = new Map<string, Fleet>();
const MOST_DOCUMENTS = 8;

function documentOf(text: string): Fleet {
  let fleet = documents.get(text);
  if (fleet !== undefined) return fleet;
  fleet = JSON.parse(text) as Fleet;
  if (documents.size >= MOST_DOCUMENTS) documents.clear();
  documents.set(text, fleet);
  return fleet;
}

/** What was declared of a fleet when it was loaded last: home, its standby and members may be a moment apart. */
const declaredBefore = new WeakMap<Fleet, Declared[]>();
const MOST_DECLARED = 4;

/** The same declaration while nothing of it has changed: what follows from it is then worked out once. */
function declaredOf(fleet: Fleet, members: readonly Member[], traffic: Traffic): Declared {
  const before = declaredBefore.get(fleet) ?? [];
  const same = before.find(
    (one) =>
      sameItems(one.members, members) &&
      sameItems(one.traffic?.drains ?? [], traffic.drains) &&
      sameItems(one.traffic?.steers ?? [], traffic.steers),
  );
  if (same !== undefined) return same;
  const declared = { fleet, members, traffic };
  declaredBefore.set(fleet, [declared, ...before.slice(0, MOST_DECLARED - 1)]);
  return declared;
}

const sameItems = (some: readonly unknown[], others: readonly unknown[]): boolean =>
  some.length === others.length && some.every((item, index) => item === others[index]);
