import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { apply } from '../control-plane/loop/apply.ts';
import { afterFailedRound } from '../control-plane/loop/decide.ts';
import { leasesOf, type Step } from '../control-plane/loop/plan.ts';
import { type Wanted, wantedTargets } from '../control-plane/loop/wanted.ts';
import { Fault, isFault } from '../control-plane/model/faults.ts';
import { hasMade, type Intent } from '../control-plane/model/intent.ts';
import type { Region } from '../control-plane/model/region.ts';
import { kindOf, type LeaseScope, type TargetKey } from '../control-plane/model/target.ts';
import { isOfReplica } from '../control-plane/policies/one-by-one.ts';
import { servingInTraffic } from '../control-plane/traffic/in-service.ts';
import { RunState } from './run.ts';
import { ArtefactStore } from './runtime/artefact-store.ts';
import { type Caller, converse, sumOf } from './runtime/caller.ts';
import { fleetPk } from './runtime/fleet-rows.ts';
import type { FleetState } from './runtime/fleet-state.ts';
import { FleetStore } from './runtime/fleet-store.ts';
import { refuseUnlessStillHome } from './runtime/home-mark.ts';
import { Journal, type JournalEntry } from './runtime/journal.ts';
import { type Lease, Leases } from './runtime/lease.ts';
import { placeIn } from './runtime/look-at.ts';
import { interruptedEntry } from './runtime/note-interrupted.ts';
import { PlanStore, type StoredPlan } from './runtime/plan-store.ts';
import { type Invocation, task } from './runtime/task.ts';

/** A plan older than this was made of a world that may be gone. */
const PLAN_IS_STALE_AFTER_MS = 5 * 60_000;

/**
 * A step that is begun then still ends, and so does the round, before Lambda ends this function (`handlers/index.ts`): in a
 * Region that has gone silent each call takes its quarter of a minute, and a read is made four times.
 */
const BEGINS_NOTHING_AFTER_MS = 120_000;

/** AWS shows what it accepted a little later. */
const ACCEPTED_SHOWS_AFTER_SECONDS = 3;
/** Where every step was left to another writer, there is no hurry; one that died has its leases for minutes. */
const OTHERS_WRITE_FOR_SECONDS = 15;

/**
 * Carries out the steps of one plan, Region by Region side by side, each write under a lease that is proven at that write.
 *
 * In, out  RunState, with `plan`; out with what was written counted, and when to look again
 * Role     landbridge-apply-plan, which alone may write what kinds write; in other accounts landbridge-applier
 * Faults   Conflict for a plan that is stale as a whole. A step that fails is recorded, and the next look decides anew
 */
export const handler = task({
  input: RunState,
  pace: 'shared',
  async run(state, runtime) {
    const plan = await new PlanStore(runtime).get(state.plan ?? '');
    const { atMs } = plan;
    if (runtime.nowMs() - atMs > PLAN_IS_STALE_AFTER_MS)
      throw new Fault('Conflict', `the plan ${state.plan} is ${runtime.nowMs() - atMs} ms old: look again`);
    const round = await Round.begin(runtime, state, plan);
    const { leftAll, done, failed } = await round.carryOut();
    const failedRounds = failed.length === 0 || done > 0 ? 0 : state.failedRounds + 1;
    return {
      ...state,
      ...sumOf(state, runtime.tally),
      failedRounds,
      lastFailure: failed.at(-1),
      lookAgainAfterSeconds: leftAll
        ? OTHERS_WRITE_FOR_SECONDS
        : failedRounds === 0
          ? ACCEPTED_SHOWS_AFTER_SECONDS
          : Math.min(afterFailedRound.atFirstSeconds * 2 ** (failedRounds - 1), afterFailedRound.atMostSeconds),
    };
  },
});

/** One round of writes: its leases, its steps, and what became of each. */
class Round {
  readonly #runtime: Invocation;
  readonly #beganMs: number;
  readonly #state: RunState;
  readonly #steps: readonly Step[];
  readonly #fleet: FleetState;
  readonly #wanted: ReadonlyMap<TargetKey, Wanted>;
  readonly #store: FleetStore;
  readonly #leases: Leases;
  readonly #held: ReadonlyMap<LeaseScope, Lease>;
  readonly #artefacts: ReadonlyMap<string, Uint8Array | Fault>;
  /** Whose answers callers get: what a join makes of its own is nobody's yet. */
  readonly #inTraffic: ReadonlySet<Region>;
  readonly #entries: JournalEntry[] = [];
  readonly #ids = new Map<TargetKey, string>();
  readonly #finished = new Set<TargetKey>();
  /** Of which a write was answered, whatever became of the rest of the step. */
  readonly #written = new Set<TargetKey>();
  /** Those that AWS had no time for yet: nothing of them was done, and the budget of repairs is not spent on them. */
  readonly #throttled = new Set<TargetKey>();
  /** Of which something was made, in this round or one before, that is not known by its id: its step came to no end. */
  readonly #halfMade = new Set<TargetKey>();

  private constructor(
    runtime: Invocation,
    state: RunState,
    steps: readonly Step[],
    fleet: FleetState,
    leases: Leases,
    held: ReadonlyMap<LeaseScope, Lease>,
    artefacts: ReadonlyMap<string, Uint8Array | Fault>,
  ) {
    this.#runtime = runtime;
    this.#beganMs = runtime.nowMs();
    this.#state = state;
    this.#steps = steps;
    this.#fleet = fleet;
    this.#wanted = wantedTargets(fleet.declared);
    this.#store = new FleetStore(runtime);
    this.#leases = leases;
    this.#held = held;
    this.#artefacts = artefacts;
    this.#inTraffic = new Set(servingInTraffic(fleet.declared).map(({ region }) => region));
    for (const { key, action } of steps) {
      const left = fleet.intents.get(key);
      if (action === 'change' && left !== undefined && hasMade(left) && !fleet.ids.has(key)) this.#halfMade.add(key);
    }
  }

  /** Loads the fleet as it is now and takes the leases, in one global order, so that no two rounds wait for each other. */
  static async begin(runtime: Invocation, state: RunState, { steps, fences }: StoredPlan): Promise<Round> {
    const leases = new Leases(runtime, state.fleet);
    const held = new Map<LeaseScope, Lease>();
    try {
      for (const scope of [...new Set(steps.flatMap(leasesOf))].toSorted()) {
        const lease = await leases.take(scope, state.run, fences[scope]);
        if (lease !== undefined) held.set(scope, lease);
      }
      // After the leases: what the fleet was before them may have been changed by whoever held them.
      const fleet = await new FleetStore(runtime).load(state.fleet);
      await refuseUnlessStillHome(fleet.declared.fleet, fleetPk(state.fleet), runtime);
      return new Round(runtime, state, steps, fleet, leases, held, await artefactsFor(runtime, steps));
    } catch (error) {
      // Nothing was written under them: nobody has to wait until they run out.
      if (isFault(error)) await Promise.allSettled([...held.values()].map((lease) => leases.release(lease)));
      throw error;
    }
  }

  /** Answers whether every step was left to somebody else, how many were done, and what was said of those that failed. */
  async carryOut(): Promise<{ readonly leftAll: boolean; readonly done: number; readonly failed: readonly string[] }> {
    await this.#noteLeftOpen();
    const lanes = Map.groupBy(this.#steps, ({ region }) => region);
    await Promise.all(
      [...lanes.values()].map(async (lane) => {
        for (const step of lane) {
          if (this.#isLate) this.#note(step, 'left', `${step.key}: this round has no time for it; left to the next`);
          else await this.#carryOut(step);
        }
      }),
    );
    // The journal before the intents: a death between the two leaves a trace too many, never one too few.
    await new Journal(this.#runtime).append(this.#state.fleet, this.#entries);
    // Whoever lost a lease on the way may not close what its next holder has opened.
    const isMine = ({ key, lease }: Step): boolean => this.#finished.has(key) && this.#isFresh(lease);
    const finished = this.#steps.filter(isMine);
    await this.#store.remember(this.#state.fleet, { ids: this.#ids });
    if (this.#state.purpose === 'reconcile' || this.#state.purpose === 'repair')
      await this.#store.noteRepairs(
        this.#fleet,
        finished.filter(({ key, isMove }) => isMove !== true && !this.#throttled.has(key)).map(({ key }) => key),
        this.#runtime.nowMs(),
      );
    await this.#store.closeIntents(
      this.#state.fleet,
      finished.map(({ key }) => key),
    );
    for (const lease of this.#held.values()) await this.#leases.release(lease);
    const failed = this.#entries.filter(({ outcome }) => outcome !== 'done' && outcome !== 'left');
    const done = this.#entries.filter(({ outcome }) => outcome === 'done').length;
    return {
      leftAll: this.#steps.every((step) => this.#notHeldFor(step) !== undefined),
      done,
      failed: failed.map(({ says }) => says),
    };
  }

  /** Nobody else writes under these leases any more: intents that stand in the way are of those who died, and go on record first. */
  async #noteLeftOpen(): Promise<void> {
    const left = this.#steps
      .filter(({ lease }) => this.#held.has(lease))
      .flatMap(({ key }) => this.#fleet.intents.get(key) ?? []);
    await new Journal(this.#runtime).append(
      this.#state.fleet,
      left.map((intent) =>
        interruptedEntry(intent, `${intent.call} for ${intent.key} was never recorded; it was looked at anew`),
      ),
    );
  }

  get #isLate(): boolean {
    return this.#runtime.nowMs() - this.#beganMs > BEGINS_NOTHING_AFTER_MS;
  }

  /** Of what a step takes, what somebody else has. */
  #notHeldFor(step: Step): LeaseScope | undefined {
    return leasesOf(step).find((scope) => !this.#held.has(scope));
  }

  #isFresh(scope: LeaseScope): boolean {
    const lease = this.#held.get(scope);
    return lease !== undefined && this.#leases.isFresh(lease);
  }

  async #carryOut(step: Step): Promise<void> {
    const lease = this.#held.get(step.lease);
    const notHeld = this.#notHeldFor(step);
    if (lease === undefined || notHeld !== undefined) {
      this.#note(
        step,
        'left',
        `${step.key}: somebody else is writing in ${notHeld ?? step.lease}, or has since this was planned; left to the next round`,
      );
      return;
    }
    const calls: string[] = [];
    const place = placeIn(this.#fleet, step.region);
    const dialogue = apply(step, this.#wanted.get(step.key), place, (sha) => this.#artefact(sha));
    try {
      const applied = await converse(dialogue, this.#fenced(step, lease, calls));
      if (applied !== undefined) this.#ids.set(step.key, applied.id);
      this.#note(step, 'done', `${step.action} ${step.key}: ${reasonOf(step)}`, { calls, fence: lease.fence });
      this.#finished.add(step.key);
    } catch (error) {
      // Anything but a fault is this handler's own death, and nothing more is written after it.
      if (!isFault(error)) throw error;
      this.#note(step, error.fault, `${step.action} ${step.key} failed: ${error.message}`, {
        calls,
        fence: lease.fence,
      });
      if (error.fault === 'Throttled' && !this.#written.has(step.key)) this.#throttled.add(step.key);
      // Unavailable: the write may have taken place. Or it failed only after it had made something, whose id nobody knows yet.
      // The intent stays: the next look gives it time to show, and says what came of it.
      if (error.fault !== 'Unavailable' && !this.#halfMade.has(step.key)) this.#finished.add(step.key);
    }
  }

  /** Before every write: the lease is ours still, and what is about to be done is on record. */
  #fenced(step: Step, lease: Lease, calls: string[]): Caller {
    return async (call) => {
      if (call.access === 'read') return this.#runtime.call(call);
      // Before the lease is proven: nothing comes between that and the write.
      await this.#runtime.turnOf(call);
      const what = `${call.service} ${call.method} in ${call.region}`;
      const intent = {
        key: step.key,
        action: step.action,
        atMs: this.#runtime.nowMs(),
        run: this.#state.run,
        fence: lease.fence,
        call: what,
        calls: [...calls, what],
        isHalfMade: this.#halfMade.has(step.key),
        signal: this.#state.signal,
        drift: step.drift,
      };
      await this.#leases.whileHeld(lease, this.#announcing(step, intent));
      calls.push(what);
      const answer = await this.#runtime.call(call);
      // The log group beside a function is no part of it: written once more it is what it was.
      if (call.service === 'cloudwatch-logs') return answer;
      this.#written.add(step.key);
      if (call.method.startsWith('create')) this.#halfMade.add(step.key);
      return answer;
    };
  }

  /** What is known from now on, whatever becomes of the write and of whoever makes it. */
  #announcing({ key, region }: Step, intent: Intent): readonly TransactWriteItem[] {
    const { fleet } = this.#state;
    const isFelt = isOfReplica(key) && this.#inTraffic.has(region);
    return [
      this.#store.intentItem(fleet, intent),
      ...(isFelt ? [this.#store.changeItem(fleet, key, intent.atMs)] : []),
    ];
  }

  #note(step: Step, outcome: string, says: string, detail: object = {}): void {
    this.#entries.push({ ...this.#entryOf(step), what: 'step', outcome, says, ...detail });
  }

  #entryOf({ key, action, drift }: Step) {
    const { run, round, signal } = this.#state;
    return { run, round, signal, atMs: this.#runtime.nowMs(), target: key, action, drift };
  }

  #artefact(codeSha256: string): Uint8Array {
    const zip = this.#artefacts.get(codeSha256);
    if (zip === undefined)
      throw new Fault('Conflict', `the code ${codeSha256} is not the fleet's any more: look again`);
    if (isFault(zip)) throw zip;
    return zip;
  }
}

const reasonOf = ({ drift }: Step): string => drift.map(({ field }) => field).join(', ');

/** Kinds that upload code. */
const UPLOADED: ReadonlySet<string> = new Set(['function', 'agent']);

/** Fetches the code that these steps upload, and only if one of them does. What cannot be had fails those who upload it, and nobody else. */
async function artefactsFor(
  runtime: Invocation,
  steps: readonly Step[],
): Promise<ReadonlyMap<string, Uint8Array | Fault>> {
  const store = new ArtefactStore(runtime);
  const needed = new Set<string>();
  for (const { key, desired, action } of steps)
    if (UPLOADED.has(kindOf(key)) && action !== 'remove') needed.add((desired as { codeSha256: string }).codeSha256);
  const got = async (sha: string): Promise<Uint8Array | Fault> => {
    try {
      return await store.get(sha);
    } catch (error) {
      if (isFault(error)) return error;
      throw error;
    }
  };
  return new Map(await Promise.all([...needed].map(async (sha) => [sha, await got(sha)] as const)));
}
