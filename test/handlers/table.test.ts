import { describe, expect, test } from 'vitest';
import { Fault, type FaultName } from '../../control-plane/model/faults.ts';
import { Table } from '../../handlers/runtime/table.ts';
import { runtimeByHand } from '../support/runtime-by-hand.ts';

const ROWS = Array.from({ length: 3 }, (_, index) => ({ pk: 'journal#payments', sk: String(index) }));

/** DynamoDB that leaves out all but the first of each batch, this often. */
function leavingOut(times: number) {
  const sent: number[] = [];
  let sleptMs = 0;
  const runtime = runtimeByHand({
    call: ({ input }) => {
      const { RequestItems } = input as { RequestItems: Record<string, unknown[]> };
      const requests = RequestItems['landbridge-state'] ?? [];
      sent.push(requests.length);
      const left = sent.length > times ? [] : requests.slice(requests.length > 1 ? 1 : 0);
      return Promise.resolve({ UnprocessedItems: left.length === 0 ? {} : { 'landbridge-state': left } });
    },
    sleep: (ms) => {
      sleptMs += ms;
      return Promise.resolve();
    },
    chance: () => 1,
  });
  return { sent, sleptMs: () => sleptMs, write: () => new Table(runtime).batch({ put: ROWS }) };
}

test('what DynamoDB leaves out of a batch is sent again', async () => {
  const { sent, write } = leavingOut(2);
  await write();
  expect(sent).toEqual([3, 2, 1]);
});

test('what it goes on leaving out is Throttled in the end, sooner than any function ends', async () => {
  const { sent, sleptMs, write } = leavingOut(Number.POSITIVE_INFINITY);
  await expect(write()).rejects.toMatchObject({ fault: 'Throttled', message: expect.stringContaining('1 of 3 rows') });
  expect(sent).toHaveLength(10);
  expect(sleptMs()).toBeLessThan(15_000);
});

/** DynamoDB that refuses the first so many writes, in the same way. */
function refusing(times: number, fault: FaultName) {
  const sent: unknown[] = [];
  let sleptMs = 0;
  const runtime = runtimeByHand({
    call: ({ input }) => {
      sent.push(input);
      return sent.length > times ? Promise.resolve({}) : Promise.reject(new Fault(fault, 'no'));
    },
    sleep: (ms) => {
      sleptMs += ms;
      return Promise.resolve();
    },
    chance: () => 1,
  });
  return { sent, sleptMs: () => sleptMs, table: new Table(runtime) };
}

const KEY = { pk: 'fleet#payments', sk: 'fleet' };

// biome-ignore format: a table is read down its columns
describe.for([
  { name: 'a transaction', write: (table: Table) => table.transact([]) },
  { name: 'an update',     write: (table: Table) => table.update(KEY, { set: 'ADD fence :one', values: { ':one': 1 } }) },
])('$name', ({ write }) => {
  test('that is refused for the moment is sent again as it was', async () => {
    const { sent, sleptMs, table } = refusing(3, 'Throttled');
    await write(table);
    expect(sent).toHaveLength(4);
    expect(new Set(sent.map((input) => JSON.stringify(input))).size).toBe(1);
    expect(sleptMs()).toBeGreaterThan(0);
  });

  test('that goes on being refused is Throttled, sooner than any function ends', async () => {
    const { sent, sleptMs, table } = refusing(Number.POSITIVE_INFINITY, 'Throttled');
    await expect(write(table)).rejects.toMatchObject({ fault: 'Throttled' });
    expect(sent).toHaveLength(6);
    expect(sleptMs()).toBeLessThanOrEqual(5_000);
  });

  test.for(['Conflict', 'Unavailable', 'Rejected'] as const)('is sent once where it is %s', async (fault) => {
    const { sent, table } = refusing(1, fault);
    await expect(write(table)).rejects.toMatchObject({ fault });
    expect(sent).toHaveLength(1);
  });
});
