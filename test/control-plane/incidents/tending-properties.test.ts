import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diagnose } from '../../../control-plane/health/diagnose.ts';
import type { Cause } from '../../../control-plane/health/finding.ts';
import type { ProbeRow, Streak } from '../../../control-plane/health/probe-row.ts';
import type { TargetKey } from '../../../control-plane/model/target.ts';
import { judge } from '../../../control-plane/policies/judge.ts';
import { client, declaredAs, drained, SECOND_MS, START_MS, situationWith, stepFor, trio } from '../situations.ts';
import { type Moment, Ward } from './ward.ts';

const LINK = 'link/eu-west-1~us-east-1';
const members = [...trio, client];
const regions = members.map(({ region }) => region);
const region = fc.constantFrom(...regions);

const causes: fc.Arbitrary<Cause> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(region, region)
      .filter(([a, b]) => a < b)
      .map(([a, b]): Cause => `link/${a}~${b}`),
  },
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.constantFrom('network', 'replica', 'region', 'view', 'observer'), region)
      .map(([kind, of]): Cause => `${kind as 'network'}/${of}`),
  },
  { weight: 1, arbitrary: fc.constant<Cause>('fleet/payments') },
);
const keys: fc.Arbitrary<TargetKey> = fc.constantFrom(
  'peering/eu-west-1~us-east-1',
  'peering/ap-southeast-2~eu-west-1',
  'route/us-east-1/main/10.65.0.0/16',
  'route-table/eu-west-1/main',
  'stage/eu-west-1',
  'stage/us-east-1',
  'records/us-east-1',
  'vpc/ap-southeast-2',
  'agent/us-east-1/probe',
);
const moments: fc.Arbitrary<Moment> = fc.record(
  {
    seen: fc.uniqueArray(causes, { maxLength: 3 }),
    steps: fc.uniqueArray(keys, { maxLength: 4 }).map((found) => found.map((key) => stepFor(key))),
    waiting: fc
      .uniqueArray(keys, { maxLength: 2 })
      .map((found) => found.map((target) => ({ target, because: 'it waits' }))),
    scope: fc.oneof(
      fc.constant({}),
      fc.record({ regions: fc.uniqueArray(region, { minLength: 1, maxLength: 2 }) }),
      fc.record({ targets: fc.uniqueArray(keys, { minLength: 1, maxLength: 3 }) }),
    ),
    proven: fc.constant({}),
    discounted: fc.dictionary(region, fc.constant('its row is old')),
  },
  { requiredKeys: [] },
);

/** Moments some seconds after each other. */
const stories = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 400 }), moments), { minLength: 1, maxLength: 12 })
  .map((parts) => {
    let at = 0;
    return parts.map(([after, moment]): Moment => {
      at += after;
      return { ...moment, at };
    });
  });

describe('whatever happens', () => {
  // Ward.tend itself asserts, at every moment, that a second tending has nothing to do and that no cause has two incidents.
  test('tending twice does nothing the second time, and a cause has one incident', () => {
    fc.assert(
      fc.property(stories, fc.uniqueArray(region, { maxLength: 2 }), (story, out) => {
        const ward = new Ward(declaredAs(members, { drains: out.map(drained) }));
        for (const moment of story) ward.tend(moment);
      }),
      { numRuns: 200 },
    );
  });

  test('no steer is begun that any policy is against, and none while every serving member is sick', () => {
    fc.assert(
      fc.property(stories, (story) => {
        const ward = new Ward(declaredAs(members));
        for (const moment of story) {
          const { situation } = ward.occasion(moment);
          const { steer, unsteer } = ward.tend(moment);
          const { traffic } = situation.declared;
          const steers = (traffic?.steers ?? []).filter((one) => !unsteer.includes(one));
          const declared = { ...situation.declared, traffic: { drains: [], steers } };
          for (const { viewer, avoid, cause } of steer) {
            if (cause === 'ramp') throw new Error('a ramp is not begun here');
            expect(judge({ what: 'steer', viewer, avoid, cause }, { ...situation, declared }, []).verdict).toBe(
              'allow',
            );
          }
          const sick = moment.seen ?? [];
          const isAllSick = trio.every((member) =>
            sick.some(
              (one) =>
                typeof one === 'string' &&
                (one.startsWith('fleet/') ||
                  (/^(replica|region|network)\//.test(one) && one.endsWith(`/${member.region}`))),
            ),
          );
          if (isAllSick) expect(steer).toEqual([]);
        }
      }),
      { numRuns: 150 },
    );
  });

  test('a repair is of what drifted, never a removal, and within its budget', () => {
    fc.assert(
      fc.property(stories, (story) => {
        const ward = new Ward(declaredAs(members, {}, { policies: { repairsPerHour: 2 } }));
        for (const moment of story) ward.tend(moment);
        for (const { repairsAtMs } of ward.incidents)
          for (const atMs of repairsAtMs)
            expect(repairsAtMs.filter((other) => other >= atMs && other - atMs < 3_600_000).length).toBeLessThanOrEqual(
              2,
            );
      }),
      { numRuns: 150 },
    );
  });

  test('once all is well, looked at and proven for longer than the cool-down, every incident is over and no steer stands', () => {
    fc.assert(
      fc.property(stories, (story) => {
        const ward = new Ward(declaredAs(members));
        for (const moment of story) ward.tend(moment);
        const at = story.at(-1)?.at ?? 0;
        for (const after of [10, 310, 620]) ward.tend({ at: at + after, steps: [], proven: {} });
        expect(ward.open).toEqual([]);
        expect(ward.steers).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});

describe('a diagnosis that flaps every 20 s for an hour', () => {
  // biome-ignore format: a table is read down its columns
  test.for([
    { cause: LINK,                 views: 2 },
    { cause: 'network/eu-west-1',  views: 4 },
    { cause: 'replica/eu-west-1',  views: 0 },
  ] as const)('$cause: callers are moved once in a cool-down, and it is one incident', ({ cause, views }) => {
    const ward = new Ward();
    const steers = new Map<string, number[]>();
    for (let at = 0; at < 3_600; at += 20) {
      const { steer, unsteer } = ward.tend({ at, seen: (at / 20) % 2 === 0 ? [cause] : [] });
      for (const { viewer, avoid } of [...steer, ...unsteer])
        steers.set(`${viewer}>${avoid}`, [...(steers.get(`${viewer}>${avoid}`) ?? []), at]);
    }
    expect(steers.size).toBe(views);
    for (const moves of steers.values())
      for (const [index, at] of moves.entries())
        expect(at - (moves[index - 1] ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(300);
    expect(ward.incidents).toHaveLength(1);
  });
});

describe('with what probes really see', () => {
  const streak = (isWell: boolean): Streak => ({
    state: isWell ? 'well' : 'sick',
    sinceMs: START_MS - 30 * SECOND_MS,
    recent: isWell ? '............' : '.........xxx',
    symptom: isWell ? null : 'connect',
    latencyMs: 80,
    says: isWell ? 'HTTP 200 after 80 ms' : 'no connection within 2000 ms',
  });
  /** Rows of a fleet in which some pairs of observer and replica do not get through. */
  const rowsWithout = (cut: readonly string[]): readonly ProbeRow[] =>
    members.map(({ region: observer, role }) => ({
      observer,
      atMs: START_MS - SECOND_MS,
      replicas: Object.fromEntries(trio.map(({ region: to }) => [to, streak(!cut.includes(`${observer}>${to}`))])),
      name: streak(true),
      bit: role === 'serving' ? streak(true) : null,
    }));
  const tended = (...cut: readonly string[]): Ward => {
    const ward = new Ward(declaredAs(members));
    const rows = rowsWithout(cut);
    const { findings, discounted } = diagnose(ward.declared, rows, START_MS);
    ward.tend({ seen: findings, discounted, rows });
    return ward;
  };

  // biome-ignore format: a table is read down its columns
  test.for([
    { cut: [],                                                            steers: [],                                                  why: 'nothing is the matter' },
    { cut: ['us-east-1>eu-west-1', 'eu-west-1>us-east-1'],                steers: ['eu-west-1>us-east-1', 'us-east-1>eu-west-1'],      why: 'both see it' },
    { cut: ['us-east-1>eu-west-1'],                                       steers: ['us-east-1>eu-west-1'],                             why: 'only the one who sees it' },
    { cut: ['ca-central-1>eu-west-1'],                                    steers: ['ca-central-1>eu-west-1'],                          why: 'a client is the only one who sees its link' },
    { cut: regions.map((observer) => `${observer}>eu-west-1`),            steers: [],                                                  why: 'its replica is sick, and its health bit says so' },
  ])('$cut: $steers, $why', ({ cut, steers }) => {
    expect(tended(...cut).steers).toEqual(steers);
  });
});

test('an occasion with nothing in it is nothing to do', () => {
  expect(new Ward().tend().says).toBe('nothing to do');
  expect(situationWith().incidents).toEqual([]);
});
