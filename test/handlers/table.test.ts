import { expect, test } from 'vitest';
import { epochMs } from '../../control-plane/model/units.ts';
import type { Runtime } from '../../handlers/runtime/runtime.ts';
import { Table } from '../../handlers/runtime/table.ts';

const ROWS = Array.from({ length: 3 }, (_, index) => ({ pk: 'journal#payments', sk: String(index) }));

/** DynamoDB that leaves out all but the first of each batch, this often. */
function leavingOut(times: number) {
  const sent: number[] = [];
  let sleptMs = 0;
  const runtime: Runtime = {
    call: ({ input }) => {
      const { RequestItems } = input as { RequestItems: Record<string, unknown[]> };
      const requests = RequestItems['landbridge-state'] ?? [];
      sent.push(requests.length);
      const left = sent.length > times ? [] : requests.slice(requests.length > 1 ? 1 : 0);
      return Promise.resolve({ UnprocessedItems: left.length === 0 ? {} : { 'landbridge-state': left } });
    },
    nowMs: () => epochMs(0),
    sleep: (ms) => {
      sleptMs += ms;
      return Promise.resolve();
    },
    chance: () => 1,
    requester: () => Promise.reject(new Error('nobody asks')),
    print: () => {},
    settings: {
      table: 'landbridge-state',
      home: 'us-east-1',
      account: '111122223333',
      region: 'us-east-1',
      fleet: undefined,
      topicArn: undefined,
      leftOut: {},
    },
  };
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
