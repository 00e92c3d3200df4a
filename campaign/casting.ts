import { isFault } from '../control-plane/model/faults.ts';
import type { Region } from '../control-plane/model/region.ts';
import { directCaller } from '../local/direct-caller.ts';
import { type Standing, standingOver } from '../local/faults/storm.ts';
import type { Trial } from '../local/faults/trial.ts';
import { ACCOUNT, type VirtualBed } from '../local/virtual-bed.ts';
import { AwsError } from '../simulator/aws-error.ts';
import type { Principal } from '../simulator/principal.ts';
import type { EnteredState } from '../simulator/world.ts';
import type { ActKind, Stage } from './acts/act.ts';
import { actOf } from './acts/index.ts';
import type { Meetings } from './meetings.ts';
import { type Act, MINUTE_MS, placeName, type Schedule } from './schedule.ts';

const stranger: Principal = { kind: 'IAMUser', arn: `arn:aws:iam::${ACCOUNT}:user/stranger`, account: ACCOUNT };

/** What could not be ended, because its Region is dark for one, is tried again. */
const MOST_TRIES = 60;
/** What waited for a run, and cannot be done as drawn, is tried with so many others at most. */
const MOST_OTHERS = 12;

/** Makes the acts of a schedule happen, each when it is its time, and ends what lasts. */
export class Casting {
  readonly done: Record<string, number> = {};
  readonly missed: Record<string, number> = {};
  readonly #bed: VirtualBed;
  readonly #meetings: Meetings;
  readonly #standing: Standing;
  readonly #stranger;
  readonly #everybody: readonly Region[];
  #newest: Trial['state'] | undefined;
  /** Those that wait for a run to come somewhere. */
  readonly #waiting: Act[] = [];
  /** Those that last, and what ends each. */
  readonly #lasting = new Map<Act, () => Promise<boolean>>();
  /** Those that are just about to. */
  readonly #beginning = new Set<Promise<void>>();
  #isOver = false;
  #broken: unknown;

  constructor(bed: VirtualBed, { acts, serving, clients }: Schedule, meetings: Meetings) {
    this.#bed = bed;
    this.#meetings = meetings;
    this.#everybody = [...serving, ...clients];
    const { world, clock } = bed;
    this.#stranger = directCaller(world, ACCOUNT, stranger);
    this.#standing = standingOver(world);
    for (const act of acts)
      clock.after(act.afterMs, () => {
        if (this.#isOver) return;
        if (act.entering === undefined) this.#start(act);
        else this.#waiting.push(act);
      });
  }

  entered({ machine, state }: EnteredState): void {
    if (this.#waiting.length === 0 || this.#isOver) return;
    const due = this.#waiting.filter(
      ({ entering }) => entering?.state === state && machine === `landbridge-${entering.workflow}`,
    );
    for (const act of due) {
      this.#waiting.splice(this.#waiting.indexOf(act), 1);
      this.#start(act);
    }
  }

  /** What goes wrong here is a mistake of whoever wrote the act, or of the simulator: the play ends with it. */
  #start(act: Act): void {
    const begun = this.#begin(act)
      .catch((error: unknown) => {
        this.#broken ??= error;
      })
      .finally(() => this.#beginning.delete(begun));
    this.#beginning.add(begun);
  }

  async #begin(act: Act): Promise<void> {
    const { begin, end } = actOf(act.what);
    const begun = await this.#beginSomehow(act, begin);
    // What waits for a run waits for the next, should it be impossible with this one.
    if (begun === undefined && act.entering !== undefined) return void this.#waiting.push(act);
    const tally = begun === undefined ? this.missed : this.done;
    tally[act.what] = (tally[act.what] ?? 0) + 1;
    if (begun === undefined || end === undefined) return;
    this.#meetings.stands(act.what);
    this.#lasting.set(begun, () => this.#attempt(() => end, begun));
    this.#bed.clock.after(act.lastsMs, () => void this.#finish(begun));
  }

  /** Answers the act as it was done: what is there for one pair of members at this moment is not for another. */
  async #beginSomehow(act: Act, begin: ActKind['begin']): Promise<Act | undefined> {
    for (const as of [act, ...this.#withOthers(act)]) {
      const runsAreAt = this.#meetings.now;
      if (act.entering !== undefined && !runsAreAt.has(placeName(act.entering))) return undefined;
      if (await this.#attempt(() => begin, as)) {
        this.#meetings.happened(act.what, runsAreAt);
        return as;
      }
    }
    return undefined;
  }

  /** The same act with others: first with whom it was to be done, and from elsewhere. */
  #withOthers(act: Act): readonly Act[] {
    if (act.entering === undefined) return [];
    const first = this.#everybody.indexOf(act.to);
    const inTurn = [...this.#everybody.slice(first), ...this.#everybody.slice(0, first)];
    return inTurn
      .flatMap((to) => inTurn.filter((from) => from !== to).map((from) => ({ ...act, from, to })))
      .filter(({ from, to }) => from !== act.from || to !== act.to)
      .slice(0, MOST_OTHERS);
  }

  async #finish(act: Act): Promise<void> {
    const end = this.#lasting.get(act);
    if (end === undefined) return;
    this.#lasting.delete(act);
    this.#meetings.over(act.what);
    for (let tries = 0; tries < MOST_TRIES && !(await end()); tries += 1) await this.#bed.clock.sleep(MINUTE_MS);
  }

  /** The weather is over: what waits will not happen, and what lasts ends, the last that began first. */
  async endAll(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#beginning);
    for (const { what } of this.#waiting) this.missed[what] = (this.missed[what] ?? 0) + 1;
    for (const act of [...this.#lasting.keys()].toReversed()) await this.#finish(act);
    if (this.#broken !== undefined) throw this.#broken;
  }

  /** Answers whether it could be done. */
  async #attempt(way: () => (stage: Stage, act: Act) => Promise<void> | void, act: Act): Promise<boolean> {
    try {
      await way()(await this.#stage(), act);
      return true;
    } catch (error) {
      // Gone already, being made, or dark; an id nobody has at this moment; refused by AWS as things are.
      if (
        isFault(error) ||
        error instanceof AwsError ||
        (error instanceof Error && /has no (?:id|record)|does not exist/.test(error.message))
      )
        return false;
      throw error;
    }
  }

  async #stage(): Promise<Stage> {
    const { world } = this.#bed;
    return {
      bed: this.#bed,
      standing: this.#standing,
      trial: { world, state: await this.#look(), stranger: this.#stranger },
    };
  }

  /** The fleet as it is, or as it was when home was last in reach. */
  async #look(): Promise<Trial['state']> {
    const { outages } = this.#bed.world;
    const { home } = this.#bed.landbridge;
    const isOutOfReach = outages.isDark(home) || outages.isIsolated(home);
    if (this.#newest === undefined || !isOutOfReach) this.#newest = await this.#bed.store().load(this.#bed.fleet.name);
    return this.#newest;
  }
}
