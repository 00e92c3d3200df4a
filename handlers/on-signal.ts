import { z } from 'zod';
import type { Scope } from '../control-plane/loop/scope.ts';
import { scopeOf } from '../control-plane/loop/trigger.ts';
import { wantedTargets } from '../control-plane/loop/wanted.ts';
import { write } from '../control-plane/model/aws-call.ts';
import { isFault } from '../control-plane/model/faults.ts';
import { fingerprint } from '../control-plane/model/fingerprint.ts';
import type { TargetKey } from '../control-plane/model/target.ts';
import { converse } from './runtime/caller.ts';
import { machineArn } from './runtime/executions.ts';
import { type FleetState, FleetStore } from './runtime/fleet-store.ts';
import type { Runtime } from './runtime/runtime.ts';
import { task } from './runtime/task.ts';

const TrailEvent = z.object({
  region: z.string(),
  detail: z.object({
    eventName: z.string(),
    awsRegion: z.string().optional(),
    userIdentity: z.object({ arn: z.string().optional(), type: z.string().optional() }).optional(),
    requestParameters: z.unknown().optional(),
    responseElements: z.unknown().optional(),
  }),
});

/** A burst of events about one thing ends in two runs: one at once, and one after this window, for what came meanwhile. */
const FOLD_WITHIN_MS = 10_000;

/**
 * Somebody wrote to AWS: if it touched what a fleet owns, starts a reconcile that looks there. The event says where, never what.
 *
 * In    the CloudTrail event, as EventBridge delivers it
 * Out   { started: ['payments'] }
 * Role  observer, and states:StartExecution on landbridge-reconcile
 */
export const handler = task({
  input: TrailEvent,
  async run({ region, detail }, runtime) {
    const store = new FleetStore(runtime);
    const at = detail.awsRegion ?? region;
    const started: string[] = [];
    for (const fleet of await store.fleets()) {
      const state = await store.load(fleet);
      const scope = scopeOf({ region: at, detail }, targetsById(state, at));
      if (scope === undefined) continue;
      const who = detail.userIdentity?.arn ?? detail.userIdentity?.type ?? 'somebody';
      const signal = `event: ${detail.eventName} in ${at} by ${who}`;
      if (await startOnce({ fleet, scope, signal }, runtime)) started.push(fleet);
    }
    return { started };
  },
});

/**
 * Starts a run that looks no earlier than now. Step Functions refuses a name twice, so the names do the folding: the run of
 * this window may have looked before this event; the next window's has not, for it waits until that begins.
 */
async function startOnce(input: { fleet: string; scope: Scope; signal: string }, runtime: Runtime): Promise<boolean> {
  const window = Math.floor(runtime.nowMs() / FOLD_WITHIN_MS);
  const name = `event-${input.fleet}-${fingerprint(input.scope)}`;
  const notBefore = new Date((window + 1) * FOLD_WITHIN_MS).toISOString();
  return (
    (await isStarted(`${name}-${window}`, input, runtime)) ||
    (await isStarted(`${name}-${window + 1}`, { ...input, notBefore }, runtime))
  );
}

async function isStarted(name: string, input: object, runtime: Runtime): Promise<boolean> {
  const { settings, call } = runtime;
  const stateMachineArn = machineArn(settings, 'reconcile');
  try {
    await converse(
      write(settings.home, 'sfn', 'startExecution', { stateMachineArn, name, input: JSON.stringify(input) }),
      call,
    );
    return true;
  } catch (error) {
    if (isFault(error, 'Conflict')) return false;
    throw error;
  }
}

/** Our targets by what AWS calls them, as far as an event from this Region can mean them. */
function targetsById(state: FleetState, region: string): ReadonlyMap<string, TargetKey> {
  const wanted = wantedTargets(state.declared);
  const byId = new Map<string, TargetKey>();
  for (const [key, id] of state.ids) {
    const target = wanted.get(key);
    // Zones are global: their events come from us-east-1, whoever's view they are.
    if (target === undefined || !(target.owners.includes(region) || target.kind === 'view')) continue;
    byId.set(id, key);
    byId.set(id.split(/[/:]/).at(-1) ?? id, key);
  }
  return byId;
}
