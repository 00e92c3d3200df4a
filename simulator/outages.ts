import type { Clock, WorldMs } from './clock.ts';
import type { ServiceName } from './service.ts';

interface DarkPeriod {
  readonly fromMs: WorldMs;
  /** undefined: still dark. */
  untilMs: WorldMs | undefined;
  readonly over: PromiseWithResolvers<void>;
}

type Isolation = Pick<DarkPeriod, 'fromMs' | 'untilMs'>;

/**
 * What of AWS is out of order: Regions that are dark, services whose control plane is down, clocks that are wrong.
 *
 * In a dark Region nothing answers and nothing runs, neither data plane nor control plane; what is on its way there
 * waits. Between a Region that is isolated and any other nothing passes, while everything in it goes on. A control plane that is down refuses every call that is no data event, everywhere, while names are answered,
 * health checks judged and functions invoked as before.
 *
 * Bounds  costs one comparison while nothing is out; the dark periods of a world are kept for as long as it lives
 */
export class Outages {
  /** Services whose control plane is down, to be added and deleted by whoever breaks things. */
  readonly controlPlaneDown = new Set<ServiceName>();
  readonly #clock: Clock;
  readonly #periods = new Map<string, DarkPeriod[]>();
  readonly #dark = new Map<string, DarkPeriod>();
  /** When Regions were cut off from all others, and which are. */
  readonly #isolations = new Map<string, Isolation[]>();
  readonly #isolated = new Map<string, Isolation>();
  readonly #whenDarkened = new Map<string, Set<() => void>>();
  readonly #skewsMs = new Map<string, number>();
  #changes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether any call may be refused for what is out. */
  get any(): boolean {
    return this.#dark.size > 0 || this.controlPlaneDown.size > 0 || this.#isolated.size > 0;
  }

  /** Grows whenever a Region goes dark or comes back: for whoever remembers what followed from it. */
  get changes(): number {
    return this.#changes;
  }

  isDark(region: string): boolean {
    return this.#dark.size > 0 && this.#dark.has(region);
  }

  get darkRegions(): readonly string[] {
    return [...this.#dark.keys()];
  }

  darken(region: string): void {
    if (this.#dark.has(region)) return;
    const period: DarkPeriod = {
      fromMs: this.#clock.nowMs(),
      untilMs: undefined,
      over: Promise.withResolvers(),
    };
    this.#dark.set(region, period);
    const before = this.#periods.get(region);
    if (before === undefined) this.#periods.set(region, [period]);
    else before.push(period);
    this.#changes += 1;
    for (const tell of this.#whenDarkened.get(region) ?? []) tell();
  }

  lighten(region: string): void {
    const period = this.#dark.get(region);
    if (period === undefined) return;
    period.untilMs = this.#clock.nowMs();
    this.#dark.delete(region);
    this.#changes += 1;
    period.over.resolve();
  }

  /** Cuts a Region off from all others, and from everybody outside: what is in it goes on among itself. */
  isolate(region: string): void {
    if (this.#isolated.has(region)) return;
    const isolation: Isolation = { fromMs: this.#clock.nowMs(), untilMs: undefined };
    this.#isolated.set(region, isolation);
    const before = this.#isolations.get(region);
    if (before === undefined) this.#isolations.set(region, [isolation]);
    else before.push(isolation);
    this.#changes += 1;
  }

  reconnect(region: string): void {
    const isolation = this.#isolated.get(region);
    if (isolation === undefined) return;
    isolation.untilMs = this.#clock.nowMs();
    this.#isolated.delete(region);
    this.#changes += 1;
  }

  isIsolated(region: string): boolean {
    return this.#isolated.size > 0 && this.#isolated.has(region);
  }

  /** Whether nothing passes between two Regions, though both may be light. */
  isCutOff(oneRegion: string, otherRegion: string): boolean {
    if (this.#isolated.size === 0 || oneRegion === otherRegion) return false;
    return this.#isolated.has(oneRegion) || this.#isolated.has(otherRegion);
  }

  /** Resolves when the Region is light: at once where it is. It may be dark again by the time the caller goes on. */
  whenLight(region: string): Promise<void> {
    return this.#dark.get(region)?.over.promise ?? Promise.resolve();
  }

  /** Called back when the Region goes dark, each time until the call-back is taken away with what this returns. */
  onDarkened(region: string, callback: () => void): () => void {
    let callbacks = this.#whenDarkened.get(region);
    if (callbacks === undefined) {
      callbacks = new Set();
      this.#whenDarkened.set(region, callbacks);
    }
    callbacks.add(callback);
    return () => void callbacks.delete(callback);
  }

  /**
   * The first instant from `fromMs` on at which both Regions were, or are, light and not cut off; undefined: not so far.
   *
   * What is due at the very instant at which the lights go out still gets through: somebody may have seen it.
   */
  bothLightFrom(fromMs: WorldMs, oneRegion: string, otherRegion: string): WorldMs | undefined {
    if (this.#periods.size === 0 && this.#isolations.size === 0) return fromMs;
    let atMs: WorldMs | undefined = fromMs;
    for (;;) {
      const before: WorldMs = atMs;
      for (const region of [oneRegion, otherRegion]) {
        if (atMs !== undefined) atMs = afterAnyOf(this.#periods.get(region), atMs);
        if (atMs !== undefined && oneRegion !== otherRegion) atMs = afterAnyOf(this.#isolations.get(region), atMs);
      }
      if (atMs === undefined || atMs === before) return atMs;
    }
  }

  /** How far the machine clocks of functions in this Region are ahead of the world's time; behind, if negative. */
  skewMs(region: string): number {
    return this.#skewsMs.get(region) ?? 0;
  }

  setSkew(region: string, ms: number): void {
    if (ms === 0) this.#skewsMs.delete(region);
    else this.#skewsMs.set(region, ms);
  }
}

/** The same instant, or the end of the period it lies in; undefined: that has not ended. */
function afterAnyOf(periods: readonly Isolation[] | undefined, atMs: WorldMs): WorldMs | undefined {
  const inside = periods?.findLast(({ fromMs, untilMs }) => fromMs < atMs && (untilMs === undefined || atMs < untilMs));
  return inside === undefined ? atMs : inside.untilMs;
}
