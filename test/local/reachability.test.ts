import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reachability } from '../../control-plane/health/reachability.ts';
import { pathTargets } from '../../control-plane/health/reachability-path.ts';
import { isFault } from '../../control-plane/model/faults.ts';
import type { Fleet } from '../../control-plane/model/fleet.ts';
import type { Region } from '../../control-plane/model/region.ts';
import { peersOf } from '../../control-plane/model/topology.ts';
import type { FleetState } from '../../handlers/runtime/fleet-store.ts';
import { lookAt, type Sight } from '../../handlers/runtime/look-at.ts';
import { type TestBed, testBed } from '../support/landbridge.ts';
import { type Mutation, mutations } from './reachability-mutations.ts';
import { worldsEnd } from './reachability-world.ts';

interface Shape {
  readonly name: string;
  readonly hub?: Region;
  readonly serving: readonly Region[];
  readonly client?: Region;
}

const shapes: readonly Shape[] = [
  { name: 'two members', serving: ['us-east-1', 'eu-west-1'] },
  { name: 'a mesh of three', serving: ['us-east-1', 'eu-west-1', 'ap-southeast-2'] },
  { name: 'a mesh of three and a client', serving: ['us-east-1', 'eu-west-1', 'ap-southeast-2'], client: 'sa-east-1' },
  { name: 'a hub of two spokes', hub: 'us-east-1', serving: ['us-east-1', 'eu-west-1', 'ap-southeast-2'] },
  { name: 'a hub with a client', hub: 'eu-west-1', serving: ['us-east-1', 'eu-west-1'], client: 'sa-east-1' },
];

const WORLDS_PER_SHAPE = 62;
const SEED = 20_261_121;

async function bedOf({ hub, serving, client }: Shape): Promise<TestBed> {
  const declare = (example: Fleet): Fleet => ({
    ...example,
    ...(hub !== undefined && { network: { ...example.network, topology: { kind: 'hub', hub } } }),
    members: {},
  });
  const bed = await testBed({ timings: { domainNameMs: 0, accessAssociationMs: 0 }, declare });
  await bed.join(...serving);
  if (client !== undefined)
    expect(await bed.run('onboard-region', { fleet: 'payments', region: client, role: 'client' })).toMatchObject({
      status: 'SUCCEEDED',
    });
  await bed.clock.runFor(60_000);
  // Nobody hears of what is broken, so that nobody mends it before it was looked at.
  bed.world.weather = { event: () => 'lost' };
  return bed;
}

const look = (bed: TestBed, state: FleetState): Promise<Sight> =>
  bed.clock.runUntil(lookAt(state, { scope: {}, call: bed.landbridge.operator.call, nowMs: bed.clock.nowMs() }));

interface Strike {
  readonly what: number;
  readonly from: number;
  readonly to: number;
}

/** Breakages name what they do not find; AWS refuses what it cannot do. */
const isRefusal = (error: unknown): boolean =>
  (error instanceof Error && /has no (id in the journal|record of)/.test(error.message)) ||
  ['Absent', 'Conflict', 'Rejected'].some((fault) => isFault(error, fault as 'Absent'));

/** Breaks the world; what AWS refuses by now, or what is not there, is left out. */
async function strike(bed: TestBed, state: FleetState, strikes: readonly Strike[]): Promise<string[]> {
  const { members } = state;
  const serving = members.filter(({ role }) => role === 'serving');
  const regionAt = (of: typeof members, index: number): Region => of[index % of.length]?.region ?? '';
  const done: string[] = [];
  let waitMs = 0;
  for (const { what, from, to } of strikes) {
    const { name, showsAfter, do: first, then = [] } = mutations[what % mutations.length] as Mutation;
    const scene = { state, from: regionAt(members, from), to: regionAt(serving, to) };
    const showsAfterMs = showsAfter === undefined ? 0 : (bed.world.timings[showsAfter] as number) + 1;
    try {
      await bed.asStranger(first(scene));
      for (const next of then) {
        await bed.clock.runFor(showsAfterMs);
        await bed.asStranger(next(scene));
      }
    } catch (error) {
      if (!isRefusal(error)) throw error;
      done.push(`${name} (${scene.from} to ${scene.to}), as far as it goes`);
      waitMs = Math.max(waitMs, showsAfterMs);
      continue;
    }
    done.push(`${name} (${scene.from} to ${scene.to})`);
    tally.strikes[name] = (tally.strikes[name] ?? 0) + 1;
    waitMs = Math.max(waitMs, showsAfterMs);
  }
  await bed.clock.runFor(waitMs);
  return done;
}

const tally = {
  worlds: 0,
  pairs: 0,
  hops: {} as Record<string, number>,
  strikes: {} as Record<string, number>,
  beds: 0,
  journeys: 0,
};

interface Disagreement {
  readonly done: readonly string[];
  readonly pair: string;
  readonly proof: string;
  readonly world: string;
}

/** The simplest worlds first, and each only once. */
const summary = (all: readonly Disagreement[]): readonly string[] =>
  all
    .toSorted((a, b) => a.done.length - b.done.length)
    .map(({ done, pair, proof, world }) => `${done.join(' + ')}: ${pair}: ${proof} | ${world}`)
    .slice(0, 12);

describe.for(shapes)('$name', (shape) => {
  test('the proof says of every pair what the world does', async () => {
    const worlds = fc.sample(
      fc.array(fc.record({ what: fc.nat(), from: fc.nat(11), to: fc.nat(11) }), { minLength: 1, maxLength: 3 }),
      { numRuns: WORLDS_PER_SHAPE, seed: SEED + shapes.indexOf(shape) },
    );
    let bed = await bedOf(shape);
    tally.beds += 1;
    const disagreements: Disagreement[] = [];
    for (const strikes of worlds) {
      const before = await bed.state();
      const done = await strike(bed, before, strikes);
      const state = await bed.state();
      const sight = await look(bed, state);
      tally.worlds += 1;
      for (const from of state.members)
        for (const to of state.members)
          for (const by of ['name', 'path'] as const) {
            if (to.role === 'client') continue;
            const isMeant =
              from === to || peersOf(state.declared, from.region).some(({ region }) => region === to.region);
            const proof = reachability(from.region, to.region, { declared: state.declared, ...sight }, by);
            const world = await worldsEnd(bed, before, { from: from.region, to: to.region, by });
            tally.pairs += 1;
            tally.journeys += world.journeys;
            const hop = proof.reaches === true ? 'reaches' : proof.reaches === 'unknown' ? 'unknown' : proof.hop;
            tally.hops[hop] = (tally.hops[hop] ?? 0) + 1;
            const assessed = proof.reaches === false ? sight.assessments.get(proof.target)?.state : undefined;
            const isMended = proof.reaches !== false || !isMeant || (assessed !== undefined && assessed !== 'settled');
            const isOnPath =
              proof.reaches !== false ||
              !isMeant ||
              pathTargets(from.region, to.region, state.declared, by).includes(proof.target);
            if (hop !== world.end || !isMended || !isOnPath)
              disagreements.push({
                done,
                pair: `${from.region} to ${to.region} by ${by}`,
                proof: `${hop} ${proof.reaches === false ? `${proof.target} (${assessed}, ${isOnPath}): ${proof.says}` : ''}`,
                world: `${world.end}: ${world.says}`,
              });
          }
      await bed.run('reconcile', { fleet: 'payments', scope: {} });
      const after = await look(bed, await bed.state());
      if ([...after.assessments.values()].some(({ state: is }) => is !== 'settled')) {
        bed = await bedOf(shape);
        tally.beds += 1;
      }
    }
    expect(summary(disagreements), `${disagreements.length} disagreements`).toEqual([]);
  });
});

test('enough worlds were compared', () => {
  console.log(JSON.stringify(tally));
  expect(tally.worlds).toBeGreaterThanOrEqual(300);
});
