import type { WorldMs } from '../../clock.ts';
import type { World } from '../../world.ts';
import type { Index, StoredItem, Table, View } from './state.ts';
import { type Contents, copyItems, dropItems, fill, find, remove, store } from './storage.ts';

/** When and where a change was made: of two changes to one item, the later one wins in every Region. */
interface Stamp {
  readonly atMs: WorldMs;
  readonly region: string;
  readonly count: number;
}

interface Change extends Stamp {
  readonly item: StoredItem;
  /** The item was deleted; otherwise it became this one. */
  readonly isGone: boolean;
}

const compareStamps = (a: Stamp, b: Stamp): number => {
  if (a.atMs !== b.atMs) return a.atMs - b.atMs;
  if (a.region !== b.region) return a.region < b.region ? -1 : 1;
  return a.count - b.count;
};

const identityOf = ({ hash, range }: StoredItem): string => `${hash.length} ${hash}${range}`;

/** How many changes are gathered before those that have arrived everywhere are put away. */
const SETTLE_EVERY = 512;
/** A replica that was not used while so many times something was put away gives up its items, until it is used again. */
const IDLE_SETTLES = 4;

/** One Region's table of a global table. */
export class Replica {
  readonly group: GlobalTable;
  readonly region: string;
  readonly table: Table;
  /** When it was last the one that a replica was added from. */
  sourcedAtMs: WorldMs = Number.NEGATIVE_INFINITY;
  /** What was written here and has not arrived everywhere, oldest first. */
  readonly log: Change[] = [];
  /** How many changes of its log were put away before the first that is still in it. */
  putAway = 0;
  /** Up to where the logs of the other replicas have arrived here. */
  readonly arrived = new Map<Replica, number>();
  /** The stamps of what was changed lately: nothing older may overwrite it. */
  readonly recent = new Map<string, Stamp>();
  /** Whether the table holds its items. */
  hasItems: boolean;
  idleSettles = 0;
  /** What this replica knew of when it last looked: it need not look again before something changes or arrives. */
  seenWrites = -1;
  seenOutages = -1;
  nextArrivalMs: WorldMs = 0;

  constructor(group: GlobalTable, region: string, table: Table, hasItems: boolean) {
    this.group = group;
    this.region = region;
    this.table = table;
    this.hasItems = hasItems;
  }

  /** To be told of every change that is made here. */
  wrote(item: StoredItem, isGone: boolean): void {
    this.group.wrote(this, item, isGone);
  }

  /** To be called before the table is looked at. */
  catchUp(): void {
    this.idleSettles = 0;
    this.group.catchUp(this);
  }
}

/**
 * The replicas of one table, and the changes on their way between them.
 *
 * Nothing is sent. A change stays where it was made, with its instant, and a replica that is read takes in what has
 * arrived by then: `timings.replicationMs` after it was made, or when both Regions are light. What has arrived
 * everywhere is put away in one place, from which a replica that nobody used for a while takes its items when it is
 * used again: Regions that nobody reads cost nothing.
 *
 * Bounds    while a Region of the group is dark, changes are kept until it is light
 * Source    DynamoDB developer guide, "How DynamoDB global tables work": asynchronous, usually within a second, the
 *           last writer wins by internal timestamps; what an isolated Region has not received arrives when it is back
 */
export class GlobalTable {
  readonly #world: World;
  readonly #settled: Contents;
  /** Every replica whose changes may still be on their way, also those that were deleted since. */
  #origins: Replica[] = [];
  readonly #replicas = new Map<string, Replica>();
  #writes = 0;
  /** Until then a replica comes or goes, and nothing else of the table may be changed. */
  busyUntilMs: WorldMs = Number.NEGATIVE_INFINITY;
  /** In the midst of it, while a replica is filled, the table is shown as ACTIVE. */
  shownActive: { readonly fromMs: WorldMs; readonly untilMs: WorldMs } | undefined;

  /** Makes a global table of a table that has its items. */
  constructor(world: World, region: string, table: Table) {
    this.#world = world;
    this.#settled = emptyLike(table);
    copyItems(table, this.#settled);
    this.#add(new Replica(this, region, table, true));
  }

  /** Those that are not being deleted. */
  get replicas(): Replica[] {
    return [...this.#replicas.values()].filter(({ table }) => table.deletingSinceMs === undefined);
  }

  /** Also those that are being deleted and can still be seen. */
  get visibleReplicas(): Replica[] {
    const goneBeforeMs = this.#world.clock.nowMs() - this.#world.timings.tableDeletedMs;
    for (const { region, table } of this.#replicas.values())
      if (table.deletingSinceMs !== undefined && table.deletingSinceMs <= goneBeforeMs) this.#replicas.delete(region);
    return [...this.#replicas.values()];
  }

  replicaIn(region: string): Replica | undefined {
    return this.#replicas.get(region);
  }

  /** Adds an empty table, which has the items of the others as soon as it is looked at. */
  add(region: string, table: Table): void {
    this.#add(new Replica(this, region, table, false));
  }

  #add(replica: Replica): void {
    this.#replicas.set(replica.region, replica);
    this.#origins.push(replica);
    replica.table.replica = replica;
  }

  addIndex(newIndex: () => Index): void {
    const add = (contents: Contents, hasItems: boolean): void => {
      const index = newIndex();
      contents.indexes.set(index.name, index);
      if (hasItems) fill(contents, index);
    };
    add(this.#settled, true);
    for (const { table, hasItems } of this.replicas) add(table, hasItems);
  }

  deleteIndex(name: string): void {
    this.#settled.indexes.delete(name);
    for (const { table } of this.replicas) table.indexes.delete(name);
  }

  wrote(origin: Replica, item: StoredItem, isGone: boolean): void {
    const { region, log } = origin;
    const change = { atMs: this.#world.clock.nowMs(), region, count: this.#writes, item, isGone };
    log.push(change);
    origin.recent.set(identityOf(item), change);
    if (origin.seenWrites === this.#writes) origin.seenWrites += 1;
    this.#writes += 1;
    if (this.#writes % SETTLE_EVERY === 0) this.#settle();
  }

  /** Takes in what has arrived in a replica's Region by now. */
  catchUp(replica: Replica): void {
    const { clock, outages, timings } = this.#world;
    const nowMs = clock.nowMs();
    if (!replica.hasItems) this.#load(replica);
    if (replica.seenWrites === this.#writes && replica.seenOutages === outages.changes && nowMs < replica.nextArrivalMs)
      return;
    let nextArrivalMs = Number.POSITIVE_INFINITY;
    for (const origin of this.#origins) {
      if (origin === replica || origin.log.length === 0) continue;
      const { log, putAway } = origin;
      let at = (replica.arrived.get(origin) ?? putAway) - putAway;
      for (; at < log.length; at += 1) {
        const change = log[at] as Change;
        const arrivesMs = outages.bothLightFrom(change.atMs + timings.replicationMs, origin.region, replica.region);
        if (arrivesMs === undefined) break;
        if (arrivesMs > nowMs) {
          nextArrivalMs = Math.min(nextArrivalMs, arrivesMs);
          break;
        }
        takeIn(replica, change);
      }
      replica.arrived.set(origin, putAway + at);
    }
    replica.seenWrites = this.#writes;
    replica.seenOutages = outages.changes;
    replica.nextArrivalMs = nextArrivalMs;
  }

  #load(replica: Replica): void {
    copyItems(this.#settled, replica.table);
    replica.hasItems = true;
    replica.arrived.clear();
    replica.recent.clear();
    replica.seenWrites = -1;
  }

  /** Puts away what has arrived everywhere: then nothing older can arrive any more, and order is all that decides. */
  #settle(): void {
    const { clock, outages, timings } = this.#world;
    this.#origins = this.#origins.filter(
      (origin) => this.#replicas.get(origin.region) === origin || origin.log.length > 0,
    );
    if (this.#origins.some(({ region }) => outages.isDark(region))) return;
    const untilMs = clock.nowMs() - timings.replicationMs;
    const replicas = this.replicas;
    for (const replica of replicas) if (replica.hasItems) this.catchUp(replica);
    const due = this.#origins.map((origin) => {
      const pending = origin.log.findIndex(({ atMs }) => atMs > untilMs);
      return { origin, count: pending === -1 ? origin.log.length : pending };
    });
    // One that is isolated goes on by itself, and has not been told.
    const isMissed = ({ origin, count }: (typeof due)[number]): boolean =>
      replicas.some(
        (replica) =>
          replica !== origin &&
          replica.hasItems &&
          (replica.arrived.get(origin) ?? origin.putAway) < origin.putAway + count,
      );
    if (due.some(isMissed)) return;
    const arrived: Change[] = [];
    for (const { origin, count } of due) {
      const settled = origin.log.splice(0, count);
      origin.putAway += settled.length;
      for (const change of settled) arrived.push(change);
    }
    for (const change of arrived.toSorted(compareStamps)) apply(this.#settled, change);
    for (const replica of replicas) if (replica.hasItems) rest(replica, untilMs);
  }
}

function takeIn({ table, recent }: Replica, change: Change): void {
  const identity = identityOf(change.item);
  const last = recent.get(identity);
  if (last !== undefined && compareStamps(change, last) < 0) return;
  recent.set(identity, change);
  apply(table, change);
}

function apply(contents: Contents, { item, isGone }: Change): void {
  const before = find(contents, item.attributes);
  if (!isGone) store(contents, item, before);
  else if (before !== undefined) remove(contents, before);
}

/** After everything until `untilMs` was put away: forgets stamps nothing can contradict, and the items nobody asks for. */
function rest(replica: Replica, untilMs: WorldMs): void {
  for (const [identity, { atMs }] of replica.recent) if (atMs <= untilMs) replica.recent.delete(identity);
  replica.idleSettles += 1;
  // Its own changes are nowhere else until they are put away.
  if (replica.idleSettles <= IDLE_SETTLES || replica.log.length > 0) return;
  dropItems(replica.table);
  replica.hasItems = false;
}

const emptyView = <Shape extends View>(view: Shape): Shape => ({
  ...view,
  partitions: new Map(),
  scanOrder: undefined,
});

/** As much of a table as holds its items, without them. */
export const emptyLike = ({ primary, indexes }: Contents): Contents => ({
  primary: emptyView(primary),
  indexes: new Map([...indexes].map(([name, index]) => [name, emptyView(index)])),
  itemCount: 0,
  sizeBytes: 0,
});
