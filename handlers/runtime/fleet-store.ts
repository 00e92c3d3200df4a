import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { Entrance } from '../../control-plane/model/entrance.ts';
import { Fault, isFault } from '../../control-plane/model/faults.ts';
import type { Fleet } from '../../control-plane/model/fleet.ts';
import type { Intent } from '../../control-plane/model/intent.ts';
import type { Region } from '../../control-plane/model/region.ts';
import type { TargetKey } from '../../control-plane/model/target.ts';
import { declaredOf, fleetPk, partsOf } from './fleet-rows.ts';
import type { FleetState, MemberRow, Run } from './fleet-state.ts';
import { HealthStore, REMEMBERED_FOR_MS } from './health-store.ts';
import { HOME_SK, type HomeMark, homeMarkIn, refuseUnlessHome } from './home-mark.ts';
import type { Runtime } from './runtime.ts';
import { Table, values } from './table.ts';

const FLEETS = 'fleets';
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
    const TableName = this.#table.name;
    const seen = judged?.by;
    const condition = seen === undefined ? 'attribute_not_exists(revision)' : 'revision = :seen';
    // Both or none: one that is there and listed nowhere would be taken for new by whoever puts it again, and refused for ever.
    await this.#table.transact([
      {
        Update: {
          TableName,
          Key: values({ pk: fleetPk(fleet.name), sk: 'fleet' }),
          UpdateExpression: 'SET document = :document ADD revision :one',
          ...(judged !== undefined && { ConditionExpression: condition }),
          ExpressionAttributeValues: values({ ':document': document, ':one': 1, ':seen': seen }),
        },
      },
      { Put: { TableName, Item: values({ pk: FLEETS, sk: fleet.name }) } },
    ]);
  }

  /** That nobody has changed the fleet or its members since: for the transaction with what was decided on them. */
  asItWas({ declared, revision }: Pick<FleetState, 'declared' | 'revision'>): TransactWriteItem {
    return {
      ConditionCheck: {
        TableName: this.#table.name,
        Key: values({ pk: fleetPk(declared.fleet.name), sk: 'fleet' }),
        ConditionExpression: 'revision = :seen',
        ExpressionAttributeValues: values({ ':seen': revision }),
      },
    };
  }

  /**
   * Writes members, if nobody changed the fleet since it was loaded; `beside`: what goes with it, or must be so still.
   *
   * Faults  Conflict where somebody did: load again and decide again
   */
  async change(
    state: FleetState,
    {
      put = [],
      remove = [],
      beside = [],
    }: { put?: readonly MemberRow[]; remove?: readonly Region[]; beside?: readonly TransactWriteItem[] },
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
      ...beside,
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
    decide: (state: FleetState) => Promise<{
      put?: MemberRow;
      remove?: Region;
      beside?: readonly TransactWriteItem[];
      decision: Decision;
    }>,
  ): Promise<Decision> {
    for (let attempt = 1; ; attempt += 1) {
      const state = await this.load(fleet);
      const { put, remove, beside, decision } = await decide(state);
      if (put === undefined && remove === undefined) return decision;
      try {
        await this.change(state, {
          ...(put !== undefined && { put: [put] }),
          ...(remove !== undefined && { remove: [remove] }),
          ...(beside !== undefined && { beside }),
        });
        return decision;
      } catch (error) {
        if (!isFault(error, 'Conflict') || attempt >= 10) throw error;
        await this.#runtime.sleep(this.#runtime.chance() * 50 * 2 ** attempt);
      }
    }
  }

  /**
   * Changes the member that an execution brings in or out, or takes it off the table. Answers false, and changes nothing, where it
   * is somebody else's by now, or gone: a handler may be later than the execution that it worked for.
   */
  changeOwn(
    fleet: string,
    { region, execution }: { readonly region?: Region | undefined; readonly execution: string },
    becomes: (member: MemberRow) => MemberRow | undefined,
  ): Promise<boolean> {
    return this.changeMembers(fleet, async ({ members }) => {
      const member = members.find((candidate) => candidate.region === region && candidate.by === execution);
      if (member === undefined) return { decision: false };
      const put = becomes(member);
      return { decision: true, ...(put === undefined ? { remove: member.region } : { put }) };
    });
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

  /**
   * Targets that were repaired just now, with the times before that still count. A write of which nobody knows whether it took
   * place is none of them: a Region that answers nobody for some minutes would have spent its budget, and nothing would be
   * mended there for an hour after it is back.
   */
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

  /**
   * That a part of a replica is about to be changed, for the transaction with the intent: whoever dies of the write, or never
   * hears what came of it, leaves it known that it may have been.
   */
  changeItem(fleet: string, key: TargetKey, atMs: number): TransactWriteItem {
    const expiresAt = Math.ceil((atMs + REMEMBERED_FOR_MS) / 1_000);
    return {
      Put: {
        TableName: this.#table.name,
        Item: values({ pk: fleetPk(fleet), sk: `changed#${key}`, key, atMs, expiresAt }),
      },
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
