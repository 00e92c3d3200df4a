import { kindNamed } from '../control-plane/kinds/index.ts';
import type { TargetKey } from '../control-plane/model/target.ts';
import { RunState } from './run.ts';
import { sumOf } from './runtime/caller.ts';
import { type FleetState, FleetStore } from './runtime/fleet-store.ts';
import { interrupted } from './runtime/interrupted.ts';
import { Journal } from './runtime/journal.ts';
import type { Sight } from './runtime/look-at.ts';
import { lookAt } from './runtime/look-at.ts';
import { PlanStore } from './runtime/plan-store.ts';
import type { Runtime } from './runtime/runtime.ts';
import { task } from './runtime/task.ts';

/** A join may wait half an hour for a private domain, looking every two minutes; no run needs this many. */
const MAX_ROUNDS = 120;

/**
 * Looks at the run's scope and plans the next round: observe, diff, plan. Changes no resource.
 *
 * In, out  RunState; out with `decision`, and `plan` where it is 'apply'
 * Role     observer: reads in every Region; writes to the state table only
 * Faults   Throttled and Unavailable of the state table; those of a Region become findings
 */
export const handler = task({
  input: RunState,
  async run(state, runtime) {
    const fleets = new FleetStore(runtime);
    const fleet = await fleets.load(state.fleet);
    const joining = state.purpose === 'onboard' ? state.region : undefined;
    const sight = await lookAt(fleet, { scope: state.scope, call: runtime.call, nowMs: runtime.nowMs(), joining });
    await fleets.remember(state.fleet, idsToRemember(fleet, sight));

    const round = state.round + 1;
    const next = decide(state, sight, round);
    const isSettled = next.decision !== 'apply' && next.decision !== 'wait';
    await fleets.noteRun(state.fleet, { run: state.run, scope: state.scope, seenAtMs: runtime.nowMs(), isSettled });
    const plan = `${state.run}#${round}`;
    if (next.decision === 'apply') await new PlanStore(runtime).put(plan, sight.plan.steps);
    await noteFindings(runtime, state, sight);
    await closeInterrupted(runtime, state, fleet, sight);
    const settledAtMs = isSettled ? (state.settledAtMs ?? runtime.nowMs()) : undefined;
    return { ...state, ...sumOf(state, runtime.tally), ...next, round, plan, settledAtMs };
  },
});

interface Next {
  readonly decision: NonNullable<RunState['decision']>;
  readonly lookAgainAfterSeconds: number;
  readonly says: string;
}

function decide(state: RunState, { plan, assessments }: Sight, round: number): Next {
  const next = (decision: Next['decision'], says: string, lookAgainAfterSeconds = 0): Next => ({
    decision,
    says,
    lookAgainAfterSeconds,
  });
  const conflicts = plan.findings.filter(({ finding }) => finding === 'conflict');
  const unseen = plan.findings.filter(({ finding }) => finding === 'unseen');
  if (round > MAX_ROUNDS) return next('gave-up', `not as declared after ${MAX_ROUNDS} rounds`);
  if (plan.steps.length > 0)
    return next('apply', `${plan.steps.length} steps: ${briefly(plan.steps.map(({ key }) => key))}`);
  const isMoving = [...assessments.values()].some(({ state: now }) => now === 'settling');
  if (plan.waiting.length > 0 && conflicts.length > 0 && unseen.length === 0 && !isMoving)
    return next('blocked', conflicts.map(({ says }) => says).join('; '));
  // A join is finished only when everything was seen; a repair of the rest does not wait for a Region that is away.
  const mustBeSeen = state.purpose !== 'reconcile' && unseen.length > 0;
  if (plan.waiting.length > 0 || mustBeSeen)
    return next(
      'wait',
      briefly(plan.waiting.map(({ target, because }) => `${target} ${because}`)),
      plan.lookAgainAfterSeconds,
    );
  if (mustProve(state)) return next('prove', 'as declared; a request is to prove it');
  const leftOut = plan.findings.filter(({ finding }) => finding === 'left-out');
  const exceptions = [
    ...(conflicts.length > 0 ? [`${conflicts.length} conflicts`] : []),
    ...(leftOut.length > 0 ? [`${leftOut.length} targets that cannot be had here`] : []),
  ];
  return next('settled', exceptions.length > 0 ? `as declared, but for ${exceptions.join(' and ')}` : 'as declared');
}

/** A join is proven always, a repair when it wrote something; of what has left there is nothing to prove. */
const mustProve = ({ nameProven, purpose, writes }: RunState): boolean =>
  !nameProven && (purpose === 'onboard' || (purpose === 'reconcile' && writes > 0));

const briefly = (items: readonly string[]): string =>
  items.length <= 5 ? items.join('; ') : `${items.slice(0, 5).join('; ')}; and ${items.length - 5} more`;

/** New ids of what is as it should be; a drifting target keeps the id we know, or a stranger's would pass for ours. */
function idsToRemember(
  fleet: FleetState,
  { chosen, observation, assessments }: Sight,
): { ids: ReadonlyMap<TargetKey, string>; gone: readonly TargetKey[] } {
  const ids = new Map<TargetKey, string>();
  const gone: TargetKey[] = [];
  for (const [key, target] of chosen) {
    const known = fleet.ids.get(key);
    const observed = observation.targets.get(key);
    const { state } = assessments.get(key) ?? {};
    if (observed === undefined) {
      if (known !== undefined && target.presence === 'absent' && state === 'settled') gone.push(key);
      continue;
    }
    const { id } = kindNamed(target.kind).attributes(observed);
    const isOurs = state !== 'conflict' && (known === undefined || state === 'settled' || state === 'settling');
    if (id !== undefined && id !== known && isOurs && target.presence === 'present') ids.set(key, id);
  }
  return { ids, gone };
}

async function closeInterrupted(
  runtime: Runtime,
  { fleet, run }: RunState,
  state: FleetState,
  sight: Sight,
): Promise<void> {
  const { entries, closed } = interrupted(state, sight, { run, nowMs: runtime.nowMs() });
  await new Journal(runtime).append(fleet, entries);
  await new FleetStore(runtime).closeIntents(fleet, closed);
}

/** Under the run's own start, so that a finding that stays for thirty rounds is one entry. */
async function noteFindings(runtime: Runtime, state: RunState, { plan }: Sight): Promise<void> {
  await new Journal(runtime).append(
    state.fleet,
    plan.findings.map(({ finding, target, says }) => ({
      run: state.run,
      atMs: state.startedAtMs,
      what: 'finding' as const,
      says,
      target,
      finding,
    })),
  );
}
