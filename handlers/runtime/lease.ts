import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { Fault, isFault } from '../../control-plane/model/faults.ts';
import type { LeaseScope } from '../../control-plane/model/target.ts';
import type { Runtime } from './runtime.ts';
import { Table, values } from './table.ts';

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

const leasePk = (fleet: string): string => `lease#${fleet}`;

export class Leases {
  readonly #runtime: Runtime;
  readonly #table: Table;
  readonly #fleet: string;

  constructor(runtime: Runtime, fleet: string) {
    this.#runtime = runtime;
    this.#table = new Table(runtime);
    this.#fleet = fleet;
  }

  /** The lease, or `undefined` while somebody else has it. The same holder may take it again: a retried handler does. */
  async take(scope: LeaseScope, holder: string): Promise<Lease | undefined> {
    const nowMs = this.#runtime.nowMs();
    const expiresAtMs = nowMs + LEASE_MS;
    try {
      const { fence } = await this.#table.update(
        { pk: leasePk(this.#fleet), sk: scope },
        {
          set: 'SET holder = :holder, expiresAtMs = :expires ADD fence :one',
          condition: 'attribute_not_exists(holder) OR holder = :holder OR expiresAtMs < :now',
          values: { ':holder': holder, ':expires': expiresAtMs, ':now': nowMs, ':one': 1 },
        },
      );
      return { scope, holder, fence: fence as number, expiresAtMs };
    } catch (error) {
      if (isFault(error, 'Conflict')) return undefined;
      throw error;
    }
  }

  /** Gives it back, if it is still ours. The fence stays: it must only grow. */
  async release(lease: Lease): Promise<void> {
    try {
      await this.#table.update(
        { pk: leasePk(this.#fleet), sk: lease.scope },
        { set: 'REMOVE holder, expiresAtMs', condition: 'fence = :fence', values: { ':fence': lease.fence } },
      );
    } catch (error) {
      if (!isFault(error, 'Conflict')) throw error;
    }
  }

  /** Proves, in the same transaction as `items`, that the lease is still ours. Conflict where it is not: write nothing. */
  async whileHeld(lease: Lease, items: readonly TransactWriteItem[]): Promise<void> {
    this.assertFresh(lease);
    await this.#table.transact([
      {
        ConditionCheck: {
          TableName: this.#table.name,
          Key: values({ pk: leasePk(this.#fleet), sk: lease.scope }),
          ConditionExpression: 'fence = :fence AND holder = :holder',
          ExpressionAttributeValues: values({ ':fence': lease.fence, ':holder': lease.holder }),
        },
      },
      ...items,
    ]);
    // The transaction itself may have taken long.
    this.assertFresh(lease);
  }

  assertFresh({ scope, fence, expiresAtMs }: Lease): void {
    if (this.#runtime.nowMs() > expiresAtMs - MARGIN_MS)
      throw new Fault('Conflict', `the lease of ${scope} (fence ${fence}) ran out while it was held: look again`);
  }
}
