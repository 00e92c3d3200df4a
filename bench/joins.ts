import { diff } from '../control-plane/loop/diff.ts';
import { plan } from '../control-plane/loop/plan.ts';
import { provingPath } from '../control-plane/loop/verify.ts';
import { wantedTargets } from '../control-plane/loop/wanted.ts';
import { keyOf } from '../control-plane/model/target.ts';
import { lookAt } from '../handlers/runtime/look-at.ts';
import type { VirtualBed } from '../local/virtual-bed.ts';
import { awsTimings, type Timings } from '../simulator/timings.ts';
import { emptyMesh, outcomeOf, REGIONS } from './growing-fleet.ts';
import { type Bench, type Bound, type Figure, median } from './report.ts';

/** As if each member's private domain and its access association stood already: the half hour that AWS takes for them. */
const DOMAIN_STANDS: Partial<Timings> = { domainNameMs: 0, accessAssociationMs: 0 };

interface Joined {
  readonly bed: VirtualBed;
  readonly wallMs: number;
  /** The slowest of the joins. */
  readonly simulatedMinutes: number;
}

/** A new world, Landbridge in it, and so many Regions at once from nothing. */
async function joinAtOnce(members: number, timings: Partial<Timings> = {}): Promise<Joined> {
  const beganMs = performance.now();
  const bed = await emptyMesh({ timings });
  const executions = await bed.join(...REGIONS.slice(0, members));
  const wallMs = performance.now() - beganMs;
  const seconds = Math.max(...executions.map((execution) => outcomeOf(execution).seconds));
  return { bed, wallMs, simulatedMinutes: seconds / 60 };
}

/** One request by the fleet's own name from every member to every member; answers how many were not answered well. */
async function unansweredIn({ clock, landbridge, fleet, store }: VirtualBed): Promise<{ asked: number; lost: number }> {
  const { requester } = landbridge.operator;
  if (requester === undefined) throw new Error('nothing here can make a request inside a VPC');
  const { members, ids } = await clock.runUntil(store().load(fleet.name));
  const url = `https://${fleet.domain}${provingPath(fleet)}`;
  const asked = members.flatMap(({ region }) => {
    const vpcId = ids.get(keyOf('vpc', region));
    if (vpcId === undefined) throw new Error(`the VPC of ${region} is not known`);
    return members.map(async (to) => requester({ from: { region, vpcId }, to: to.region, url }));
  });
  const answers = await clock.runUntil(Promise.all(asked));
  return { asked: answers.length, lost: answers.filter((answer) => !answer.answered || answer.status !== 200).length };
}

const RUNS = 9;

/** What is wanted, compared with what was observed, and a plan of it: all that is pure in a look. */
async function planningMs({ clock, landbridge, fleet, store }: VirtualBed): Promise<{ ms: number; targets: number }> {
  const state = await clock.runUntil(store().load(fleet.name));
  const nowMs = clock.nowMs();
  const { observation } = await clock.runUntil(lookAt(state, { scope: {}, call: landbridge.operator.call, nowMs }));
  const samples: number[] = [];
  let targets = 0;
  for (let run = 0; run < RUNS; run += 1) {
    const beganMs = performance.now();
    const wanted = wantedTargets(state.declared);
    const look = { wanted, observation, leftOut: {}, intendedAtMs: () => undefined, nowMs };
    const { steps } = plan(wanted, diff(look, wanted));
    samples.push(performance.now() - beganMs);
    if (steps.length > 0) throw new Error(`the fleet is not settled: ${steps.length} steps`);
    targets = wanted.size;
  }
  return { ms: median(samples), targets };
}

/** How long joins take: of simulated time, and of this machine's. */
export const joins: Bench = {
  name: 'joins',
  about: 'three Regions and a 34-member mesh from nothing in virtual time; diff and plan of 34 members',
  async run(tell) {
    tell('three Regions at once');
    const three = await joinAtOnce(3, { replicaActiveMs: awsTimings.replicaActiveMs });
    const standing = await joinAtOnce(3, DOMAIN_STANDS);
    tell(`${REGIONS.length} Regions at once`);
    const mesh = await joinAtOnce(REGIONS.length);
    const { asked, lost } = await unansweredIn(mesh.bed);
    const planning = await planningMs(mesh.bed);
    const figure = (name: string, measured: number, unit: string, bound: Bound): Figure => ({
      figure: name,
      measured,
      unit,
      bound,
    });
    const meshOf = `mesh of ${REGIONS.length}`;
    return {
      figures: [
        figure('three at once: simulated, from nothing', three.simulatedMinutes, 'min', { atMost: 35 }),
        figure('three at once: simulated, domains standing, replicas quick', standing.simulatedMinutes, 'min', {
          atMost: 5,
        }),
        figure('three at once: of this machine', three.wallMs / 1_000, 's', { atMost: 2 }),
        figure(`${meshOf}: lost of ${asked} requests, all to all`, lost, 'requests', { exactly: 0 }),
        figure(`${meshOf}: simulated, replicas quick`, mesh.simulatedMinutes, 'min', { atMost: 35 }),
        figure(`${meshOf}: of this machine`, mesh.wallMs / 1_000, 's', { atMost: 60 }),
        figure(`${meshOf}: diff and plan of its ${planning.targets} targets`, planning.ms, 'ms', { atMost: 100 }),
      ],
      breakdowns: [],
    };
  },
};
