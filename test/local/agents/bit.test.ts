import { expect, test } from 'vitest';
import type { ProbeRow, Streak } from '../../../control-plane/health/probe-row.ts';
import { Fault } from '../../../control-plane/model/faults.ts';
import { epochMs } from '../../../control-plane/model/units.ts';
import { agentHandlers } from '../../../handlers/agents/index.ts';
import type { Caller } from '../../../handlers/runtime/caller.ts';
import { HealthStore } from '../../../handlers/runtime/health-store.ts';
import type { Runtime } from '../../../handlers/runtime/runtime.ts';
import { type TestBed, testBed } from '../../support/landbridge.ts';

interface Bit {
  /** '503 drained' */
  ask(): Promise<string>;
  /** From now on the state table answers so. */
  tableIs(state: 'well' | 'refusing' | 'silent'): void;
  readonly queries: () => number;
  readonly store: HealthStore;
  readonly lines: readonly string[];
}

/** The bit of home in a container of its own, before a state table that can be told to be unwell. */
function bitIn({ clock, landbridge: { operator } }: TestBed): Bit {
  let state = 'well';
  let queries = 0;
  const lines: string[] = [];
  const call: Caller = async (asked) => {
    queries += 1;
    if (state === 'refusing') throw new Fault('Forbidden', 'the role may not query the table');
    if (state === 'silent') await clock.sleep(30_000);
    return operator.call(asked);
  };
  const runtime: Runtime = {
    ...operator,
    call,
    container: {},
    print: (line) => void lines.push(line),
    settings: { ...operator.settings, fleet: 'payments' },
  };
  return {
    lines,
    queries: () => queries,
    store: new HealthStore(operator),
    tableIs: (next) => {
      state = next;
    },
    async ask() {
      const answer = await clock.runUntil(agentHandlers.bit.runIn(runtime, {}));
      const { statusCode, headers, body } = answer as {
        statusCode: number;
        headers: Record<string, string>;
        body: string;
      };
      expect(body).toBe(statusCode === 200 ? 'landbridge: in service' : 'landbridge: out of service');
      return `${statusCode} ${headers['x-landbridge-because']}`;
    },
  };
}

const streak = (state: Streak['state'], atMs: number): Streak => ({
  state,
  sinceMs: atMs,
  recent: state === 'sick' ? 'xxx' : '...',
  symptom: state === 'sick' ? 'connect' : null,
  latencyMs: 10,
  says: 'no connection',
});
const row = (state: Streak['state'], atMs: number): ProbeRow => ({
  observer: 'us-east-1',
  atMs,
  replicas: { 'us-east-1': streak(state, atMs) },
  name: streak('well', atMs),
  bit: null,
});
const drained = (bed: TestBed, store: HealthStore): Promise<void> => {
  const sinceMs = epochMs(bed.clock.nowMs());
  const drain = { region: 'us-east-1', sinceMs, by: 'arn:aws:iam::111122223333:user/ada', because: 'a drill' };
  return store.moveAs('payments', sinceMs, async () => ({ drain }));
};

test('says what probes and drains say, and remembers it for five seconds', async () => {
  const bed = await testBed();
  const { ask, store, queries, lines } = bitIn(bed);
  expect(await ask()).toBe('200 probes');
  await bed.clock.runUntil(store.putRow('payments', row('sick', bed.clock.nowMs())));
  await bed.clock.runFor(4_000);
  expect(await ask()).toBe('200 probes');
  expect(queries()).toBe(1);
  await bed.clock.runFor(1_000);
  expect(await ask()).toBe('503 probes');
  await bed.clock.runUntil(store.putRow('payments', row('well', bed.clock.nowMs())));
  await bed.clock.runFor(5_000);
  expect(await ask()).toBe('200 probes');
  // Who drained it is nobody's business out there, and in the log.
  await bed.clock.runUntil(drained(bed, store));
  await bed.clock.runFor(5_000);
  expect(await ask()).toBe('503 drained');
  expect(lines.at(-1)).toContain('user/ada');
  expect(lines).toHaveLength(4);
});

test.for(['refusing', 'silent'] as const)('a table that is %s is nothing against the replica', async (how) => {
  const bed = await testBed();
  const { ask, store, tableIs } = bitIn(bed);
  await bed.clock.runUntil(store.putRow('payments', row('sick', bed.clock.nowMs())));
  expect(await ask()).toBe('503 probes');
  tableIs(how);
  await bed.clock.runFor(20_000);
  expect(await ask()).toBe('503 probes');
  await bed.clock.runFor(60_000);
  const askedAtMs = bed.clock.nowMs();
  expect(await ask()).toBe('200 no-evidence');
  // Route 53 waits two seconds.
  expect(bed.clock.nowMs() - askedAtMs).toBeLessThan(2_000);
});

test('a drain outlives the table', async () => {
  const bed = await testBed();
  const { ask, store, tableIs } = bitIn(bed);
  await bed.clock.runUntil(drained(bed, store));
  expect(await ask()).toBe('503 drained');
  tableIs('refusing');
  await bed.clock.runFor(3_600_000);
  expect(await ask()).toBe('503 drained');
});

test('containers know nothing of each other', async () => {
  const bed = await testBed();
  const first = bitIn(bed);
  const second = bitIn(bed);
  await bed.clock.runUntil(drained(bed, first.store));
  expect(await first.ask()).toBe('503 drained');
  second.tableIs('refusing');
  expect(await second.ask()).toBe('200 no-evidence');
});
