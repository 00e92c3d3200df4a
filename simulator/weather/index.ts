import type { World } from '../world.ts';
import type { Chancy, Choosy, Condition, End, Lasting, Sources } from './condition.ts';
import { conflicting } from './conflicting-changes.ts';
import { type CrashOptions, crashingFunctions } from './crashing-functions.ts';
import { ExhaustedQuotas, type ExhaustOptions } from './exhausted-quotas.ts';
import { type LateRolesOptions, lateRoles } from './late-roles.ts';
import { type LateRulesOptions, lateRules } from './late-rules.ts';
import { type LinkOptions, links } from './links.ts';
import { type ControlPlaneOptions, controlPlaneDown, OutagesOfRegions } from './outages-of-regions.ts';
import { partialBatches } from './partial-batches.ts';
import { type EventOptions, passingEvents } from './passing-events.ts';
import {
  answerLost,
  failed,
  type LostOptions,
  requestLost,
  type SlowOptions,
  slow,
  throttled,
} from './random-failures.ts';
import { type StaleOptions, staleReads } from './stale-reads.ts';
import type { Kind, Struck } from './struck.ts';
import { type BucketOptions, type BucketUse, TokenBuckets, tokenBuckets } from './token-buckets.ts';
import { type UnheardOptions, unheardFunctions } from './unheard-functions.ts';
import { WholeSky } from './whole-sky.ts';

export type { Chancy, Choosy, Condition, End, Lasting } from './condition.ts';
export type { CrashOptions } from './crashing-functions.ts';
export type { ExhaustOptions } from './exhausted-quotas.ts';
export type { LateRolesOptions } from './late-roles.ts';
export type { LateRulesOptions } from './late-rules.ts';
export type { LinkOptions } from './links.ts';
export type { ControlPlaneOptions } from './outages-of-regions.ts';
export type { EventOptions } from './passing-events.ts';
export type { LostOptions, SlowOptions } from './random-failures.ts';
export type { StaleOptions } from './stale-reads.ts';
export type { Kind, Struck } from './struck.ts';
export type { BucketOptions, BucketUse } from './token-buckets.ts';
export type { UnheardOptions } from './unheard-functions.ts';

/**
 * The weather of one world: every switch starts something and returns what ends it. Several of a kind may stand at once.
 *
 * All chance is drawn from the world's seed, a source of its own for each switch: the same switches thrown at the same
 * moments strike the same calls, and what one of them draws changes nothing for another.
 */
export class Storm {
  readonly #world: World;
  readonly #sky: WholeSky;
  readonly #outages: OutagesOfRegions;
  readonly #quotas: ExhaustedQuotas;
  readonly #ends = new Set<End>();
  readonly #buckets: TokenBuckets[] = [];
  #switched = 0;

  constructor(world: World) {
    this.#world = world;
    this.#sky = new WholeSky(world);
    this.#outages = new OutagesOfRegions(world);
    this.#quotas = new ExhaustedQuotas(world);
  }

  /** A share of calls is refused for being too many. */
  throttle(options: Chancy & Choosy & Lasting): End {
    return this.#begin('throttle', (sources) => throttled(sources, options), options);
  }

  /** AWS's token buckets are kept. A second switch keeps buckets of its own beside those of the first. */
  enforceLimits(options: BucketOptions & Lasting = {}): End {
    const buckets = new TokenBuckets(options);
    this.#buckets.push(buckets);
    const end = this.#begin('limits', (sources) => tokenBuckets(sources, buckets, options), options);
    this.#ends.delete(end);
    return end;
  }

  /** How every bucket has fared that anybody drew on. */
  bucketUse(): readonly BucketUse[] {
    return this.#buckets.flatMap((buckets) => buckets.uses());
  }

  /** A share of calls fails with 5xx. */
  fail(options: Chancy & Choosy & Lasting): End {
    return this.#begin('fail', (sources) => failed(sources, options), options);
  }

  /** A share of calls times out before anything was done. */
  loseRequests(options: LostOptions & Lasting): End {
    return this.#begin('lose-requests', (sources) => requestLost(sources, options), options);
  }

  /** A share of calls times out after what they asked for was done. */
  loseAnswers(options: LostOptions & Lasting): End {
    return this.#begin('lose-answers', (sources) => answerLost(sources, options), options);
  }

  /** A share of calls takes longer. */
  slow(options: SlowOptions & Lasting): End {
    return this.#begin('slow', (sources) => slow(sources, options), options);
  }

  /** For a while after a share of writes, reads answer as before it, and what was made is not there yet. */
  staleReads(options: StaleOptions & Lasting): End {
    return this.#begin('stale', (sources) => staleReads(sources, options), options);
  }

  /** A share of batches is done in part. */
  partialBatches(options: Chancy & Choosy & Lasting): End {
    return this.#begin('partial', (sources) => partialBatches(sources, options), options);
  }

  /** A share of changes meets somebody else's change of the same thing. */
  conflicts(options: Chancy & Choosy & Lasting): End {
    return this.#begin('conflicts', (sources) => conflicting(sources, options), options);
  }

  /** A quota of the account is used up, by its code in Service Quotas. */
  exhaust(options: ExhaustOptions & Lasting): End {
    return this.#begin('quota', (sources) => this.#quotas.exhausted(sources, options), options);
  }

  /** Events are lost, doubled, late or overtaken on their way to a target. */
  events(options: EventOptions & Lasting): End {
    return this.#begin('events', (sources) => passingEvents(sources, options), options);
  }

  /** New rules, and new targets of rules, hear nothing for a while. */
  lateRules(options: LateRulesOptions & Lasting): End {
    return this.#begin('late-rules', (sources) => lateRules(sources, options), options);
  }

  /** New roles cannot be assumed for a while. */
  lateRoles(options: LateRolesOptions & Lasting): End {
    return this.#begin('late-roles', (sources) => lateRoles(sources, options), options);
  }

  /** Functions die between two of their calls. */
  crash(options: CrashOptions & Lasting): End {
    return this.#begin('crash', (sources) => crashingFunctions(sources, options), options);
  }

  /** Whoever waits for a function is told that Lambda failed, while the function goes on. */
  unheard(options: UnheardOptions & Lasting): End {
    return this.#begin('unheard', (sources) => unheardFunctions(sources, options), options);
  }

  /** Packets between Regions are lost or late. */
  links(options: LinkOptions & Lasting): End {
    return this.#begin('links', (sources) => links(sources, options), options);
  }

  /** Control planes do not answer, by service, by Region, or both. */
  controlPlaneDown(options: ControlPlaneOptions & Lasting = {}): End {
    return this.#begin('control-plane', (sources) => controlPlaneDown(sources, options), options);
  }

  /** A whole Region crashes: every function in it stops in the middle of what it does, and nothing answers. */
  darken(region: string, lasting: Lasting = {}): End {
    return this.#begin('dark', () => this.#outages.dark(region), lasting);
  }

  /** Nothing gets into a Region or out of it; within it everything goes on. */
  isolate(region: string, lasting: Lasting = {}): End {
    return this.#begin('isolated', ({ tally }) => this.#outages.isolated(region, tally), lasting);
  }

  /** Machine clocks of functions in a Region are ahead by so much; behind, if negative. */
  skew(region: string, byMs: number, lasting: Lasting = {}): End {
    return this.#begin('skewed', () => this.#outages.skewed(region, byMs), lasting);
  }

  /** What else can go wrong: a condition of one's own. */
  condition(make: (sources: Sources) => Condition, lasting: Lasting = {}): End {
    return this.#begin('condition', make, lasting);
  }

  /** Ends everything that was switched on but AWS's limits, and keeps from beginning what has not begun. */
  clear(): void {
    // The last that began ends first: what one put back, another may have found.
    for (const end of Array.from(this.#ends).toReversed()) end();
  }

  /** How often what struck which operation, since the world began. */
  struck(): readonly Struck[] {
    return this.#sky.tally.rows();
  }

  /** How often something of this kind struck. */
  times(kind: Kind): number {
    return this.#sky.tally.total(kind);
  }

  #begin(name: string, make: (sources: Sources) => Condition, lasting: Lasting): End {
    this.#switched += 1;
    const random = this.#world.random.fork(`weather/${this.#switched}/${name}`);
    const sources = { world: this.#world, random, tally: this.#sky.tally };
    const endIt = this.#sky.begin(() => make(sources), lasting);
    const end = (): void => {
      this.#ends.delete(end);
      endIt();
    };
    this.#ends.add(end);
    return end;
  }
}

const storms = new WeakMap<World, Storm>();

/** The weather of this world: fair, until something is switched on. */
export function weatherOf(world: World): Storm {
  let storm = storms.get(world);
  if (storm === undefined) storms.set(world, (storm = new Storm(world)));
  return storm;
}
