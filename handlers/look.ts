import { explained } from '../control-plane/health/explained.ts';
import { regionsOf } from '../control-plane/health/finding.ts';
import { decide } from '../control-plane/loop/decide.ts';
import { judged } from '../control-plane/loop/judged.ts';
import type { Plan } from '../control-plane/loop/plan.ts';
import { idsToRecord, newEntrances } from '../control-plane/loop/record.ts';
import { staleUntil } from '../control-plane/loop/verify.ts';
import { RunState } from './run.ts';
import { unaskedIn } from './runtime/answers.ts';
import { sumOf } from './runtime/caller.ts';
import { fleetPk } from './runtime/fleet-rows.ts';
import type { FleetState } from './runtime/fleet-state.ts';
import { FleetStore } from './runtime/fleet-store.ts';
import { HealthStore } from './runtime/health-store.ts';
import { refuseUnlessStillHome } from './runtime/home-mark.ts';
import { Journal } from './runtime/journal.ts';
import { Leases } from './runtime/lease.ts';
import type { Sight } from './runtime/look-at.ts';
import { lookAt } from './runtime/look-at.ts';
import { noteInterrupted } from './runtime/note-interrupted.ts';
import { PlanStore } from './runtime/plan-store.ts';
import type { Runtime } from './runtime/runtime.ts';
import { situationOf } from './runtime/situation.ts';
import { standInLine } from './runtime/stand-in-line.ts';
import { task } from './runtime/task.ts';
import { tendFully } from './runtime/tend.ts';

/** The journal has them all. */
const MAX_CONFLICTS_TOLD = 5;

/**
 * Looks at the run's scope and plans the next round: observe, diff, plan. Changes no resource.
 *
 * In, out  RunState; out with `decision`, and `plan` where it is 'apply'
 * Role     landbridge-look: reads in every Region, in other accounts as landbridge-observer; writes to the state table only
 * Faults   Throttled and Unavailable of the state table; those of a Region become findings
 */
export const handler = task({
  input: RunState,
  pace: 'shared',
  async run(state, runtime) {
    const fleets = new FleetStore(runtime);
    const asked = await fleets.load(state.fleet);
    // Others have written while it stood in line: what is decided on what was known before would be of another world.
    const inTurn = (await standInLine(asked, state.scope, runtime)) ? await fleets.load(state.fleet) : asked;
    // So has a writer of this run that Lambda gave up on, and it may be at it still.
    const wasLeft = await new Leases(runtime, state.fleet).takeBack(state.run, inTurn.held);
    const fleet = wasLeft ? await fleets.load(state.fleet) : inTurn;
    if (state.round === 0) await refuseUnlessStillHome(fleet.declared.fleet, fleetPk(state.fleet), runtime);
    const joining = state.purpose === 'onboard' ? state.region : undefined;
    const nowMs = runtime.nowMs();
    const { scope, purpose } = state;
    const dark = unaskedIn(fleet, nowMs);
    const seen = await lookAt(fleet, { scope, call: runtime.call, nowMs, joining, dark });
    const situation = situationOf(fleet, nowMs, seen.plan.steps);
    const sight = { ...seen, plan: mitigationFirst(judged(seen.plan, purpose, situation, fleet.health.overrides)) };
    if (purpose === 'reconcile' || purpose === 'repair') await tendToDrift(fleet, seen.plan, state, runtime);
    if (purpose === 'repair' && state.round === 0) await noteExplanations(fleet, seen, state, runtime);
    await fleets.remember(state.fleet, idsToRecord(fleet.ids, sight));
    await fleets.rememberEntrances(state.fleet, newEntrances(fleet.entrances, sight.observation));

    const round = state.round + 1;
    const next = decide(state, round, sight.plan, sight.assessments);
    const isSettled = next.decision !== 'apply' && next.decision !== 'wait';
    const { run } = state;
    await fleets.noteRun(state.fleet, { run, purpose, scope, seenAtMs: runtime.nowMs(), isSettled });
    const plan =
      next.decision === 'apply'
        ? await new PlanStore(runtime).put(`${run}#${round}`, sight.plan.steps, fleet.fences)
        : undefined;
    await noteFindings(runtime, state, sight);
    await noteInterrupted(runtime, fleet, sight, state.run);
    const settledAtMs = isSettled ? (state.settledAtMs ?? runtime.nowMs()) : undefined;
    const conflicts = sight.plan.findings.filter(({ finding }) => finding === 'conflict').map(({ says }) => says);
    const noticed = {
      conflicts: conflicts.slice(0, MAX_CONFLICTS_TOLD),
      settledAtMs,
      staleUntilMs: staleUntil(sight.plan.steps, runtime.nowMs()) ?? state.staleUntilMs,
    };
    return { ...state, ...sumOf(state, runtime.tally), ...next, ...noticed, round, plan };
  },
});

/** Callers are moved before what they were moved for is mended. */
const mitigationFirst = (plan: Plan): Plan => ({
  ...plan,
  steps: plan.steps.toSorted((a, b) => Number(b.key.startsWith('records/')) - Number(a.key.startsWith('records/'))),
});

/** What callers feel is an incident, whoever came upon it. */
async function tendToDrift(
  fleet: FleetState,
  plan: Plan,
  { signal, scope }: RunState,
  runtime: Runtime,
): Promise<void> {
  await tendFully(fleet, { signal, nowMs: runtime.nowMs(), look: { scope, plan } }, runtime);
}

/** What the configuration says to what probes see, once a run: which hop is broken, or that none is. */
async function noteExplanations(
  { declared, health }: FleetState,
  { wanted, observation }: Sight,
  { fleet, scope }: RunState,
  runtime: Runtime,
): Promise<void> {
  const looked = new Set(scope.regions);
  const entries = health.incidents
    .filter(({ status, cause }) => status !== 'closed' && regionsOf(cause).every((region) => looked.has(region)))
    .flatMap(({ id, cause }) => {
      const says = explained(cause, { declared, wanted, observation });
      return says === undefined
        ? []
        : [{ incident: id, entry: { atMs: runtime.nowMs(), what: 'evidence' as const, says } }];
    });
  await new HealthStore(runtime).note(fleet, entries);
}

/** Under the run's own start, so that a finding that stays for thirty rounds is one entry. */
async function noteFindings(runtime: Runtime, state: RunState, { plan, observation }: Sight): Promise<void> {
  const at = { run: state.run, atMs: state.startedAtMs };
  // Whoever does not let us look is on record in so many words, and once, however many looks it stood in the way of.
  const forbidden = [...observation.unseen.values()].filter(({ fault }) => fault === 'Forbidden');
  const refusals = [...new Set(forbidden.map(({ says }) => says))].toSorted();
  await new Journal(runtime).append(state.fleet, [
    ...refusals.map((says) => ({ ...at, what: 'refused' as const, says })),
    ...plan.findings.map(({ finding, target, says }) => ({ ...at, what: 'finding' as const, says, target, finding })),
  ]);
}
