import { array, nat, record, sample } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Reachable, reachability } from '../../control-plane/health/reachability.ts';
import { reachabilityHops } from '../../control-plane/health/reachability-hops.ts';
import { pathTargets } from '../../control-plane/health/reachability-path.ts';
import type { Assessment } from '../../control-plane/loop/diff.ts';
import { isFault } from '../../control-plane/model/faults.ts';
import type { Fleet } from '../../control-plane/model/fleet.ts';
import type { Region } from '../../control-plane/model/region.ts';
import { peersOf } from '../../control-plane/model/topology.ts';
import type { FleetState } from '../../handlers/runtime/fleet-state.ts';
import { lookAt, type Sight } from '../../handlers/runtime/look-at.ts';
import { type TestBed, testBed } from '../support/landbridge.ts';
import { type Mutation, mutations } from './reachability-mutations.ts';
import { somebodysVpc } from './reachability-scene.ts';
import { worldsEnd } from './reachability-world.ts';

interface Shape {
  readonly name: string;
  readonly hub?: Region;
  readonly serving: readonly Region[];
  readonly client?: Region;
  /** Joins in a VPC that is somebody else's. */
  readonly borrowing?: Region;
}

const shapes: readonly Shape[] = [
  { name: 'two members', serving: ['us-east-1', 'eu-west-1'] },
  { name: 'a mesh of three', serving: ['us-east-1', 'eu-west-1', 'ap-southeast-2'] },
  { name: 'a mesh of three and a client', serving: ['us-east-1', 'eu-west-1', 'ap-southeast-2'], client: 'sa-east-1' },
  { name: 'a hub of two spokes', hub: 'us-east-1', serving: ['us-east-1', 'eu-west-1', 'ap-southeast-2'] },
  { name: 'a hub with a client', hub: 'eu-west-1', serving: ['us-east-1', 'eu-west-1'], client: 'sa-east-1' },
  { name: 'two members and a borrowed VPC', serving: ['us-east-1', 'eu-west-1'], borrowing: 'eu-central-1' },
];

const WORLDS_PER_SHAPE = 55;
const SEED = 20_261_121;

const tally = {
  worlds: 0,
  beds: 0,
  pairs: 0,
  journeys: 0,
  /** Single targets that were mended alone, after which the proof named another, or none. */
  mended: 0,
  hops: {} as Record<string, number>,
  strikes: {} as Record<string, number>,
};

async function bedOf({ hub, serving, client, borrowing }: Shape): Promise<TestBed> {
  tally.beds += 1;
  const declare = (example: Fleet): Fleet => ({
    ...example,
    ...(hub !== undefined && { network: { ...example.network, topology: { kind: 'hub', hub } } }),
    members: {},
  });
  const bed = await testBed({ timings: { domainNameMs: 0, accessAssociationMs: 0 }, declare });
  // Nobody mends or moves anything here but the runs asked for below.
  bed.world.weather = { event: () => 'lost' };
  const onboard = async (input: object): Promise<void> => {
    expect(await bed.run('onboard-region', { fleet: 'payments', ...input })).toMatchObject({ status: 'SUCCEEDED' });
  };
  await bed.join(...serving);
  if (client !== undefined) await onboard({ region: client, role: 'client' });
  if (borrowing !== undefined) {
    const vpc = await bed.asStranger(somebodysVpc(borrowing));
    await onboard({ region: borrowing, role: 'serving', vpc });
  }
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
    const { name, showsAfter, do: first, thereafter = [] } = mutations[what % mutations.length] as Mutation;
    const scene = { state, from: regionAt(members, from), to: regionAt(serving, to) };
    const showsAfterMs = showsAfter === undefined ? 0 : (bed.world.timings[showsAfter] as number) + 1;
    try {
      await bed.asStranger(first(scene));
      for (const next of thereafter) {
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

/** Every pair that is asked of: clients have no replica. */
const pairsOf = ({ members }: FleetState) =>
  members.flatMap((from) =>
    members
      .filter(({ role }) => role === 'serving')
      .flatMap((to) => (['name', 'path'] as const).map((by) => ({ from: from.region, to: to.region, by }))),
  );

const hopOf = (proof: Reachable): string =>
  proof.reaches === true ? 'reaches' : proof.reaches === 'unknown' ? `unknown: ${proof.unseen.says}` : proof.hop;

interface Judged {
  readonly pair: { readonly from: Region; readonly to: Region; readonly by: 'name' | 'path' };
  /** The fleet links the two, or they are one. */
  readonly isMeant: boolean;
  readonly proof: Reachable;
  /** What the plan says of the target that the proof names. */
  readonly assessed: Assessment['state'] | undefined;
}

function judge(state: FleetState, sight: Sight): readonly Judged[] {
  const { declared } = state;
  return pairsOf(state).map((pair) => {
    const { from, to, by } = pair;
    const isMeant = from === to || peersOf(declared, from).some(({ region }) => region === to);
    const proof = reachability(from, to, { declared, ...sight }, by);
    const assessed = proof.reaches === false ? sight.assessments.get(proof.target)?.state : undefined;
    return { pair, isMeant, proof, assessed };
  });
}

/** Nobody mends it but its owner. */
const isBorrowed = ({ proof }: Pick<Judged, 'proof'>, { wanted }: Sight): boolean =>
  proof.reaches === false && wanted.get(proof.target)?.presence === 'borrowed';

/** What is wrong with a proof, or nothing. */
function faultOf({ pair, isMeant, proof, assessed }: Judged, worlds: string, state: FleetState, sight: Sight) {
  if (hopOf(proof) !== worlds) return 'another hop';
  if (proof.reaches !== false || !isMeant) return undefined;
  const { from, to, by } = pair;
  if (!pathTargets(from, to, state.declared, by).includes(proof.target)) return 'names what is not on the path';
  return isBorrowed({ proof }, sight) || (assessed !== undefined && assessed !== 'settled')
    ? undefined
    : 'names what nobody would mend';
}

/** Mends one target of those that proofs name, and nothing else; then no proof may name it for that hop any more. */
async function mendOne(bed: TestBed, judged: readonly Judged[]): Promise<readonly string[]> {
  const first = judged.find(({ isMeant, assessed }) => isMeant && assessed === 'drifting')?.proof;
  if (first?.reaches !== false) return [];
  const { target } = first;
  await bed.run('reconcile', { fleet: 'payments', scope: { targets: [target] } });
  const state = await bed.state();
  const still = judge(state, await look(bed, state)).filter(
    ({ proof }) => proof.reaches === false && proof.target === target && proof.hop === first.hop,
  );
  tally.mended += 1;
  return still.map(({ proof }) => `${target} was mended, and ${JSON.stringify(proof)}`);
}

describe.for(shapes)('$name', (shape) => {
  test('the proof says of every pair what the world does, and names what mends it', async () => {
    const worlds = sample(array(record({ what: nat(), from: nat(11), to: nat(11) }), { minLength: 1, maxLength: 3 }), {
      numRuns: WORLDS_PER_SHAPE,
      seed: SEED + shapes.indexOf(shape),
    });
    let bed = await bedOf(shape);
    const disagreements: Disagreement[] = [];
    for (const strikes of worlds) {
      const before = await bed.state();
      const done = await strike(bed, before, strikes);
      const state = await bed.state();
      const sight = await look(bed, state);
      const judged = judge(state, sight);
      tally.worlds += 1;
      for (const each of judged) {
        const { from, to, by } = each.pair;
        const world = await worldsEnd(bed, before, each.pair);
        const hop = hopOf(each.proof);
        tally.pairs += 1;
        tally.journeys += world.journeys;
        tally.hops[hop] = (tally.hops[hop] ?? 0) + 1;
        const fault = faultOf(each, world.end, state, sight);
        if (fault !== undefined)
          disagreements.push({
            done,
            pair: `${from} to ${to} by ${by}`,
            proof: `${fault}: ${JSON.stringify(each.proof)} (${each.assessed})`,
            world: `${world.end}: ${world.says}`,
          });
      }
      // A run that mends one of several things waits long for a proof that cannot be had yet.
      if (done.length === 1)
        for (const says of await mendOne(bed, judged)) disagreements.push({ done, pair: '', proof: says, world: '' });
      // What of a borrowed VPC is broken nobody mends, and a run would wait long for it.
      if (judged.some((each) => each.isMeant && isBorrowed(each, sight))) {
        bed = await bedOf(shape);
        continue;
      }
      await bed.run('reconcile', { fleet: 'payments', scope: {} });
      const after = await bed.state();
      const mended = await look(bed, after);
      const isSettled = [...mended.assessments.values()].every(({ state: is }) => is === 'settled');
      const lost = judge(after, mended).filter(({ isMeant, proof }) => isMeant && proof.reaches !== true);
      // What a stranger stands in the way of stays broken, and does not count as settled.
      if (isSettled && lost.length > 0)
        disagreements.push({ done, pair: 'all', proof: JSON.stringify(lost[0]), world: 'all is settled' });
      if (!isSettled || lost.length > 0) bed = await bedOf(shape);
    }
    expect(summary(disagreements), `${disagreements.length} disagreements`).toEqual([]);
  });
});

test('enough was compared: every hop that can break, and every mutation', () => {
  console.log(JSON.stringify(tally));
  expect(tally.worlds).toBeGreaterThanOrEqual(300);
  expect(tally.mended).toBeGreaterThan(50);
  // Network ACLs are nobody's targets, and API Gateway deletes no API that a domain stands for: see reachability-blind.test.ts.
  const canBreak = reachabilityHops.filter((hop) => hop !== 'egress' && hop !== 'api');
  expect(Object.keys(tally.hops).toSorted()).toEqual([...canBreak, 'reaches'].toSorted());
  expect(Object.keys(tally.strikes).toSorted()).toEqual(mutations.map(({ name }) => name).toSorted());
});
