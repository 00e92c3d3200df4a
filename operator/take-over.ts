import { ruleNameOf } from '../control-plane/kinds/fleet-rules.ts';
import { accountAt } from '../control-plane/model/accounts.ts';
import {
  type Dialogue,
  readOrAbsent,
  type WriteCall,
  write,
  writeUnlessAbsent,
} from '../control-plane/model/aws-call.ts';
import { Fault, isFault } from '../control-plane/model/faults.ts';
import type { Region } from '../control-plane/model/region.ts';
import { keyOf } from '../control-plane/model/target.ts';
import { converse } from '../handlers/runtime/caller.ts';
import type { FleetState } from '../handlers/runtime/fleet-state.ts';
import { FleetStore } from '../handlers/runtime/fleet-store.ts';
import type { HomeMark } from '../handlers/runtime/home-mark.ts';
import { Journal } from '../handlers/runtime/journal.ts';
import type { Runtime } from '../handlers/runtime/runtime.ts';
import { signals } from '../workflows/signals.ts';

export interface Takeover {
  readonly by: string;
  readonly because: string;
  /** Home answers, and it is taken from it all the same: why. */
  readonly although?: string | undefined;
}

export interface TakenOver {
  /** Fleets that have their home here now. */
  readonly fleets: readonly string[];
  /** Of those, the ones that had it before: an earlier attempt, or nothing to do. */
  readonly already: readonly string[];
  readonly was: readonly Region[];
  /** Rules of the old home that no longer wake anything; none where it does not answer. */
  readonly stopped: readonly string[];
  /** Rules of a home that answers, and whose EventBridge does not: they go on waking what is refused. */
  readonly notStopped: readonly RuleThere[];
}

export interface RuleThere {
  readonly name: string;
  readonly region: Region;
}

/**
 * Makes the Region of `runtime.settings.home`, the fleets' standby, their home, by what its replica of the state table holds.
 * From then on the old home is refused by every look and every write, also when it comes back: `handlers/runtime/home-mark.ts`.
 *
 * In      a runtime whose home is the Region that takes over
 * Out     which fleets, and what was stopped where they came from; of whoever was interrupted, the rest is done by asking again
 * Faults  Rejected, and nothing was changed, where there is no replica, a fleet's standby is elsewhere, or its home answers
 * Bounds  what home had written and not yet sent when it went, a second's worth, is not here
 * Source  docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html (last writer wins)
 */
export async function takeOver(takeover: Takeover, runtime: Runtime): Promise<TakenOver> {
  const { home: here, table } = runtime.settings;
  const found = await converse(readOrAbsent(here, 'dynamodb', 'describeTable', { TableName: table }), runtime.call);
  if (found?.Table?.TableStatus === undefined)
    throw new Fault(
      'Rejected',
      `--home: ${here} has no replica of ${table}, so nothing is known there: name the standby`,
    );
  const store = new FleetStore(runtime, here);
  const states = await Promise.all((await store.fleets()).map((fleet) => store.load(fleet)));
  const moving = states.filter(({ declared }) => declared.fleet.home !== here);
  for (const { declared } of moving) refuseStranger(declared.fleet, here);
  const was = [...new Set(moving.map(({ declared }) => declared.fleet.home))];
  const answering: Region[] = [];
  for (const region of was) if (await answers(region, runtime)) answering.push(region);
  if (answering.length > 0 && takeover.although === undefined)
    throw new Fault(
      'Rejected',
      `--home: ${answering.join(', ')} answers, so it is not gone: evacuate it if it is sick. To take its fleets from it all the same, say why with --although, and it is stopped`,
    );
  const stopped: string[] = [];
  const notStopped: RuleThere[] = [];
  for (const region of answering)
    for (const { name } of signals) {
      const did = await disable({ name, region }, runtime);
      if (did === 'stopped') stopped.push(`${name} in ${region}`);
      if (did === 'unanswered') notStopped.push({ name, region });
    }
  for (const state of moving) await move(state, takeover, store, runtime);
  const already = states.filter((state) => !moving.includes(state));
  // Whoever took over before may have got no further than that.
  for (const state of already) {
    const mark = await store.homeMark(state.declared.fleet.name);
    if (mark?.region === here) await tidy(state, mark, store, runtime);
  }
  const named = (all: readonly FleetState[]): readonly string[] => all.map(({ declared }) => declared.fleet.name);
  return { fleets: named(states), already: named(already), was, stopped, notStopped };
}

function refuseStranger({ name, home, standby }: FleetState['declared']['fleet'], here: Region): void {
  if (standby === here) return;
  throw new Fault(
    'Rejected',
    `--home: the standby of ${name} is ${standby ?? 'nowhere'}, not ${here}: ${standby === undefined ? `its home ${home} has none, and its roles serve there alone` : `use --home ${standby}`}`,
  );
}

async function move(state: FleetState, { by, because }: Takeover, store: FleetStore, runtime: Runtime): Promise<void> {
  const { home: was } = state.declared.fleet;
  const mark: HomeMark = { region: runtime.settings.home, was, sinceMs: runtime.nowMs(), by, because };
  await store.moveHome(state, mark);
  await tidy(state, mark, store, runtime);
}

/** What is left to do of a fleet that has its home here by this mark. As often as one likes: it comes to the same. */
async function tidy(
  { declared }: FleetState,
  { region: here, was, sinceMs, by, because }: HomeMark,
  store: FleetStore,
  runtime: Runtime,
): Promise<void> {
  const { name, account } = declared.fleet;
  const says = `${here} is home in place of ${was}, by ${by}: ${because}`;
  await new Journal(runtime).append(name, [{ run: `takeover/${here}`, atMs: sinceMs, what: 'takeover', says, by }]);
  const gone = [keyOf('state-replica', here)];
  // What handed this Region's events on to home: they are heard here now, and home might hand them back. Those of a member that
  // lives in another account are handed on as before, to here: reconciling sees to that, as whom that account lets in.
  if (accountAt(declared, here) === account) {
    await converse(dropForward(here, ruleNameOf(name, 'forward')), runtime.call);
    gone.push(keyOf('event-forward', here));
  }
  await store.remember(name, { gone });
}

function* dropForward(region: Region, Rule: string): Dialogue<WriteCall, void> {
  yield* writeUnlessAbsent(region, 'eventbridge', 'removeTargets', { Rule, Ids: ['home'] });
  yield* writeUnlessAbsent(region, 'eventbridge', 'deleteRule', { Name: Rule });
}

/** Whether a home is there: it takes its time to say so, and a Region that is gone never does. */
async function answers(region: Region, { call, settings: { table: TableName } }: Runtime): Promise<boolean> {
  try {
    await converse(readOrAbsent(region, 'dynamodb', 'describeTable', { TableName }), call);
    return true;
  } catch (error) {
    if (isFault(error, 'Unavailable')) return false;
    throw error;
  }
}

/**
 * Nothing wakes the old home any more by this rule. A Region that is half gone may answer for its tables and not for its rules:
 * that must not keep its fleets from being taken from it, and what wakes there is refused by the mark.
 */
async function disable(
  { name: Name, region }: RuleThere,
  { call }: Runtime,
): Promise<'stopped' | 'absent' | 'unanswered'> {
  try {
    await converse(write(region, 'eventbridge', 'disableRule', { Name }), call);
    return 'stopped';
  } catch (error) {
    if (isFault(error, 'Absent')) return 'absent';
    if (isFault(error, 'Unavailable') || isFault(error, 'Throttled')) return 'unanswered';
    throw error;
  }
}
