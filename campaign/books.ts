import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Intent } from '../control-plane/model/intent.ts';
import type { LeaseScope, TargetKey } from '../control-plane/model/target.ts';
import { LEASE_SK } from '../handlers/runtime/fleet-rows.ts';
import type { MadeCall, World } from '../simulator/world.ts';
import { isResourceWrite, nameOf } from './our-calls.ts';
import { rowsWritten } from './rows-written.ts';
import type { TableView } from './table-view.ts';

/** A lease as its row is now; without a holder it was given back. */
export interface LeaseRow {
  readonly scope: LeaseScope;
  readonly fence: number;
  readonly holder?: string;
  readonly expiresAtMs?: number;
}

/** A write that was announced: its intent, and the lease that was proven with it. */
export interface Announced {
  readonly intent: Intent;
  /** Left out where the intent was written down without a lease. */
  readonly scope: LeaseScope | undefined;
}

/** A lease changed from what it was. */
export interface LeaseChange {
  readonly before: LeaseRow | undefined;
  readonly after: LeaseRow;
}

/**
 * Leases and intents of one fleet, followed as they are written: whoever is told of a call afterwards knows under which of
 * them it was made, without reading the table.
 */
export class Books {
  readonly leases = new Map<LeaseScope, LeaseRow>();
  /** Told of every change of a lease. */
  readonly leaseWatchers = new Set<(change: LeaseChange) => void>();
  /** Told of every intent that is closed. */
  readonly intentWatchers = new Set<(closed: Announced) => void>();
  readonly #open = new Map<TargetKey, Announced>();
  /** Of open intents, those under which nothing was written yet, by the call they announce, oldest first. */
  readonly #unused = new Map<string, Set<Announced>>();
  readonly #behind = new WeakMap<MadeCall, Announced>();
  readonly #table: TableView;
  readonly #pk: string;

  constructor(world: World, table: TableView, fleet: string) {
    this.#table = table;
    this.#pk = `fleet#${fleet}`;
    world.watchers.add((made) => this.#called(made));
  }

  /** The announcement that a write was made under; `undefined`: nobody announced it. Each is good for one write. */
  announced(made: MadeCall): Announced | undefined {
    return this.#behind.get(made);
  }

  open(key: TargetKey): Announced | undefined {
    return this.#open.get(key);
  }

  /** Whether any run may make such a call now: it announced one, and holds the lease that it was proven with. */
  isAnyHeldFor(call: string, atMs: number): boolean {
    for (const announced of this.#open.values())
      if (announced.intent.call === call && this.isHeld(announced, atMs)) return true;
    return false;
  }

  /** Whether the lease that was proven with an announcement is still its run's, under the same fence. */
  isHeld({ intent: { run, fence }, scope }: Announced, atMs: number): boolean {
    const isIt = (lease: LeaseRow | undefined): boolean =>
      lease !== undefined && lease.holder === run && lease.fence === fence && (lease.expiresAtMs ?? 0) >= atMs;
    return scope === undefined ? [...this.leases.values()].some(isIt) : isIt(this.leases.get(scope));
  }

  #called(made: MadeCall): void {
    if (isResourceWrite(made)) {
      const announced = this.#use(made);
      if (announced !== undefined) this.#behind.set(made, announced);
      return;
    }
    for (const { pk, sk, how, item, checked } of rowsWritten(made)) {
      if (pk !== this.#pk) continue;
      if (sk.startsWith(LEASE_SK)) this.#leaseChanged(sk);
      else if (!sk.startsWith('intent#')) continue;
      else if (item !== undefined) this.#announce(unmarshall(item)['intent'] as Intent, scopeIn(checked));
      else if (how === 'removed') this.#close(sk.slice('intent#'.length) as TargetKey);
    }
  }

  /** Several intents may announce a call of the same name: one under a lease that stands comes before one that was left over. */
  #use(made: MadeCall): Announced | undefined {
    const unused = this.#unused.get(nameOf(made));
    if (unused === undefined || unused.size === 0) return undefined;
    const all = [...unused];
    const held = all.filter((announced) => this.isHeld(announced, made.atMs));
    // Several of a kind may be made at the same moment: a tag or a comment ends with whose each is.
    const input = held.length > 1 ? JSON.stringify(made.input) : '';
    const isOf = ({ intent }: Announced): boolean =>
      [` ${intent.key}"`, `"${intent.key}"`].some((end) => input.includes(end));
    const used = held.find(isOf) ?? held[0] ?? all.at(-1);
    if (used !== undefined) unused.delete(used);
    return used;
  }

  #leaseChanged(sk: string): void {
    const after = this.#table.row(this.#pk, sk) as unknown as LeaseRow | undefined;
    if (after === undefined) return;
    const before = this.leases.get(after.scope);
    this.leases.set(after.scope, after);
    for (const tell of this.leaseWatchers) tell({ before, after });
  }

  #announce(intent: Intent, scope: LeaseScope | undefined): void {
    this.#forget(intent.key);
    const announced = { intent, scope };
    this.#open.set(intent.key, announced);
    const unused = this.#unused.get(intent.call);
    if (unused === undefined) this.#unused.set(intent.call, new Set([announced]));
    else unused.add(announced);
  }

  #close(key: TargetKey): void {
    const closed = this.#forget(key);
    if (closed !== undefined) for (const tell of this.intentWatchers) tell(closed);
  }

  #forget(key: TargetKey): Announced | undefined {
    const announced = this.#open.get(key);
    if (announced === undefined) return undefined;
    this.#open.delete(key);
    this.#unused.get(announced.intent.call)?.delete(announced);
    return announced;
  }
}

const scopeIn = (checked: readonly string[]): LeaseScope | undefined =>
  checked.find((sk) => sk.startsWith(LEASE_SK))?.slice(LEASE_SK.length) as LeaseScope | undefined;

const ofWorld = new WeakMap<World, Map<string, Books>>();

/** The books of a fleet of a world, kept once for everybody, from the first time they are asked for. */
export function booksOf(world: World, table: TableView, fleet: string): Books {
  const kept = ofWorld.get(world) ?? new Map<string, Books>();
  ofWorld.set(world, kept);
  let books = kept.get(fleet);
  if (books === undefined) kept.set(fleet, (books = new Books(world, table, fleet)));
  return books;
}
