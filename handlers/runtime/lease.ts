import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { Fault, isFault } from '../../control-plane/model/faults.ts';
import type { LeaseScope } from '../../control-plane/model/target.ts';
import { fleetPk, LEASE_SK } from './fleet-rows.ts';
import { HOME_SK } from './home-mark.ts';
import type { Runtime } from './runtime.ts';
import { type Key, Table, values } from './table.ts';

/** The right to write in one scope, until it expires. The fence only grows: a higher one means that somebody else has it now. */
export interface Lease {
  readonly scope: LeaseScope;
  readonly holder: string;
  readonly fence: number;
  readonly expiresAtMs: number;
}

/** Longer than a handler may run, so that a living holder never loses it. */
const LEASE_MS = 5 * 60_000;
/** A lease this close to its end is treated as lost: the check and the write that follows it are two calls. */
const MARGIN_MS = 5_000;

export class Leases {
  readonly #runtime: Runtime;
  readonly #table: Table;
  readonly #fleet: string;
  /** Those that turned out to be somebody else's when they were to be proven. */
  readonly #lost = new WeakSet<Lease>();

  constructor(runtime: Runtime, fleet: string) {
    this.#runtime = runtime;
    this.#table = new Table(runtime);
    this.#fleet = fleet;
  }

  /**
   * The lease, or `undefined` while somebody else has it, or where somebody had it when `seen` was the fence, or since: what
   * was planned then was planned of another world. The same holder may take it again: a handler that follows one that died does.
   */
  async take(scope: LeaseScope, holder: string, seen: number | undefined): Promise<Lease | undefined> {
    const nowMs = this.#runtime.nowMs();
    const expiresAtMs = nowMs + LEASE_MS;
    try {
      const { fence } = await this.#table.update(this.#keyOf(scope), {
        set: 'SET #scope = :scope, holder = :holder, expiresAtMs = :expires ADD fence :one',
        condition: `(attribute_not_exists(holder) OR holder = :holder OR expiresAtMs < :now) AND ${
          seen === undefined ? 'attribute_not_exists(fence)' : 'fence = :seen'
        }`,
        names: { '#scope': 'scope' },
        values: {
          ':scope': scope,
          ':holder': holder,
          ':expires': expiresAtMs,
          ':now': nowMs,
          ':one': 1,
          ':seen': seen,
        },
      });
      return { scope, holder, fence: fence as number, expiresAtMs };
    } catch (error) {
      if (isFault(error, 'Conflict')) return undefined;
      throw error;
    }
  }

  #keyOf(scope: LeaseScope): Key {
    return { pk: fleetPk(this.#fleet), sk: `${LEASE_SK}${scope}` };
  }

  /**
   * Gives it back, if it is still ours. The fence grows once more: who looked while it was held saw the number under which
   * we wrote, and not what we wrote.
   */
  async release(lease: Lease): Promise<void> {
    try {
      await this.#table.update(this.#keyOf(lease.scope), {
        set: 'REMOVE holder, expiresAtMs ADD fence :one',
        condition: 'fence = :fence',
        values: { ':fence': lease.fence, ':one': 1 },
      });
    } catch (error) {
      if (!isFault(error, 'Conflict')) throw error;
    }
  }

  /**
   * Whoever was given up may be at it still: what `holder` has is taken back, and from here on it writes nothing more.
   *
   * In   leases as they were read; one that somebody else has by now stays theirs
   * Out  whether there were any: what was read before may lack what was written under them since
   */
  async takeBack(holder: string, held: readonly Lease[]): Promise<boolean> {
    const its = held.filter((lease) => lease.holder === holder);
    for (const lease of its) await this.release(lease);
    return its.length > 0;
  }

  /** Proves, in the same transaction as `items`, that the lease is still ours. Conflict where it is not: write nothing. */
  async whileHeld(lease: Lease, items: readonly TransactWriteItem[]): Promise<void> {
    this.assertFresh(lease);
    try {
      await this.#table.transact([
        {
          ConditionCheck: {
            TableName: this.#table.name,
            Key: values({ ...this.#keyOf(lease.scope) }),
            ConditionExpression: 'fence = :fence AND holder = :holder',
            ExpressionAttributeValues: values({ ':fence': lease.fence, ':holder': lease.holder }),
          },
        },
        // A home that comes back may hold leases still, of a fleet that lives elsewhere by now.
        {
          ConditionCheck: {
            TableName: this.#table.name,
            Key: values({ pk: fleetPk(this.#fleet), sk: HOME_SK }),
            ConditionExpression: 'attribute_not_exists(pk) OR #region = :here',
            ExpressionAttributeNames: { '#region': 'region' },
            ExpressionAttributeValues: values({ ':here': this.#runtime.settings.home }),
          },
        },
        ...items,
      ]);
    } catch (error) {
      if (!isFault(error, 'Conflict')) throw error;
      this.#lost.add(lease);
      const { scope, fence } = lease;
      throw new Fault('Conflict', `the lease of ${scope} (fence ${fence}) is somebody else's by now: look again`, {
        cause: error,
      });
    }
    // The transaction itself may have taken long.
    this.assertFresh(lease);
  }

  /** As far as its holder knows: nothing was refused under it, and it has not run out. */
  isFresh(lease: Lease): boolean {
    return !this.#lost.has(lease) && !this.#hasRunOut(lease);
  }

  #hasRunOut({ expiresAtMs }: Lease): boolean {
    return this.#runtime.nowMs() > expiresAtMs - MARGIN_MS;
  }

  assertFresh(lease: Lease): void {
    const { scope, fence } = lease;
    if (this.#hasRunOut(lease))
      throw new Fault('Conflict', `the lease of ${scope} (fence ${fence}) ran out while it was held: look again`);
  }
}
