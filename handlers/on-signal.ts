import { z } from 'zod';
import { scopeOf } from '../control-plane/loop/trigger.ts';
import { wantedTargets } from '../control-plane/loop/wanted.ts';
import { fingerprint } from '../control-plane/model/fingerprint.ts';
import type { TargetKey } from '../control-plane/model/target.ts';
import { type FleetState, FleetStore } from './runtime/fleet-store.ts';
import { noteRefusal } from './runtime/note-refusal.ts';
import { startOnce } from './runtime/start-once.ts';
import { task } from './runtime/task.ts';

/** How services say that somebody may not: AccessDenied, AccessDeniedException. */
const DENIED = 'AccessDenied';

const TrailEvent = z.object({
  account: z.string(),
  region: z.string(),
  time: z.string(),
  detail: z.object({
    eventName: z.string(),
    eventID: z.string().optional(),
    errorCode: z.string().optional(),
    errorMessage: z.string().optional(),
    awsRegion: z.string().optional(),
    userIdentity: z.object({ arn: z.string().optional(), type: z.string().optional() }).optional(),
    requestParameters: z.unknown().optional(),
    responseElements: z.unknown().optional(),
  }),
});

/**
 * Somebody wrote to AWS: if it touched what a fleet owns, starts a reconcile that looks there. The event says where, never what.
 * Who was not let, changed nothing: that is noted.
 *
 * In    the CloudTrail event, as EventBridge delivers it
 * Out   { started: ['payments'] }, or { refused: ['payments'] }
 * Role  observer, and states:StartExecution on landbridge-reconcile
 */
export const handler = task({
  input: TrailEvent,
  async run({ account, region, time, detail }, runtime) {
    const store = new FleetStore(runtime);
    const at = detail.awsRegion ?? region;
    const who = detail.userIdentity?.arn ?? detail.userIdentity?.type ?? 'somebody';
    const refusal = {
      what: detail.eventName,
      who,
      region: at,
      id: detail.eventID ?? time,
      atMs: Date.parse(time),
    };
    if (account !== runtime.settings.account) {
      const why = `the event is of account ${account}, and not of ours`;
      return { refused: await noteRefusal({ ...refusal, why }, { store, runtime }) };
    }
    if (detail.errorCode?.startsWith(DENIED) === true) {
      const why = detail.errorMessage ?? detail.errorCode;
      return { refused: await noteRefusal({ ...refusal, why }, { store, runtime }) };
    }
    const started: string[] = [];
    for (const fleet of await store.fleets()) {
      const state = await store.load(fleet);
      const scope = scopeOf({ region: at, detail }, targetsById(state, at));
      if (scope === undefined) continue;
      const signal = `event: ${detail.eventName} in ${at} by ${who}`;
      const name = `event-${fleet}-${fingerprint(scope)}`;
      if (await startOnce('reconcile', name, { fleet, scope, signal }, runtime)) started.push(fleet);
    }
    return { started };
  },
});

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
