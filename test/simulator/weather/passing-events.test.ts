import { beforeEach, describe, expect, test } from 'vitest';
import type { EventOptions } from '../../../simulator/weather/index.ts';
import { weatherWorld } from './weather-world.ts';

const pattern = { Name: 'all', EventPattern: JSON.stringify({ source: ['test'] }) };

interface Heard {
  readonly id: string;
  readonly n: number;
  readonly atMs: number;
}

/** A rule whose one target writes down what it hears. */
async function hearing(name = 'ears') {
  const world = weatherWorld();
  const heard: Heard[] = [];
  const arn = await world.function(name, async (event) => {
    const { id, detail } = event as { id: string; detail: { n: number } };
    heard.push({ id, n: detail.n, atMs: world.clock.nowMs() });
  });
  await world.ask('lambda', 'AddPermission', {
    FunctionName: name,
    StatementId: 'events',
    Action: 'lambda:InvokeFunction',
    Principal: 'events.amazonaws.com',
  });
  const rule = async (): Promise<void> => {
    await world.ask('eventbridge', 'PutRule', pattern);
    await world.ask('eventbridge', 'PutTargets', { Rule: 'all', Targets: [{ Id: 'ears', Arn: arn }] });
  };
  const send = (n: number) =>
    world.ask('eventbridge', 'PutEvents', {
      Entries: [{ Source: 'test', DetailType: 'test', Detail: JSON.stringify({ n }) }],
    });
  return { ...world, heard, rule, send };
}

let it: Awaited<ReturnType<typeof hearing>>;
beforeEach(async () => {
  it = await hearing();
});

const sent = async (count: number, options: EventOptions, forMs = 60_000): Promise<readonly Heard[]> => {
  await it.rule();
  it.storm.events(options);
  for (let n = 0; n < count; n += 1) {
    await it.send(n);
    await it.clock.runFor(100);
  }
  await it.clock.runFor(forMs);
  return it.heard;
};

describe('events on their way to a target', () => {
  test('are lost', async () => {
    expect(await sent(5, { lost: 1 })).toEqual([]);
    expect(it.storm.struck()).toEqual([{ kind: 'event lost', service: 'eventbridge', operation: 'lambda', times: 5 }]);
  });

  test('are doubled, with one id', async () => {
    const heard = await sent(3, { doubled: 1 });
    expect(heard.map(({ n }) => n).toSorted((a, b) => a - b)).toEqual([0, 0, 1, 1, 2, 2]);
    expect(new Set(heard.map(({ id }) => id)).size).toBe(3);
  });

  test('are late, by minutes', async () => {
    const startMs = it.clock.nowMs();
    const heard = await sent(3, { late: 1 }, 10 * 60_000);
    expect(heard).toHaveLength(3);
    for (const { atMs } of heard) expect(atMs - startMs).toBeGreaterThan(60_000);
  });

  test('are overtaken: none is lost, and the order is another', async () => {
    const heard = await sent(40, { reordered: 0.5 });
    const order = heard.map(({ n }) => n);
    expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, n) => n));
    expect(order).not.toEqual(order.toSorted((a, b) => a - b));
  });

  test('meet several storms at once: doubled by one, late by the other', async () => {
    it.storm.events({ doubled: 1 });
    const heard = await sent(1, { late: 1, lateMs: [5_000, 6_000] });
    expect(heard).toHaveLength(2);
    expect(new Set(heard.map(({ id }) => id)).size).toBe(1);
  });

  test('and of one rule only, where one asks so', async () => {
    expect(await sent(2, { lost: 1, only: ({ ruleName }) => ruleName === 'another' })).toHaveLength(2);
  });

  test('go by what a test says as well', async () => {
    it.world.weather = { event: () => ({ lateMs: 30_000 }) };
    const startMs = it.clock.nowMs();
    const heard = await sent(1, { doubled: 1 });
    expect(heard.map(({ atMs }) => atMs - startMs > 30_000)).toEqual([true, true]);
  });
});

describe('a new rule', () => {
  test('hears nothing for a while, and everything after', async () => {
    it.storm.lateRules({ share: 1, maxMs: 20_000 });
    await it.rule();
    for (let n = 0; n < 30; n += 1) {
      await it.send(n);
      await it.clock.runFor(1_000);
    }
    const missed = it.storm.times('event unmatched');
    expect(missed).toBeGreaterThan(0);
    expect(it.heard.map(({ n }) => n)).toEqual(Array.from({ length: 30 - missed }, (_, n) => n + missed));
  });

  test('that was there before goes on hearing when it is put again', async () => {
    await it.rule();
    it.storm.lateRules({ share: 1 });
    await it.rule();
    await it.send(1);
    await it.clock.runFor(1_000);
    expect(it.heard).toHaveLength(1);
  });
});
