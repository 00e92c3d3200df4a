import type { HealthCheckObservation, HealthCheckRegion } from '@aws-sdk/client-route-53';
import type { World } from '../../../world.ts';
import type { HealthCheck } from '../state.ts';
import { AlarmStream } from './alarm-stream.ts';
import { Checker } from './checker.ts';
import { checkerRegions } from './checker-regions.ts';
import { watchedHealth } from './registry.ts';
import { isEndpointCheck, targetOf } from './target.ts';

/** Source: as below: "If more than 18% of health checkers report that an endpoint is healthy, Route 53 considers it healthy." */
const ENOUGH_CHECKERS = 0.18;
const everywhere = Object.keys(checkerRegions) as HealthCheckRegion[];

/**
 * What Route 53 makes of one health check: the opinions of its checkers or the health of its children, as one verdict.
 *
 * It is data plane: no control plane, and no Region but those the checkers stand in, is needed for it.
 *
 * Bounds  one timer per checker or alarm, and one per change of the verdict
 * Source  docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html,
 *         API_HealthCheckConfig: Inverted, Disabled, HealthThreshold, InsufficientDataHealthStatus
 */
export class HealthWatch {
  /** As judged at this moment. */
  healthy: boolean;
  /** As name servers see it, `timings.healthFlipMs` later. */
  seenHealthy: boolean;
  readonly check: HealthCheck;
  readonly account: string;
  readonly #world: World;
  #checkers: readonly Checker[] = [];
  #alarm: AlarmStream | undefined;
  #ended = false;

  constructor(world: World, account: string, check: HealthCheck) {
    this.#world = world;
    this.account = account;
    this.check = check;
    this.#placeCheckers();
    this.#followAlarm();
    this.healthy = this.#verdict();
    this.seenHealthy = this.healthy;
  }

  /** After the check's config has changed. Checkers that remain keep what they have seen. */
  reconfigure(): void {
    this.#placeCheckers();
    this.#followAlarm();
    this.#judge();
  }

  end(): void {
    this.#ended = true;
    this.#alarm?.end();
    for (const checker of this.#checkers) checker.end();
    this.#tellParents();
  }

  /** What each checker saw last. */
  get observations(): HealthCheckObservation[] {
    return this.#checkers.flatMap(({ observed }) => observed);
  }

  get lastFailures(): HealthCheckObservation[] {
    return this.#checkers.flatMap(({ lastFailure }) => lastFailure);
  }

  /** How many checkers, or children, think it healthy, and of how many that have an opinion. */
  get tally(): { readonly healthy: number; readonly of: number } {
    const { Type, ChildHealthChecks: children = [] } = this.check.config;
    let healthy = 0;
    if (Type === 'CALCULATED') {
      const { watches } = watchedHealth(this.#world);
      for (const child of children) if (watches.get(child)?.healthy ?? true) healthy += 1;
      return { healthy, of: children.length };
    }
    let of = 0;
    for (const { opinion } of this.#checkers) {
      if (opinion === undefined) continue;
      of += 1;
      if (opinion) healthy += 1;
    }
    return { healthy, of };
  }

  #placeCheckers(): void {
    const { config, id } = this.check;
    const wanted = isEndpointCheck(config) && config.Disabled !== true ? new Set(config.Regions ?? everywhere) : [];
    const before = new Map(this.#checkers.map((checker) => [checker.region, checker]));
    const target = targetOf(config);
    this.#checkers = Array.from(wanted, (region) => {
      const kept = before.get(region);
      before.delete(region);
      if (kept === undefined) return new Checker(this.#world, region, id, target, () => this.#judge());
      kept.target = target;
      return kept;
    });
    for (const gone of before.values()) gone.end();
  }

  /** An update takes over the settings that the alarm has by then. */
  #followAlarm(): void {
    const { Type, AlarmIdentifier, Disabled } = this.check.config;
    this.#alarm?.end();
    const follows = Type === 'CLOUDWATCH_METRIC' && AlarmIdentifier !== undefined && Disabled !== true;
    this.#alarm = follows
      ? new AlarmStream(this.#world, this.account, AlarmIdentifier, () => this.#judge())
      : undefined;
  }

  #verdict(): boolean {
    const { config } = this.check;
    return this.#uninverted() !== (config.Inverted === true);
  }

  #uninverted(): boolean {
    const { Type, Disabled, HealthThreshold } = this.check.config;
    if (Disabled === true) return true;
    if (this.#alarm !== undefined) return this.#byAlarm(this.#alarm);
    const { healthy, of } = this.tally;
    if (Type === 'CALCULATED') return healthy >= (HealthThreshold ?? of);
    // Until there is data it is healthy; or, inverted, unhealthy.
    return of === 0 || healthy / of > ENOUGH_CHECKERS;
  }

  /** LastKnownStatus of a check that never had data is healthy. */
  #byAlarm({ state, lastKnown }: AlarmStream): boolean {
    if (state !== 'INSUFFICIENT_DATA') return state === 'OK';
    const { InsufficientDataHealthStatus: without } = this.check.config;
    return without === 'LastKnownStatus' ? lastKnown === 'OK' : without !== 'Unhealthy';
  }

  #judge(): void {
    const healthy = this.#verdict();
    if (healthy === this.healthy) return;
    this.healthy = healthy;
    this.#world.clock.after(this.#world.timings.healthFlipMs, () => {
      if (this.#ended) return;
      this.seenHealthy = healthy;
      watchedHealth(this.#world).changes += 1;
    });
    this.#tellParents();
  }

  #tellParents(): void {
    for (const watch of watchedHealth(this.#world).watches.values())
      if (watch.check.config.ChildHealthChecks?.includes(this.check.id) === true) watch.#judge();
  }
}
