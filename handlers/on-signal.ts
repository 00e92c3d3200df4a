import { z } from 'zod';
import { kindNamed } from '../control-plane/kinds/index.ts';
import { scopeOf } from '../control-plane/loop/trigger.ts';
import { type Wanted, wantedTargets } from '../control-plane/loop/wanted.ts';
import { accountFor, isAbroad } from '../control-plane/model/accounts.ts';
import { fingerprint } from '../control-plane/model/fingerprint.ts';
import { plain } from '../control-plane/model/plain-text.ts';
import type { TargetKey } from '../control-plane/model/target.ts';
import type { EpochMs } from '../control-plane/model/units.ts';
import { Remembered } from './agents/remembered.ts';
import { type FleetState, isDead, isOfScope, type Run } from './runtime/fleet-state.ts';
import { FleetStore } from './runtime/fleet-store.ts';
import { noteRefusal } from './runtime/note-refusal.ts';
import type { Runtime } from './runtime/runtime.ts';
import { startOnce } from './runtime/start-once.ts';
import { task } from './runtime/task.ts';

/** How services say that somebody may not: AccessDenied, AccessDeniedException. */
const DENIED = 'AccessDenied';

/** CloudTrail itself is slower: what was made this short a time ago, no event is about yet. */
const REMEMBERS_MS = 3_000;

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
 * Who was not let, changed nothing: that is noted. So is an event of an account that no fleet has a member in.
 *
 * In    the CloudTrail event, as EventBridge delivers it
 * Reads every fleet, at most once in three seconds and container; of those that it touched, which runs wait
 * Out   { started: ['payments'] }, or { refused: ['payments'] }
 * Role  landbridge-on-signal: reads and notes in the state table; states:StartExecution on landbridge-reconcile
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
    const denied =
      detail.errorCode?.startsWith(DENIED) === true ? (detail.errorMessage ?? detail.errorCode) : undefined;
    const isOwn = account === runtime.settings.account;
    // Whose it was nothing says: CloudTrail leaves out what was asked for when it was refused.
    if (isOwn && denied !== undefined)
      return { refused: await noteRefusal({ ...refusal, why: denied }, { store, runtime }) };
    const states = await fleetsOfLate(store, runtime);
    // Another account's events are about the fleets that have members there, and about nothing else of anybody's.
    const concerned = isOwn ? states : states.filter((state) => livesIn(state, account));
    if (concerned.length === 0 && !isOwn) {
      const why = `the event is of account ${account}, in which no fleet of ours has a member`;
      return { refused: await noteRefusal({ ...refusal, why }, { store, runtime }) };
    }
    if (denied !== undefined) {
      const notes = concerned.map(({ declared: { fleet } }) =>
        noteRefusal({ ...refusal, why: denied }, { store, runtime, fleet: fleet.name }),
      );
      return { refused: (await Promise.all(notes)).flat() };
    }
    const started: string[] = [];
    for (const state of concerned) {
      const fleet = state.declared.fleet.name;
      const scope = scopeOf({ region: at, detail }, targetsById(state, { account, region: at }));
      if (scope === undefined) continue;
      // One of the same scope has not looked yet: it will see this too.
      const isWaiting = (run: Run): boolean => run.isWaiting === true && !isDead(run, runtime.nowMs());
      if ((await store.runs(fleet)).some((run) => isWaiting(run) && isOfScope(run, scope))) continue;
      const signal = plain(`event: ${detail.eventName} in ${at} by ${who}`);
      const name = `event-${fleet}-${fingerprint(scope)}`;
      if (await startOnce('reconcile', name, { fleet, scope, signal }, runtime)) started.push(fleet);
    }
    return { started };
  },
});

interface Loaded {
  readonly atMs: EpochMs;
  readonly states: readonly FleetState[];
}
const lately = new Remembered<Loaded>();

/** Every fleet, as it was a moment ago at most: one event in a burst reads, and the rest know. What is younger, the sweep sees. */
async function fleetsOfLate(store: FleetStore, runtime: Runtime): Promise<readonly FleetState[]> {
  const known = lately.of(runtime);
  const nowMs = runtime.nowMs();
  // A clock that was put back makes nothing young again.
  if (known !== undefined && Math.abs(nowMs - known.atMs) < REMEMBERS_MS) return known.states;
  const states: FleetState[] = [];
  for (const fleet of await store.fleets()) states.push(await store.load(fleet));
  lately.keep(runtime, { atMs: nowMs, states });
  return states;
}

/** Whether a fleet has a member in an account that is not the control plane's. */
const livesIn = ({ declared: { fleet, members } }: FleetState, account: string): boolean =>
  members.some((member) => isAbroad(fleet, member) && member.account === account);

/** Our targets by what AWS calls them, as far as an event from this account and Region can mean them. */
function targetsById(
  { declared, ids }: FleetState,
  { account, region }: { readonly account: string; readonly region: string },
): ReadonlyMap<string, TargetKey> {
  const wanted = wantedTargets(declared);
  const byId = new Map<string, TargetKey>();
  const isThere = ({ kind, owners, region: at }: Wanted): boolean => {
    const livesAt = (place: string): boolean => accountFor(kindNamed(kind), { declared, region: place }) === account;
    // Zones are global: their events come from us-east-1, whoever's view they are.
    return kind === 'view' ? livesAt(at) : owners.includes(region) && livesAt(region);
  };
  for (const [key, id] of ids) {
    const target = wanted.get(key);
    if (target === undefined || !isThere(target)) continue;
    byId.set(id, key);
    byId.set(id.split(/[/:]/).at(-1) ?? id, key);
  }
  return byId;
}
