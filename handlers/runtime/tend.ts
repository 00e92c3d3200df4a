import type { Incident } from '../../control-plane/incidents/incident.ts';
import type { Occasion, Tending } from '../../control-plane/incidents/occasion.ts';
import { tend } from '../../control-plane/incidents/tending.ts';
import { inScope, type Scope } from '../../control-plane/loop/scope.ts';
import { wantedTargets } from '../../control-plane/loop/wanted.ts';
import { write } from '../../control-plane/model/aws-call.ts';
import { isFault } from '../../control-plane/model/faults.ts';
import type { Region } from '../../control-plane/model/region.ts';
import { keyOf, type TargetKey } from '../../control-plane/model/target.ts';
import { unaskedIn } from './answers.ts';
import { converse } from './caller.ts';
import type { FleetState } from './fleet-state.ts';
import { FleetStore } from './fleet-store.ts';
import { HealthStore } from './health-store.ts';
import { incidentLines } from './incident-metrics.ts';
import type { Runtime } from './runtime.ts';
import { situationOf } from './situation.ts';

interface Seen extends Pick<Occasion, 'run' | 'look' | 'proven'> {
  readonly signal: string;
  readonly nowMs: number;
  /** The look left out dark Regions, and its plan does not say so. */
  readonly isOfLight?: true;
}

/** What is to be done about the fleet's health, of what is known now. Changes nothing. */
export function weigh(state: FleetState, { signal, nowMs, run, look, proven, isOfLight }: Seen): Tending {
  const { declared, health } = state;
  // What leads through a target is looked at with it, and proven with it.
  const dark = isOfLight ? unaskedIn(state, nowMs) : new Map<Region, string>();
  const spread = (scope: Scope): Scope => {
    if (scope.regions === undefined && scope.targets === undefined && dark.size === 0) return {};
    const covered = [...inScope(wantedTargets(declared), scope).values()].filter(({ region }) => !dark.has(region));
    const regions = scope.regions?.filter((region) => !dark.has(region));
    return { ...(regions !== undefined && { regions }), targets: covered.map(({ key }) => key) };
  };
  return tend({
    situation: situationOf(state, nowMs, look?.plan.steps),
    overrides: health.overrides,
    rows: health.rows,
    signal,
    run,
    look: look && { ...look, scope: spread(look.scope) },
    proven: proven && spread(proven),
  });
}

/** Whether anything of it is not done yet. What only waits for a run to look and repair is in `repair`. */
export const isAnythingToDo = ({ open, update, notes, steer, unsteer, repair }: Tending): boolean =>
  open.length + update.length + notes.length + steer.length + unsteer.length + repair.length > 0;

const MOST_ATTEMPTS = 5;

/**
 * Weighs what is known and does it; weighs again, with what is known then, where somebody else has done something meanwhile:
 * moved callers, or changed an incident.
 *
 * Out     all that was to be done, of each time: repairs that an earlier one has put on record are in no later one
 * Faults  those of the state table
 * Bounds  five times. What is not done then is for whoever looks next
 */
export async function tendFully(state: FleetState, seen: Seen, runtime: Runtime): Promise<Tending> {
  let tending = weigh(state, seen);
  let done = tending;
  for (let attempt = 1; isAnythingToDo(tending); attempt += 1) {
    if ((await tendTo(state, tending, runtime)) || attempt >= MOST_ATTEMPTS) break;
    const now = await new FleetStore(runtime).load(state.declared.fleet.name);
    tending = weigh(now, { ...seen, nowMs: runtime.nowMs() });
    done = bothOf(done, tending);
    state = now;
  }
  return done;
}

const bothOf = (first: Tending, then: Tending): Tending => ({
  ...then,
  steer: [...first.steer, ...then.steer],
  unsteer: [...first.unsteer, ...then.unsteer],
  repair: [...first.repair, ...then.repair],
  says: `${first.says}; ${then.says}`,
});

/**
 * Does what was weighed: incidents first, so that whatever happens to callers is on record before it happens.
 *
 * Out     whether all of it was done: false where somebody else was quicker with some of it
 * Faults  those of the state table. People who cannot be told, or who are not told because we die, are told by one who looks
 *         later: until they have heard it, the incident says that they have not
 */
export async function tendTo(state: FleetState, tending: Tending, runtime: Runtime): Promise<boolean> {
  const fleet = state.declared.fleet.name;
  const store = new HealthStore(runtime);
  const nowMs = runtime.nowMs();
  // Two may look at once. Whoever was quicker has done it: counts it, tells its story, tells people.
  const lost = new Set<string>();
  for (const incident of tending.open) if (!(await store.open(fleet, incident))) lost.add(incident.id);
  // What ends makes room for what others turn out to be.
  const endsFirst = tending.update.toSorted((a, b) => Number(isOver(b.after)) - Number(isOver(a.after)));
  for (const { before, after } of endsFirst) if (!(await store.update(fleet, before, after))) lost.add(after.id);
  const isLost = (id: string): boolean => lost.has(id);
  const opened = tending.open.filter(({ id }) => !isLost(id));
  // One that was closed already is not counted again.
  const ended = tending.update.filter(({ before, after }) => !isOver(before) && isOver(after) && !isLost(after.id));
  const changes = { opened, ended: ended.map(({ after }) => after), touched: tending.update.map(({ after }) => after) };
  for (const line of incidentLines({ fleet, atMs: nowMs }, changes)) runtime.print(line);
  await store.note(
    fleet,
    tending.notes.filter(({ incident }) => !isLost(incident)),
  );
  const isMoved = await move(state, tending, runtime);
  const alarms = tending.escalate.filter(({ incident }) => !isLost(incident.id));
  for (const ofOne of Map.groupBy(alarms, ({ incident }) => incident.id).values())
    await tellAll(ofOne, tending, state, runtime);
  return isMoved && lost.size === 0;
}

/**
 * Steers on what was known of others. Answers false where somebody has moved callers since, or a member has come or gone: some
 * of it may not be right any more.
 */
async function move(state: FleetState, { steer, unsteer }: Tending, runtime: Runtime): Promise<boolean> {
  const { declared, health } = state;
  const given = [new FleetStore(runtime).asItWas(state)];
  try {
    await new HealthStore(runtime).move(declared.fleet.name, health, { steer, unsteer, given }, runtime.nowMs());
    return true;
  } catch (error) {
    if (isFault(error, 'Conflict')) return false;
    throw error;
  }
}

const isOver = ({ status }: Incident): boolean => status === 'closed';

/** Tells people what is to be told of one incident, and takes what they heard off its list. */
async function tellAll(
  alarms: Tending['escalate'],
  { update }: Tending,
  state: FleetState,
  runtime: Runtime,
): Promise<void> {
  const heard: string[] = [];
  for (const { incident, says } of alarms) if (await tell(incident, says, state, runtime)) heard.push(says);
  const [{ incident } = {}] = alarms;
  if (incident === undefined || heard.length === 0) return;
  // As it was written a moment ago.
  const isNew = !update.some(({ after }) => after.id === incident.id);
  const written = isNew ? incident : { ...incident, revision: (incident.revision ?? 0) + 1 };
  await new HealthStore(runtime).noteHeard(state.declared.fleet.name, written, heard);
}

/** Answers whether nobody is to be told it again. */
async function tell(incident: Incident, says: string, { declared }: FleetState, runtime: Runtime): Promise<boolean> {
  const { settings, call } = runtime;
  const fleet = declared.fleet.name;
  const entry = (what: string) => ({
    incident: incident.id,
    entry: { atMs: runtime.nowMs(), what: 'escalated' as const, says: what },
  });
  const store = new HealthStore(runtime);
  if (settings.topicArn === undefined) {
    await store.note(fleet, [entry('nobody could be told: this deployment has no topic')]);
    return true;
  }
  try {
    await converse(
      write(settings.home, 'sns', 'publish', {
        TopicArn: settings.topicArn,
        Subject: `Landbridge ${fleet}: ${incident.cause}`.slice(0, 100),
        Message: JSON.stringify({ fleet, incident: incident.id, cause: incident.cause, status: incident.status, says }),
      }),
      call,
    );
    return true;
  } catch (error) {
    if (!isFault(error)) throw error;
    await store.note(fleet, [entry(`nobody could be told: ${error.message}`)]);
    return false;
  }
}

/** Where a repair looks: where what is wrong may be mended, whose callers are moved, and what it was started for. */
export function scopeOfTending({ repair, steer, unsteer }: Tending, asked: Scope): Scope {
  const regions = new Set(asked.regions);
  const targets = new Set<TargetKey>(asked.targets);
  for (const { scope } of repair) {
    for (const region of scope.regions ?? []) regions.add(region);
    for (const target of scope.targets ?? []) targets.add(target);
  }
  for (const { viewer } of [...steer, ...unsteer]) targets.add(keyOf('records', viewer));
  return { ...(regions.size > 0 && { regions: [...regions] }), targets: [...targets] };
}
