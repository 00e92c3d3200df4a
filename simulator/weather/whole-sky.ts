import { CallerGone } from '../caller-gone.ts';
import type { Place } from '../service.ts';
import { ghostsIn, runningBehind } from '../services/lambda/running.ts';
import type { Asked, Fate, Operate, PassingEvent, Sky } from '../sky.ts';
import type { MadeCall, Request, World } from '../world.ts';
import type { Condition, End, Lasting } from './condition.ts';
import { Tally } from './struck.ts';

const ON_TIME: readonly number[] = [0];

const hasArrive = (condition: Condition): condition is Condition & Required<Pick<Condition, 'arrive'>> =>
  condition.arrive !== undefined;
const hasBefore = (condition: Condition): condition is Condition & Required<Pick<Condition, 'before'>> =>
  condition.before !== undefined;
const hasPerform = (condition: Condition): condition is Condition & Required<Pick<Condition, 'perform'>> =>
  condition.perform !== undefined;
const hasAfter = (condition: Condition): condition is Condition & Required<Pick<Condition, 'after'>> =>
  condition.after !== undefined;
const hasEvent = (condition: Condition): condition is Condition & Required<Pick<Condition, 'event'>> =>
  condition.event !== undefined;

/**
 * All conditions that stand in one world, asked one after the other in the order in which they began.
 *
 * While none stands the world has no sky, and a call costs one comparison. While one does, whoever is dead is not served:
 * code of a function whose time is over, whose Region went dark or that crashed goes on in this process, where on AWS it
 * would have stopped.
 */
export class WholeSky implements Sky {
  readonly tally = new Tally();
  readonly #world: World;
  readonly #standing = new Set<Condition>();
  #arriving: readonly (Condition & Required<Pick<Condition, 'arrive'>>)[] = [];
  #before: readonly (Condition & Required<Pick<Condition, 'before'>>)[] = [];
  #performing: readonly (Condition & Required<Pick<Condition, 'perform'>>)[] = [];
  #after: readonly (Condition & Required<Pick<Condition, 'after'>>)[] = [];
  #events: readonly (Condition & Required<Pick<Condition, 'event'>>)[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  get isFair(): boolean {
    return this.#standing.size === 0;
  }

  /** Lets a condition stand, as it is made at the moment at which it begins. */
  begin(make: () => Condition, { afterMs = 0, forMs }: Lasting = {}): End {
    const { clock } = this.#world;
    let condition: Condition | undefined;
    let isOver = false;
    const timers = new Set<{ cancel(): void }>();
    const end = (): void => {
      if (isOver) return;
      isOver = true;
      for (const timer of timers) timer.cancel();
      if (condition === undefined) return;
      this.#standing.delete(condition);
      this.#sort();
      condition.over?.();
    };
    const start = (): void => {
      condition = make();
      this.#standing.add(condition);
      this.#sort();
      if (forMs !== undefined) timers.add(clock.after(forMs, end));
    };
    if (afterMs > 0) timers.add(clock.after(afterMs, start));
    else start();
    return end;
  }

  #sort(): void {
    const all = [...this.#standing];
    this.#arriving = all.filter(hasArrive);
    this.#before = all.filter(hasBefore);
    this.#performing = all.filter(hasPerform);
    this.#after = all.filter(hasAfter);
    this.#events = all.filter(hasEvent);
    this.#world.sky = this.isFair && ghostsIn(this.#world) === 0 ? undefined : this;
  }

  arrive(request: Request, place: Place): void | Promise<void> {
    if (ghostsIn(this.#world) > 0) {
      if (runningBehind(this.#world, request)?.invocation.isOver === true) {
        this.tally.count('dead caller', request.service, request.operation);
        throw new CallerGone(request);
      }
    } else if (this.isFair) this.#world.sky = undefined;
    if (this.#arriving.length > 0) return this.#arriveThrough(request, place);
  }

  async #arriveThrough(request: Request, place: Place): Promise<void> {
    for (const condition of this.#arriving) await condition.arrive(request, place);
  }

  before(request: Request, place: Place): void | Promise<void> {
    for (let index = 0; index < this.#before.length; index += 1) {
      const wait = this.#before[index]?.before(request, place);
      if (wait !== undefined) return this.#beforeAfter(wait, this.#before.slice(index + 1), request, place);
    }
  }

  async #beforeAfter(
    first: Promise<void>,
    rest: readonly (Condition & Required<Pick<Condition, 'before'>>)[],
    request: Request,
    place: Place,
  ): Promise<void> {
    await first;
    for (const condition of rest) await condition.before(request, place);
  }

  get performs(): boolean {
    return this.#performing.length > 0;
  }

  perform(asked: Asked, operate: Operate): object | Promise<object> {
    let next = operate;
    for (const condition of this.#performing) {
      const inner = next;
      next = (input) => condition.perform({ ...asked, request: { ...asked.request, input } }, inner);
    }
    return next(asked.request.input);
  }

  after(made: MadeCall): void | Promise<void> {
    if (this.#after.length > 0) return this.#afterThrough(made);
  }

  async #afterThrough(made: MadeCall): Promise<void> {
    for (const condition of this.#after) await condition.after(made);
  }

  copies(passing: PassingEvent): readonly number[] {
    let copies = ON_TIME;
    for (const condition of this.#events) copies = copies.flatMap((lateMs) => late(lateMs, condition.event(passing)));
    return copies;
  }
}

function late(lateMs: number, fate: Fate): readonly number[] {
  if (fate === 'delivered') return [lateMs];
  if (fate === 'lost') return [];
  return fate === 'doubled' ? [lateMs, lateMs] : [lateMs + fate.lateMs];
}
