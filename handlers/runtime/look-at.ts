import { type Proven, provenBy } from '../../control-plane/health/proven.ts';
import { kindNamed } from '../../control-plane/kinds/index.ts';
import type { Place } from '../../control-plane/kinds/kind.ts';
import { type Assessment, CREATION_GRACE_MS, diff } from '../../control-plane/loop/diff.ts';
import { type Observation, surveyName, type Unseen } from '../../control-plane/loop/observe.ts';
import { type OthersJoins, type Plan, plan } from '../../control-plane/loop/plan.ts';
import { inScope, type Scope, surveysFor } from '../../control-plane/loop/scope.ts';
import { type Wanted, wantedTargets } from '../../control-plane/loop/wanted.ts';
import { isFault } from '../../control-plane/model/faults.ts';
import { GLOBAL_REGION, type Region } from '../../control-plane/model/region.ts';
import type { TargetKey } from '../../control-plane/model/target.ts';
import { isLately } from '../../control-plane/model/units.ts';
import { type Caller, memoised } from './caller.ts';
import { type FleetState, isDead } from './fleet-state.ts';
import { surveyed } from './surveyed.ts';

/** One look at a scope: what is wanted, what is there, and what would be done about the difference. */
export interface Sight {
  readonly wanted: ReadonlyMap<TargetKey, Wanted>;
  readonly chosen: ReadonlyMap<TargetKey, Wanted>;
  readonly observation: Observation;
  readonly assessments: ReadonlyMap<TargetKey, Assessment>;
  readonly plan: Plan;
}

export const placeIn = (state: FleetState, region: Region): Place => ({
  region,
  declared: state.declared,
  known: (target) => state.ids.get(target),
  entrance: state.entrances.get(region),
});

/** What a member's own prober shows, if it was heard from of late. */
function provenIn({ health }: FleetState, region: Region, nowMs: number): Proven | undefined {
  const row = health.rows.find(({ observer }) => observer === region);
  const observers = new Set(health.rows.map(({ observer }) => observer));
  return row === undefined ? undefined : provenBy(row, observers.size, nowMs);
}

interface LookOptions {
  readonly scope: Scope;
  readonly call: Caller;
  readonly nowMs: number;
  /** Whose join this look belongs to: it does not wait for other joins that are under way. */
  readonly joining?: Region | undefined;
  /** Regions that answer nobody, and why we think so: they are not asked, and nobody waits for them. */
  readonly dark?: ReadonlyMap<Region, string>;
  /** What a fresh probe row proves is not read. For whoever looks at everything again and again. */
  readonly believesProbes?: boolean;
}

/**
 * Observes a scope, compares and plans. Changes nothing.
 *
 * Surveys of all Regions run side by side. One that fails is kept as unseen, and the rest of the fleet goes on.
 */
export async function lookAt(
  state: FleetState,
  { scope, call, nowMs, joining, dark = new Map(), believesProbes = false }: LookOptions,
): Promise<Sight> {
  const wanted = wantedTargets(state.declared);
  const chosen = inScope(wanted, scope);
  const { leftOut } = state;
  const surveys = surveysFor(wanted, chosen, scope).filter(({ kind }) => leftOut[kind] === undefined);
  const once = memoised(call);
  const founds: ReadonlyMap<TargetKey, unknown>[] = [];
  const unseen = new Map<string, Unseen>();
  await Promise.all(
    surveys.map(async (survey, index) => {
      const because = dark.get(kindNamed(survey.kind).isGlobal === true ? GLOBAL_REGION : survey.region);
      if (because !== undefined) {
        unseen.set(surveyName(survey), { fault: 'Unavailable', says: `not asked: ${because}` });
        return;
      }
      try {
        const place = placeIn(state, survey.region);
        const proven = believesProbes ? { ...place, proven: provenIn(state, survey.region, nowMs) } : place;
        founds[index] = await surveyed(survey, proven, state.ids, once);
      } catch (error) {
        if (!isFault(error)) throw error;
        unseen.set(surveyName(survey), { fault: error.fault, says: error.message });
      }
    }),
  );
  const others = othersJoins(state, joining, nowMs);
  const seen = { state, wanted, chosen, founds, unseen, others, nowMs };
  return { wanted, chosen, ...(isPlain(seen) ? comparedOnce(seen) : compared(seen)) };
}

/** What was seen, and what it is compared with. */
interface Seen {
  readonly state: FleetState;
  readonly wanted: ReadonlyMap<TargetKey, Wanted>;
  readonly chosen: ReadonlyMap<TargetKey, Wanted>;
  /** By survey. */
  readonly founds: readonly ReadonlyMap<TargetKey, unknown>[];
  readonly unseen: ReadonlyMap<string, Unseen>;
  readonly others: OthersJoins;
  readonly nowMs: number;
}
type Compared = Pick<Sight, 'observation' | 'assessments' | 'plan'>;

function compared({ state, wanted, chosen, founds, unseen, others, nowMs }: Seen): Compared {
  const targets = new Map<TargetKey, unknown>();
  for (const found of founds.values()) for (const [key, observed] of found ?? []) targets.set(key, observed);
  const observation: Observation = { targets, unseen };
  const { leftOut, intents, ids, madeAtMs } = state;
  const intendedAtMs = (key: TargetKey): number | undefined => {
    const intent = intents.get(key);
    if (intent?.action === 'create') return intent.atMs;
    // AWS answered, and reads may be from before that still: who makes it again makes a second one.
    const atMs = madeAtMs.get(key);
    return atMs !== undefined && isLately(atMs, nowMs, CREATION_GRACE_MS) ? atMs : undefined;
  };
  const assessments = diff({ wanted, observation, leftOut, intendedAtMs, nowMs }, chosen);
  return { observation, assessments, plan: plan(chosen, assessments, others, ids) };
}

/** Whether nothing but what was found and what is wanted counts: the time of day, for one, does not. */
const isPlain = ({ state, wanted, chosen, unseen, others, nowMs }: Seen): boolean =>
  chosen === wanted &&
  unseen.size === 0 &&
  state.intents.size === 0 &&
  Object.keys(state.leftOut).length === 0 &&
  others.waitingFor.size === 0 &&
  others.leftTo.size === 0 &&
  !state.madeAtMs.values().some((atMs) => isLately(atMs, nowMs, CREATION_GRACE_MS));

interface Before {
  readonly founds: Seen['founds'];
  readonly ids: FleetState['ids'];
  readonly compared: Compared;
}

const before = new WeakMap<Seen['wanted'], readonly Before[]>();
/** What two reads show is read by turns. */
const TURNS = 2;

/** Where every survey found the very same as before, it compares as before. */
function comparedOnce(seen: Seen): Compared {
  const { wanted, founds, state } = seen;
  const known = before.get(wanted) ?? [];
  const same = known.find(
    (one) => one.ids === state.ids && founds.every((found, index) => found === one.founds[index]),
  );
  if (same !== undefined) return same.compared;
  const now = { founds, ids: state.ids, compared: compared(seen) };
  before.set(wanted, [now, ...known.slice(0, TURNS - 1)]);
  return now.compared;
}

/** Joins wait for nobody else's, but do together what they have in common. Everyone else leaves to a join what is its own. */
function othersJoins({ members, runs }: FleetState, joining: Region | undefined, nowMs: number): OthersJoins {
  const others = members.filter(({ phase, region }) => phase === 'joining' && region !== joining);
  const regions = new Set(others.map(({ region }) => region));
  if (joining !== undefined) return { waitingFor: regions, leftTo: new Set() };
  const atWork = runs
    .filter((run) => run.purpose === 'onboard' && !run.isSettled && !isDead(run, nowMs))
    .flatMap(({ scope }) => scope.regions ?? []);
  return { waitingFor: new Set(), leftTo: regions.intersection(new Set(atWork)) };
}
