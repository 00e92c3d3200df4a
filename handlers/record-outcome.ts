import { z } from 'zod';
import { outcomeOf } from '../control-plane/loop/record.ts';
import type { Region } from '../control-plane/model/region.ts';
import { RunState } from './run.ts';
import type { FleetState } from './runtime/fleet-state.ts';
import { FleetStore } from './runtime/fleet-store.ts';
import { HealthStore } from './runtime/health-store.ts';
import { Journal } from './runtime/journal.ts';
import type { Runtime } from './runtime/runtime.ts';
import { task } from './runtime/task.ts';
import { tendFully } from './runtime/tend.ts';
import { endWayBack } from './runtime/way-back.ts';

const Half = z.object({ outcome: z.string(), seconds: z.number().optional(), says: z.string().optional() });

/** What is left of a run whose state was lost to an error: enough to say so. */
const Failed = RunState.partial({ scope: true, purpose: true, startedAtMs: true }).extend({
  fault: z.string().optional(),
  cause: z.string().optional(),
  /** What came of the two halves of a drill. */
  evacuated: Half.optional(),
  restored: Half.optional(),
});

/**
 * Ends a run: what came of it into the journal, the member to its phase, the run off the list.
 *
 * In   RunState, with `fault` and `cause` where a state failed
 * Out  { outcome, ids, rounds, reads, writes, seconds ... }: the execution's own output
 */
export const handler = task({
  input: Failed,
  async run(state, runtime) {
    const store = new FleetStore(runtime);
    const outcome = isHalfDone(state) ? 'failed' : outcomeOf(state);
    const { region } = state;
    const fleet = await store.load(state.fleet);
    if (outcome === 'joined') await store.changeOwn(state.fleet, state, (member) => ({ ...member, phase: 'joined' }));
    if (outcome === 'left' && isOwn(fleet, state)) {
      // First: once it is off the table nobody would ever take out what is left of it, its drain among that.
      await new HealthStore(runtime).forget(state.fleet, state.region);
      await store.changeOwn(state.fleet, state, () => undefined);
    }
    if (state.purpose === 'repair' || state.purpose === 'reconcile') await tendToEnd(fleet, state, runtime);
    if (state.purpose === 'restore' && region !== undefined && outcome === 'failed')
      await endWayBack(
        fleet,
        region,
        {
          execution: state.execution,
          run: state.run,
          by: state.by ?? 'restore-region',
          because: `its way back failed: ${state.cause ?? state.says}`,
        },
        runtime,
      );
    await store.endRun(state.fleet, state.run);
    const nowMs = runtime.nowMs();
    const result = {
      outcome,
      fleet: state.fleet,
      ...(region !== undefined && { region }),
      says: state.cause ?? drillSays(state) ?? saysOf(state, runtime),
      ...(state.fault !== undefined && { fault: state.fault }),
      rounds: state.round,
      reads: state.reads,
      writes: state.writes,
      stateCalls: state.stateCalls,
      seconds: Math.round((nowMs - (state.startedAtMs ?? nowMs)) / 1_000),
      ...(outcome === 'joined' && region !== undefined && { ids: idsIn(fleet, region) }),
    };
    await new Journal(runtime).append(state.fleet, [
      {
        run: state.run,
        atMs: nowMs,
        what: 'outcome',
        signal: state.signal,
        settledAtMs: state.settledAtMs,
        startedAtMs: state.startedAtMs,
        scope: state.scope,
        ...result,
      },
    ]);
    return result;
  },
});

const isHalfDone = ({ purpose, evacuated, restored }: z.infer<typeof Failed>): boolean =>
  purpose === 'drill' && (evacuated?.outcome !== 'evacuated' || restored?.outcome !== 'restored');

/** How long each half of a drill took, or what went wrong with it. */
function drillSays({ purpose, evacuated, restored }: z.infer<typeof Failed>): string | undefined {
  if (purpose !== 'drill') return undefined;
  const told = (half: z.infer<typeof Half> | undefined, done: string): string =>
    half?.outcome === done ? `${done} in ${half.seconds} s` : `not ${done}: ${half?.says ?? 'it was never begun'}`;
  return `${told(evacuated, 'evacuated')}, ${told(restored, 'restored')}`;
}

/** What its last look and its requests say of the incidents it was about: some are over now. */
async function tendToEnd(fleet: FleetState, state: z.infer<typeof Failed>, runtime: Runtime): Promise<void> {
  const { decision, nameProven, scope = {}, signal } = state;
  if (decision !== 'settled') return;
  const look = { scope, plan: { steps: [], waiting: [], findings: [] } };
  const isProven = nameProven && runtime.requester !== undefined;
  const seen = { signal, nowMs: runtime.nowMs(), look, isOfLight: true, ...(isProven && { proven: scope }) } as const;
  await tendFully(fleet, seen, runtime);
}

/** What cannot be proven here is not passed off as proven. */
const saysOf = ({ says, nameProven }: z.infer<typeof Failed>, { requester }: Runtime): string =>
  nameProven && requester === undefined ? `${says}; not proven: nothing here can make a request inside a VPC` : says;

/** Whether the member is still the one that this run has taken out, and has not come back meanwhile. */
const isOwn = (
  { members }: FleetState,
  state: z.infer<typeof Failed>,
): state is z.infer<typeof Failed> & { readonly region: Region } =>
  members.some(({ region, by }) => region === state.region && by === state.execution);

/** The ids of a member's own targets and of its links', by key. */
const idsIn = ({ ids }: FleetState, region: string): Record<string, string> =>
  Object.fromEntries(
    [...ids].filter(([key]) => key.split(/[/~]/).includes(region)).toSorted(([a], [b]) => a.localeCompare(b)),
  );
