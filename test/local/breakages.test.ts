import { describe, expect, test } from 'vitest';
import type { FleetState } from '../../handlers/runtime/fleet-state.ts';
import { type Breakage, breakages } from '../../local/breakages.ts';
import { callersIn } from '../../local/callers.ts';
import { type Healing, heal } from '../../local/scenario.ts';
import { request } from '../../simulator/data-plane/request.ts';
import type { World } from '../../simulator/world.ts';
import { ACCOUNT, QUICK, type TestBed, testBed } from '../support/landbridge.ts';

const URL = 'https://api.payments.example.com/health';
const MEMBERS = ['us-east-1', 'eu-west-1', 'ap-southeast-2'];
/** Callers in `from` ask the replica in `to`: the link between them is broken, or a part of either. */
const where = { from: 'eu-west-1', to: 'us-east-1' };
const MINUTE_MS = 60_000;

interface Expected {
  /** The target whose id the trace names; undefined where no request fails. */
  readonly names: string | undefined;
  /** Until everything is as declared and proven, once it was noticed. */
  readonly withinSeconds: number;
  readonly writes: number;
  /** Writes that AWS may refuse, while it is still at what the stranger asked of it. */
  readonly refused?: number;
  /** Whose callers may lose requests: by latency they all ask the replica of their own Region. */
  readonly affected: readonly string[];
  readonly why: string;
}

// biome-ignore format: a table is read down its columns
const expected: Readonly<Record<string, Expected>> = {
  'peering deleted by its requester': { names: 'peering/eu-west-1~us-east-1', withinSeconds: 20, writes: 5, affected: [], why: 'create, accept, tag, and a route replaced on each side' },
  'peering deleted by its accepter': { names: 'peering/eu-west-1~us-east-1', withinSeconds: 20, writes: 5, affected: [], why: 'the same, whoever deleted it' },
  'route deleted': { names: 'route-table/eu-west-1/main', withinSeconds: 10, writes: 1, affected: [], why: 'the route' },
  'route replaced by a blackhole': { names: 'route-table/eu-west-1/main', withinSeconds: 10, writes: 1, affected: [], why: 'the route' },
  'rule revoked': { names: 'security-group/us-east-1/endpoint', withinSeconds: 10, writes: 1, affected: ['us-east-1'], why: 'the rule' },
  'endpoint deleted': { names: 'endpoint/us-east-1', withinSeconds: 20 * 60, writes: 8, affected: ['us-east-1'], why: 'endpoint; API, stage and domain let in the new one, which has an association of its own; three views. The association takes a quarter of an hour' },
  'zone disassociated': { names: 'vpc/eu-west-1', withinSeconds: 75, writes: 1, affected: ['eu-west-1'], why: 'the association; names take a minute' },
  'record deleted': { names: 'view/eu-west-1', withinSeconds: 75, writes: 1, affected: [], why: 'the record; names take a minute' },
  'record changed': { names: 'route-table/eu-west-1/main', withinSeconds: 75, writes: 1, affected: [], why: 'the record; names take a minute' },
  'resource policy loosened': { names: undefined, withinSeconds: 10, writes: 3, affected: [], why: 'the policy, and as the stranger deployed, the document anew and a deployment' },
  'stage deleted': { names: 'rest-api/us-east-1', withinSeconds: 10, writes: 3, affected: ['us-east-1'], why: 'the document anew, a deployment, which makes the stage, and the mapping, without which it could not have gone' },
  'function code replaced': { names: 'function/us-east-1/payments', withinSeconds: 10, writes: 1, refused: 1, affected: ['us-east-1'], why: 'the code' },
  'tags removed': { names: undefined, withinSeconds: 10, writes: 3, affected: [], why: 'the tags of three resources' },
};

interface Scene {
  readonly bed: TestBed;
  readonly state: FleetState;
}

/** Three Regions, settled for a while, so that no event is on its way any more. */
async function settled({ name }: Breakage): Promise<Scene> {
  const bed = await testBed({ timings: name === 'endpoint deleted' ? {} : QUICK });
  await bed.join(...MEMBERS);
  await bed.clock.runFor(5 * MINUTE_MS);
  return { bed, state: await bed.state() };
}

const vpcOf = ({ ids }: FleetState, region: string): string => ids.get(`vpc/${region}`) ?? '';

async function breakAndHeal({ bed, state }: Scene, breakage: Breakage): Promise<Healing> {
  const { clock, world, landbridge, stranger } = bed;
  const callers = callersIn(
    world,
    MEMBERS.map((region) => ({ region, vpcId: vpcOf(state, region) })),
    URL,
  );
  const healing = await clock.runUntil(heal(breakage, where, { landbridge, stranger, callers }));
  callers.stop();
  return healing;
}

/** What becomes of every event on its way to Landbridge; the schedule is none. */
const events = (fate: 'lost' | 'doubled'): World['weather'] => ({
  event: ({ event }) => (event['detail-type'] === 'Scheduled Event' ? 'delivered' : fate),
});

test('every breakage is expected to heal', () => {
  expect(breakages.map(({ name }) => name)).toEqual(Object.keys(expected));
});

describe.for(breakages)('$name', (breakage) => {
  const { names, withinSeconds, writes, refused = 0, affected } = expected[breakage.name] as Expected;

  test('a request ends where the trace says, which names the resource', async () => {
    const { bed, state } = await settled(breakage);
    bed.world.weather = events('lost');
    await bed.asStranger(breakage.do({ state, ...where }));
    const { showsAfter, endsAt } = breakage;
    if (showsAfter !== undefined) await bed.clock.runFor(bed.world.timings[showsAfter] + 1);
    const journey = await bed.clock.runUntil(
      request(bed.world, {
        from: { account: ACCOUNT, region: where.from, vpcId: vpcOf(state, where.from) },
        url: URL,
        pin: where.to,
        resolverCache: 'bypass',
      }),
    );
    expect(journey.failedAt).toBe(endsAt);
    if (names === undefined) return expect(journey.status).toBe(200);
    const id = (state.ids as ReadonlyMap<string, string>).get(names)?.split(':').at(-1);
    expect(journey.hops.at(-1)?.says).toContain(id);
  });

  const heals = (healing: Healing, steers = 0): void => {
    expect(healing.healed).toBe(true);
    expect(healing.writes).toBeGreaterThanOrEqual(writes);
    expect(healing.writes).toBeLessThanOrEqual(writes + refused + steers);
    expect(Object.keys(healing.tolls.lostBy).filter((region) => !affected.includes(region))).toEqual([]);
  };

  test('heals by itself, noticed by the event', async () => {
    const healing = await breakAndHeal(await settled(breakage), breakage);
    heals(healing);
    // Where a proof takes a quarter of an hour, the run that probes began may be the one that sees it.
    expect(healing.noticedBy).toMatch(breakage.name === 'endpoint deleted' ? /^(event|probes): / : /^event: /);
    expect(healing.healedAfterMs).toBeLessThan(withinSeconds * 1_000);
  });

  test('heals with every event told twice, by as many writes', async () => {
    const scene = await settled(breakage);
    scene.bed.world.weather = events('doubled');
    heals(await breakAndHeal(scene, breakage));
  });

  test('heals with every event lost, noticed by the schedule', async () => {
    const scene = await settled(breakage);
    scene.bed.world.weather = events('lost');
    const healing = await breakAndHeal(scene, breakage);
    // Probes have seen a broken link by then, and callers at both ends are kept off it.
    heals(healing, 2);
    expect(healing.noticedBy).toBe('schedule');
    // A change of records is proven once nobody may still remember the old one.
    expect(healing.healedAfterMs).toBeLessThan(withinSeconds * 1_000 + 2 * MINUTE_MS);
  });
});
