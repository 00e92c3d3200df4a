import { STATUS_CODES } from 'node:http';
import type { HealthCheckObservation, HealthCheckRegion } from '@aws-sdk/client-route-53';
import type { Timer, WorldMs } from '../../../clock.ts';
import { RESOLVER_MS, ROUND_TRIPS } from '../../../data-plane/latency.ts';
import type { HttpReply } from '../../../data-plane/payload-format-2.ts';
import { publicWay, refusedAtTheDoor, replyBehind } from '../../../data-plane/public-way.ts';
import { whenThere } from '../../../maybe.ts';
import type { World } from '../../../world.ts';
import { checkerRegions } from './checker-regions.ts';
import type { NoTarget, Target } from './target.ts';

/** Source: Route 53 Developer Guide, "How Route 53 determines the status of health checks that monitor an endpoint" */
const CONNECT_WITHIN_MS = 4_000;
const ANSWER_WITHIN_MS = 2_000;
const SEARCHED_BYTES = 5_120;

/** How one check ended, in Route 53's words where they are known and in its manner where not. */
interface Result {
  readonly good: boolean;
  readonly says: string;
}

const failure = (says: string): Result => ({ good: false, says: `Failure: ${says}` });
const timedOut = failure(
  'Connection timed out. The endpoint or the internet connection is down, or requests are being blocked by your firewall.',
);
const notAnswered = failure('The health checker established a connection, but got no answer within two seconds.');
const notResolved = failure('DNS resolution failed: DNS response error code NXDOMAIN');
const notFound = failure('The search string is not in the first 5,120 bytes of the answer.');
const connected: Result = { good: true, says: 'Success: Connection established' };

const byStatus = new Map<number, Result>();

/** 'Success: HTTP Status Code 200, OK' */
function resultOf(status: number): Result {
  let result = byStatus.get(status);
  if (result === undefined) {
    const good = status >= 200 && status < 400;
    const says = `HTTP Status Code ${status}, ${STATUS_CODES[status] ?? ''}`;
    result = good ? { good, says: `Success: ${says}` } : failure(says);
    byStatus.set(status, result);
  }
  return result;
}

const holds = (body: string, search: string): boolean =>
  body.length * 3 <= SEARCHED_BYTES
    ? body.includes(search)
    : Buffer.from(body).subarray(0, SEARCHED_BYTES).includes(search);

/**
 * One of the checkers of one health check: asks at its own pace, and changes its mind only after as many results of the
 * other kind in a row as the check's failure threshold.
 *
 * In a dark Region it asks nothing, and what it thought before counts no more.
 * Bounds  a timer, and while a function is at work another
 */
export class Checker {
  readonly region: HealthCheckRegion;
  /** Whether it takes the endpoint to be healthy; undefined before it has seen enough. */
  opinion: boolean | undefined;
  #target: Target | NoTarget;
  readonly #world: World;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #onOpinion: () => void;
  #streak = 0;
  #last: Result | undefined;
  #lastAtMs: WorldMs = 0;
  #lastFailure: Result | undefined;
  #lastFailureAtMs: WorldMs = 0;
  /** Which check is under way: answers to those before come too late. 0 where none is. */
  #underWay = 0;
  #made = 0;
  #deadline: Timer | undefined;
  #next: Timer | undefined;

  constructor(
    world: World,
    region: HealthCheckRegion,
    healthCheckId: string,
    target: Target | NoTarget,
    onOpinion: () => void,
  ) {
    this.#world = world;
    this.region = region;
    this.#target = target;
    this.#onOpinion = onOpinion;
    // Source: Route 53 Developer Guide, "Values that you specify when you create or update health checks"
    this.#headers = {
      'user-agent': `Amazon-Route53-Health-Check-Service (ref ${healthCheckId}; report http://amzn.to/1vsZADi)`,
    };
    // Checkers do not coordinate: each has a phase of its own.
    const phase = world.random.fork(`health-checker/${healthCheckId}/${region}`).next();
    this.#next = world.clock.after(Math.floor(phase * target.intervalMs), this.#check);
  }

  /** From the next check on. */
  set target(target: Target | NoTarget) {
    this.#target = target;
  }

  end(): void {
    this.#next?.cancel();
    this.#forgetUnderWay();
  }

  /** The last check, as Route 53's API tells it. */
  get observed(): HealthCheckObservation[] {
    return this.#observation(this.#last, this.#lastAtMs);
  }

  get lastFailure(): HealthCheckObservation[] {
    return this.#observation(this.#lastFailure, this.#lastFailureAtMs);
  }

  #observation(result: Result | undefined, atMs: WorldMs): HealthCheckObservation[] {
    const { region: Region } = this;
    if (result === undefined) return [];
    const StatusReport = { Status: result.says, CheckedTime: new Date(atMs) };
    return [{ Region, IPAddress: checkerRegions[Region], StatusReport }];
  }

  readonly #check = (): void => {
    this.#next = this.#world.clock.after(this.#target.intervalMs, this.#check);
    if (this.#world.outages.isDark(this.region)) return this.#lapse();
    const target = this.#target;
    if (target.asks === 'nothing') return this.#saw(failure(target.says));
    const way = publicWay(this.#world, this.region, target.host);
    if ('failed' in way) {
      if (way.failed === 'ENOTFOUND') this.#saw(notResolved);
      else this.#failAfter(CONNECT_WITHIN_MS, this.#timeOut);
      return undefined;
    }
    const { behind, tripMs } = way;
    const connectMs = RESOLVER_MS + tripMs * ROUND_TRIPS.connect;
    if (connectMs > CONNECT_WITHIN_MS) return this.#failAfter(CONNECT_WITHIN_MS, this.#timeOut);
    if (target.asks === 'tcp') return this.#saw(connected);
    const patienceMs = ANSWER_WITHIN_MS - tripMs * (ROUND_TRIPS.tls + ROUND_TRIPS.request);
    this.#failAfter(Math.max(0, patienceMs), this.#giveUp);
    if (patienceMs <= 0) return undefined;
    const refused = refusedAtTheDoor(behind);
    if (refused !== undefined) return this.#heard(this.#underWay, refused, target);
    const check = this.#underWay;
    const { host, path, queryString } = target;
    const sourceIp = checkerRegions[this.region];
    const asked = { host, method: 'GET', path, queryString, headers: this.#headers, body: undefined, sourceIp };
    // The deadline above stands for the checker's patience: no other timer is wanted.
    void whenThere(replyBehind(this.#world, behind, asked, Number.POSITIVE_INFINITY), (reply) =>
      reply === 'too-slow' ? undefined : this.#heard(check, reply, target),
    );
    return undefined;
  };

  readonly #timeOut = (): void => this.#saw(timedOut);
  readonly #giveUp = (): void => this.#saw(notAnswered);

  #failAfter(ms: number, fail: () => void): void {
    this.#forgetUnderWay();
    this.#made += 1;
    this.#underWay = this.#made;
    this.#deadline = this.#world.clock.after(ms, fail);
  }

  #forgetUnderWay(): void {
    this.#underWay = 0;
    this.#deadline?.cancel();
    this.#deadline = undefined;
  }

  #heard(check: number, { status, body }: HttpReply, { search }: Target): void {
    if (check !== this.#underWay) return;
    const result = resultOf(status);
    this.#saw(result.good && search !== undefined && !holds(body, search) ? notFound : result);
  }

  #saw(result: Result): void {
    this.#forgetUnderWay();
    if (this.#world.outages.isDark(this.region)) return this.#lapse();
    this.#streak = this.#last?.good === result.good ? this.#streak + 1 : 1;
    this.#last = result;
    this.#lastAtMs = this.#world.clock.nowMs();
    if (!result.good) {
      this.#lastFailure = result;
      this.#lastFailureAtMs = this.#lastAtMs;
    }
    if (this.opinion === result.good || this.#streak < this.#target.threshold) return undefined;
    this.opinion = result.good;
    return this.#onOpinion();
  }

  /** Nobody hears of this checker any more: it starts anew when its Region is back. */
  #lapse(): void {
    this.#forgetUnderWay();
    this.#last = undefined;
    this.#streak = 0;
    if (this.opinion === undefined) return;
    this.opinion = undefined;
    this.#onOpinion();
  }
}
