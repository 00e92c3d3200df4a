import { beforeAll, describe, expect, test } from 'vitest';
import { type AwsCall, read, type ServiceName, write } from '../../control-plane/model/aws-call.ts';
import { Fault } from '../../control-plane/model/faults.ts';
import { GLOBAL_REGION } from '../../control-plane/model/region.ts';
import { BookedTurns, LONGEST_LINE_MS, PACE } from '../../handlers/runtime/booked-turns.ts';
import type { Caller } from '../../handlers/runtime/caller.ts';
import { type Shares, shares, Turns } from '../../handlers/runtime/pace.ts';
import type { Runtime } from '../../handlers/runtime/runtime.ts';
import { Table } from '../../handlers/runtime/table.ts';
import { type Limit, limits } from '../../simulator/weather/throttle-limits.ts';
import { type TestBed, testBed } from '../support/landbridge.ts';

const ofRoute53 = shares['route-53'];
const { reads: together = ofRoute53?.alone, alone } = ofRoute53 ?? {};
const { atOnce: AT_ONCE = 0, perSecond: PER_SECOND = 0 } = together ?? {};
const { atOnce: ALONE_AT_ONCE = 0, perSecond: ALONE_PER_SECOND = 0 } = alone ?? {};
const BUCKET = 'route-53 us-east-1 reads';
const ROUTE_53 = { service: 'route-53', region: GLOBAL_REGION } as const;

/** The call that a dialogue of one call makes. */
const only = (dialogue: Generator<AwsCall>): AwsCall => dialogue.next().value as AwsCall;
const zone = (): AwsCall => only(read(GLOBAL_REGION, 'route-53', 'getHostedZone', { Id: 'Z1' }));
const change = (): AwsCall =>
  only(
    write(GLOBAL_REGION, 'route-53', 'changeResourceRecordSets', { HostedZoneId: 'Z1', ChangeBatch: { Changes: [] } }),
  );

/** Of all programs of an account together. */
const bucketOf = (service: ServiceName): Limit => {
  const all = limits.filter((limit) => limit.service === service);
  const shared = all.find((limit) => limit.shared !== undefined && limit.shared !== 'changes');
  const found =
    shared ?? all.find(({ operations }) => !(operations instanceof RegExp) && operations.includes('CreateLogGroup'));
  if (found === undefined) throw new Error(`nothing is known of the bucket of ${service}`);
  return found;
};

test.each(Object.entries(shares) as [ServiceName, Shares][])(
  'all shares of %s together leave half of its bucket',
  (service, share) => {
    const { burst, perSecond } = bucketOf(service);
    const lines = [share.reads, share.writes, share.alone].filter((line) => line !== undefined);
    expect(lines.reduce((sum, line) => sum + line.atOnce, 0)).toBeLessThan(burst / 2);
    expect(lines.reduce((sum, line) => sum + line.perSecond, 0)).toBeLessThanOrEqual(perSecond);
  },
);

describe('calls of many runs', () => {
  let bed: TestBed;
  let operator: Runtime;
  /** When each call was made. */
  let madeAtMs: number[];
  let bookings: number;

  const table = (): Table =>
    new Table({
      ...operator,
      call: (call) => {
        bookings += 1;
        return operator.call(call);
      },
    });
  const makes: Caller = () => {
    madeAtMs.push(operator.nowMs());
    return undefined;
  };
  const turnsOfARun = (): Turns => new Turns(operator, new BookedTurns(table(), () => operator.nowMs()));
  const settled = (work: Promise<unknown>): Promise<unknown> => bed.clock.runUntil(work);
  const secondsFrom = (fromMs: number): number => (operator.nowMs() - fromMs) / 1_000;

  beforeAll(async () => {
    bed = await testBed();
    ({ operator } = bed.landbridge);
  });

  /** An hour later everybody has forgotten. */
  async function later(): Promise<void> {
    await bed.clock.runFor(3_600_000);
    madeAtMs = [];
    bookings = 0;
  }

  test('draw no more from a bucket together than one would', async () => {
    await later();
    const runs = Array.from({ length: 12 }, () => turnsOfARun().paced(makes));
    await settled(Promise.all(runs.flatMap((call) => Array.from({ length: 9 }, () => call(zone())))));
    expect(madeAtMs).toHaveLength(108);
    madeAtMs.sort((a, b) => a - b);
    for (const [index, fromMs] of madeAtMs.entries())
      for (const [further, toMs] of madeAtMs.slice(index).entries())
        expect(further + 1).toBeLessThanOrEqual(AT_ONCE + 1 + ((toMs - fromMs) / 1_000) * PER_SECOND);
    // And no less: the line moves on as fast as it may.
    const tookMs = (madeAtMs.at(-1) ?? 0) - (madeAtMs[0] ?? 0);
    expect(tookMs / 1_000).toBeCloseTo((108 - AT_ONCE) / PER_SECOND, 0);
  });

  test('made side by side are booked at once', async () => {
    await later();
    const call = turnsOfARun().paced(makes);
    await settled(Promise.all(Array.from({ length: AT_ONCE }, () => call(zone()))));
    expect(bookings).toBe(1);
    expect(new Set(madeAtMs).size).toBe(1);
  });

  test('wait for no one who booked and died, but for the turns that pass by', async () => {
    await later();
    const diedAtMs = operator.nowMs();
    await settled(
      new BookedTurns(table(), () => operator.nowMs()).book(BUCKET, { atOnce: AT_ONCE, perSecond: PER_SECOND }, 40),
    );
    await settled(Promise.resolve(turnsOfARun().paced(makes)(zone())));
    expect(secondsFrom(diedAtMs)).toBeCloseTo((40 - AT_ONCE + 1) / PER_SECOND, 0);
  });

  test('that write wait for none that read', async () => {
    await later();
    const fromMs = operator.nowMs();
    const reads = Array.from({ length: 60 }, () => turnsOfARun().paced(makes)(zone()));
    await settled(Promise.resolve(turnsOfARun().paced(makes)(change())));
    expect(secondsFrom(fromMs)).toBe(0);
    await settled(Promise.all(reads));
  });

  test('stand in line for a minute and a half, and are throttled beyond that', async () => {
    await later();
    const reads = Math.ceil((LONGEST_LINE_MS / 1_000) * PER_SECOND) + AT_ONCE;
    const first = turnsOfARun().standInLine(ROUTE_53, reads);
    await settled(first);
    const [second] = await Promise.allSettled([settled(turnsOfARun().standInLine(ROUTE_53, 1))]);
    expect(second).toMatchObject({ status: 'rejected', reason: { fault: 'Throttled' } });
    // The line has moved on by then.
    await bed.clock.runFor(5_000);
    await settled(turnsOfARun().standInLine(ROUTE_53, 1));
  });

  test('begin anew where a wrong clock has booked the far future', async () => {
    await later();
    const ahead = { pk: PACE, sk: BUCKET, dueMs: operator.nowMs() + 360_000 };
    await settled(new Table(operator).batch({ put: [ahead] }));
    const fromMs = operator.nowMs();
    await settled(Promise.resolve(turnsOfARun().paced(makes)(zone())));
    expect(secondsFrom(fromMs)).toBe(0);
  });

  test('go at a pace of their own where the table does not answer', async () => {
    await later();
    const dumb = new Table({ ...operator, call: () => Promise.reject(new Fault('Unavailable', 'nobody answers')) });
    const call = new Turns(operator, new BookedTurns(dumb, () => operator.nowMs())).paced(makes);
    const fromMs = operator.nowMs();
    await settled(Promise.all(Array.from({ length: 26 }, () => call(zone()))));
    expect(secondsFrom(fromMs)).toBeCloseTo((26 - ALONE_AT_ONCE) / ALONE_PER_SECOND, 0);
  });

  test('that stood in line ask nobody for a turn any more, until their turns have passed by', async () => {
    await later();
    const turns = turnsOfARun();
    await settled(turns.standInLine(ROUTE_53, 3));
    const call = turns.paced(makes);
    await settled(Promise.all([call(zone()), call(zone())]));
    expect(bookings).toBe(1);
    await bed.clock.runFor(10_000);
    await settled(Promise.resolve(call(zone())));
    expect(bookings).toBeGreaterThan(1);
  });

  test('whose turn it is are made at once, however long the line has grown since', async () => {
    await later();
    const turns = turnsOfARun();
    const call = change();
    await settled(Promise.resolve(turns.before(call)));
    await settled(turnsOfARun().standInLine(ROUTE_53, 1));
    const others = Array.from({ length: 20 }, () => turnsOfARun().paced(makes)(change()));
    const fromMs = operator.nowMs();
    turns.paced(makes)(call);
    expect(madeAtMs).toEqual([fromMs]);
    await settled(Promise.all(others));
  });

  test('of a sweep ask nobody, and keep to a share of their own', async () => {
    await later();
    const call = new Turns(operator).paced(makes);
    const fromMs = operator.nowMs();
    await settled(Promise.all(Array.from({ length: 26 }, () => call(zone()))));
    expect(secondsFrom(fromMs)).toBeCloseTo((26 - ALONE_AT_ONCE) / ALONE_PER_SECOND, 0);
    expect(bookings).toBe(0);
  });

  test('of EC2 that write have a line for each operation', async () => {
    await later();
    const call = new Turns(operator).paced(makes);
    const accept = (): AwsCall =>
      only(write('eu-west-1', 'ec2', 'acceptVpcPeeringConnection', { VpcPeeringConnectionId: 'pcx-1' }));
    const route = (): AwsCall => only(write('eu-west-1', 'ec2', 'createRoute', { RouteTableId: 'rtb-1' }));
    const fromMs = operator.nowMs();
    await settled(Promise.all(Array.from({ length: 33 }, () => call(accept()))));
    expect(secondsFrom(fromMs)).toBeCloseTo((33 - 20) / 2.5, 0);
    call(route());
    expect(madeAtMs.at(-1)).toBe(operator.nowMs());
  });
});
