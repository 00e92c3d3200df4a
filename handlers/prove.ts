import { causeKind, causeName } from '../control-plane/health/finding.ts';
import { kindNamed } from '../control-plane/kinds/index.ts';
import { observe } from '../control-plane/loop/observe.ts';
import { inScope } from '../control-plane/loop/scope.ts';
import { type Proof, proofsOfName, proofsOfPath, proofsOfWayBack, provingPath } from '../control-plane/loop/verify.ts';
import { wantedTargets } from '../control-plane/loop/wanted.ts';
import { Fault } from '../control-plane/model/faults.ts';
import { howMany } from '../control-plane/model/how-many.ts';
import type { Region } from '../control-plane/model/region.ts';
import { keyOf } from '../control-plane/model/target.ts';
import { RunState } from './run.ts';
import { converse, sumOf } from './runtime/caller.ts';
import { type FleetState, standsIn } from './runtime/fleet-state.ts';
import { FleetStore } from './runtime/fleet-store.ts';
import type { HealthState } from './runtime/health-store.ts';
import { Journal } from './runtime/journal.ts';
import { placeIn } from './runtime/look-at.ts';
import type { PrivateAnswer, Requester } from './runtime/requester.ts';
import type { Runtime } from './runtime/runtime.ts';
import { darkIn, situationOf } from './runtime/situation.ts';
import { task } from './runtime/task.ts';

const TRY_AGAIN_AFTER_SECONDS = 10;
const AT_MOST_SECONDS = 60;
/** Most failed proofs only ask for patience; now and then something else has drifted meanwhile. */
const LOOK_EVERY_PROOFS = 5;
/** Three quarters of an hour: records take a minute to be answered everywhere, an access association a quarter of an hour to take effect. */
const MAX_FAILED_PROOFS = 45;

/**
 * Proves by requests what was made: that AWS accepted a write shows nothing.
 *
 * A new replica is first asked straight at its endpoint, from every member that will call it; only then do views name it.
 *
 * In, out  RunState; out with `pathProven` or `nameProven`, or `failedProofs` and when to try again
 * Role     landbridge-prove: invokes each member's prober, in other accounts as landbridge-observer
 */
export const handler = task({
  input: RunState,
  async run(state, runtime) {
    const fleets = new FleetStore(runtime);
    const fleet = await fleets.load(state.fleet);
    const member = fleet.members.find(({ region }) => region === state.region);
    const byPath = state.purpose === 'onboard' && member?.role === 'serving' && !member.inTraffic;
    const staleForMs = byPath || runtime.requester === undefined ? 0 : (state.staleUntilMs ?? 0) - runtime.nowMs();
    if (staleForMs > 0)
      return {
        ...state,
        ...sumOf(state, runtime.tally),
        decision: 'ask-again' as const,
        lookAgainAfterSeconds: Math.ceil(staleForMs / 1_000),
        says: 'names may be answered from before the change yet',
      };
    const beyondUs = new Set([...darkIn(fleet, runtime.nowMs()).keys(), ...sickForOtherReasons(fleet.health)]);
    const wanted = byPath ? proofsOfPath(fleet.declared, member.region) : ofName(state, fleet, runtime.nowMs());
    // A Region that answers nobody, or badly for reasons that are not ours to mend, proves nothing either way.
    const proofs = byPath ? wanted : wanted.filter(({ from, to }) => !beyondUs.has(from) && !beyondUs.has(to));
    const answers = await Promise.all(
      proofs.map(async (proof) => ({ proof, answer: await prove(proof, fleet, runtime) })),
    );
    const failed = answers.filter(({ answer }) => answer !== undefined && !isProof(answer));
    const says =
      failed.length > 0
        ? [
            ...failed.map(({ proof, answer }) => `${proof.from} to ${proof.to} by ${proof.by}: ${describe(answer)}`),
            ...state.conflicts,
          ].join('; ')
        : runtime.requester === undefined
          ? 'not proven: nothing here can make a request inside a VPC'
          : `${howMany(proofs.length, 'request')} by ${byPath ? 'path' : 'name'} ${proofs.length === 1 ? 'was' : 'were'} answered`;
    const isLast = failed.length === 0 || state.failedProofs + 1 >= MAX_FAILED_PROOFS;
    if (isLast)
      await new Journal(runtime).append(state.fleet, [
        { run: state.run, atMs: runtime.nowMs(), round: state.round, what: 'proof', says, proofs: answers },
      ]);
    const isTimeToLook = (state.failedProofs + 1) % LOOK_EVERY_PROOFS === 0;
    if (failed.length > 0)
      return {
        ...state,
        ...sumOf(state, runtime.tally),
        failedProofs: state.failedProofs + 1,
        decision: isLast ? ('gave-up' as const) : isTimeToLook ? ('wait' as const) : ('ask-again' as const),
        lookAgainAfterSeconds: Math.min(TRY_AGAIN_AFTER_SECONDS * 2 ** state.failedProofs, AT_MOST_SECONDS),
        says,
      };
    if (byPath && !(await fleets.changeOwn(state.fleet, state, (current) => ({ ...current, inTraffic: true }))))
      throw new Fault('Rejected', `${member.region} is no longer this run's to bring in`);
    return {
      ...state,
      ...sumOf(state, runtime.tally),
      decision: 'prove' as const,
      says,
      failedProofs: 0,
      ...(byPath ? { pathProven: true } : { nameProven: true }),
    };
  },
});

/** By the fleet's name: what the run may have touched. */
function ofName({ scope, purpose, region }: RunState, fleet: FleetState, nowMs: number): readonly Proof[] {
  const { declared } = fleet;
  const proofs = proofsOfName(declared, scope, inScope(wantedTargets(declared), scope).values());
  return purpose === 'restore' && region !== undefined
    ? proofsOfWayBack(proofs, region, situationOf(fleet, nowMs).diagnosis)
    : proofs;
}

/** Replicas that people were told of: nothing of the fleet's is wrong with them. */
const sickForOtherReasons = ({ incidents }: HealthState): readonly Region[] =>
  incidents
    .filter(
      ({ status, cause, repairsAtMs }) =>
        status === 'escalated' && causeKind(cause) === 'replica' && repairsAtMs.length === 0,
    )
    .map(({ cause }) => causeName(cause));

const isProof = (answer: PrivateAnswer): boolean => answer.answered && answer.status < 400;

const describe = (answer: PrivateAnswer | undefined): string =>
  answer === undefined
    ? 'nothing asked'
    : answer.answered
      ? `HTTP ${answer.status}`
      : `${answer.says} (at ${answer.at})`;

async function prove(proof: Proof, fleet: FleetState, runtime: Runtime): Promise<PrivateAnswer | undefined> {
  const requester: Requester = runtime.requester;
  if (requester === undefined) return undefined;
  const connectTo = proof.by === 'path' ? await endpointOf(proof.to, fleet, runtime) : undefined;
  return requester({
    from: standsIn(fleet, proof.from),
    to: proof.to,
    url: `https://${fleet.declared.fleet.domain}${provingPath(fleet.declared.fleet)}`,
    ...(connectTo !== undefined && { connectTo }),
  });
}

/** The endpoint's own DNS name: it leads to the replica before any view does. */
async function endpointOf(region: string, fleet: FleetState, runtime: Runtime): Promise<string> {
  const found = await converse(observe({ kind: 'endpoint', region }, placeIn(fleet, region)), runtime.call);
  const observed = found.get(keyOf('endpoint', region));
  const dnsName = observed === undefined ? undefined : kindNamed('endpoint').attributes(observed).dnsName;
  if (dnsName === undefined)
    throw new Fault('Conflict', `the endpoint of ${region} is not available any more: look again`);
  return dnsName;
}
