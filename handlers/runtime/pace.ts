import type { AwsCall, ServiceName } from '../../control-plane/model/aws-call.ts';
import { Fault, isFault } from '../../control-plane/model/faults.ts';
import { GLOBAL_REGION } from '../../control-plane/model/region.ts';
import { type BookedTurns, LONGEST_LINE_MS } from './booked-turns.ts';
import type { Caller } from './caller.ts';
import { type Maybe, whenThere } from './maybe.ts';
import type { Runtime } from './runtime.ts';

/** Calls that may be made at once, and then each second. */
export interface Pace {
  readonly atOnce: number;
  readonly perSecond: number;
}

/** Of one service's bucket. What is left out keeps to no pace. */
export interface Shares {
  /** Of all runs of the account together: reads, and beside them writes, so that no repair waits for others' looks. */
  readonly reads?: Pace;
  readonly writes?: Pace;
  /** Of one invocation that knows of no others: a sweep, and whoever cannot book. */
  readonly alone: Pace;
}

/**
 * What we draw from the buckets that every program of an account shares: at no moment half of what one holds, and no more
 * than flows in. A bucket holds for all fleets of the account, so their runs book their turns together; sweeps, which come one
 * after the other anyway (`workflows/sweep.ts`), have a share of their own and ask nobody.
 *
 * Source  docs.aws.amazon.com/Route53/latest/DeveloperGuide/throttling-api-requests.html: 50 requests, 10 a second, per account;
 *         docs.aws.amazon.com/apigateway/latest/developerguide/limits.html: 40, 10 a second;
 *         docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 15 a second for the rest of the control plane;
 *         docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html: 10 CreateLogGroup a second
 */
export const shares: Partial<Readonly<Record<ServiceName, Shares>>> = {
  'route-53': {
    reads: { atOnce: 10, perSecond: 5 },
    writes: { atOnce: 4, perSecond: 1.2 },
    alone: { atOnce: 6, perSecond: 1.5 },
  },
  'api-gateway': {
    reads: { atOnce: 8, perSecond: 6 },
    writes: { atOnce: 3, perSecond: 1.5 },
    alone: { atOnce: 5, perSecond: 2.5 },
  },
  lambda: {
    reads: { atOnce: 3, perSecond: 6 },
    writes: { atOnce: 1, perSecond: 2 },
    alone: { atOnce: 3, perSecond: 4 },
  },
  'cloudwatch-logs': { writes: { atOnce: 2, perSecond: 3 }, alone: { atOnce: 2, perSecond: 3 } },
};

/**
 * EC2 has a bucket for every operation in every Region. Reads come one for each kind and Region; of writes a join into a fleet of
 * thirty makes as many as it has members, in the Region that joins.
 *
 * Source  docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html: 50 mutating requests, 5 a second
 */
const ofEachEc2Write: Pace = { atOnce: 20, perSecond: 2.5 };

/** Where a call stands in line, and whether with others. */
interface Line {
  readonly bucket: string;
  readonly alone: Pace;
  readonly shared: Pace | undefined;
}

/** Whose bucket it is. */
export interface Where extends Pick<AwsCall, 'service' | 'region'> {
  readonly account?: AwsCall['account'] | undefined;
}

const nameOf = ({ service, region, account }: Where): string =>
  `${service} ${service === 'route-53' ? GLOBAL_REGION : region} ${account?.id ?? ''}`.trimEnd();

function lineOf(call: Where & Pick<AwsCall, 'access'> & { readonly method?: string }): Line | undefined {
  const { service, access, method } = call;
  // Invocations are no control plane's calls.
  if (method === 'invoke') return undefined;
  const where = nameOf(call);
  if (service === 'ec2')
    return access === 'write' ? { bucket: `${where} ${method}`, alone: ofEachEc2Write, shared: undefined } : undefined;
  const ofService = shares[service];
  const shared = access === 'write' ? ofService?.writes : ofService?.reads;
  if (ofService === undefined || shared === undefined) return undefined;
  return { bucket: `${where} ${access}s`, alone: ofService.alone, shared };
}

interface SharedLine extends Line {
  readonly shared: Pace;
}

const isShared = (line: Line | undefined): line is SharedLine => line?.shared !== undefined;

/** A turn that was booked ahead and not taken for this long is nobody's any more. */
const PASSED_BY_MS = 5_000;

const tooLong = (bucket: string): Fault =>
  new Fault(
    'Throttled',
    `${bucket}: calls of our own stand in line for longer than ${LONGEST_LINE_MS / 1_000} s already`,
  );

interface Waiting {
  readonly go: () => void;
  readonly stop: (error: unknown) => void;
}

type Timing = Pick<Runtime, 'nowMs' | 'sleep'>;

/** Whose turn it is to be made, of the calls of one invocation: in order, and no faster than their buckets' pace. */
export class Turns {
  readonly #timing: Timing;
  readonly #booked: BookedTurns | undefined;
  /** By bucket, when the call that is next in turn would be due, had they come evenly. */
  readonly #dueMs = new Map<string, number>();
  /** By bucket, while bookings are made for it. */
  readonly #inLine = new Map<string, Waiting[]>();
  /** By bucket, turns that were booked for calls that are still to come, in order. */
  readonly #ahead = new Map<string, number[]>();
  /** Calls that have had their turn, and are about to be made. */
  readonly #let = new WeakSet<AwsCall>();

  /** `booked`: shared with every run of the account. Left out: this invocation keeps to a pace of its own. */
  constructor(timing: Timing, booked?: BookedTurns) {
    this.#timing = timing;
    this.#booked = booked;
  }

  /** Waits until a call may be made. Made after that, by the same object, it waits for nothing more. */
  before(call: AwsCall): Maybe<void> {
    return whenThere(this.#turnOf(call), () => void this.#let.add(call));
  }

  /**
   * Books the turns of so many reads that are about to be made, and waits for the first of them.
   *
   * Faults  Throttled where the line is too long
   */
  async standInLine(where: Where, reads: number): Promise<void> {
    const line = lineOf({ ...where, access: 'read' });
    if (!isShared(line) || this.#booked === undefined || reads === 0) return;
    const turnsMs = await this.#booking(line, reads, this.#booked);
    this.#ahead.set(line.bucket, turnsMs);
    await this.#until(turnsMs[0] ?? 0);
  }

  /** Makes calls when it is their turn. */
  paced(caller: Caller): Caller {
    return (call) => {
      if (this.#let.delete(call)) return caller(call);
      return whenThere(this.#turnOf(call), () => caller(call));
    };
  }

  #turnOf(call: AwsCall): Maybe<void> {
    const line = lineOf(call);
    if (line === undefined) return undefined;
    const booked = this.#booked;
    if (booked === undefined || !isShared(line)) return this.#until(this.#nextAlone(line));
    const { bucket } = line;
    const aheadMs = this.#nextAhead(bucket);
    if (aheadMs !== undefined) return this.#until(aheadMs);
    return new Promise((go, stop) => {
      const waiting = this.#inLine.get(bucket);
      if (waiting !== undefined) {
        waiting.push({ go, stop });
        return;
      }
      const first = [{ go, stop }];
      this.#inLine.set(bucket, first);
      void this.#bookFor(line, first, booked);
    });
  }

  /** Books for all that wait at a bucket together, until nobody does. */
  async #bookFor(line: SharedLine, waiting: Waiting[], booked: BookedTurns): Promise<void> {
    // Surveys begin side by side: those of this moment have all asked by the next.
    await Promise.resolve();
    while (waiting.length > 0) {
      const together = waiting.splice(0);
      try {
        const turnsMs = await this.#booking(line, together.length, booked);
        for (const [index, { go }] of together.entries()) void whenThere(this.#until(turnsMs[index] ?? 0), go);
      } catch (error) {
        for (const { stop } of together) stop(error);
      }
    }
    this.#inLine.delete(line.bucket);
  }

  /** When each of so many calls may be made. Where there is nobody to book with, at a pace of our own. */
  async #booking(line: SharedLine, calls: number, booked: BookedTurns): Promise<number[]> {
    const each = Array.from({ length: calls }, (_, index) => index);
    let firstMs: number | undefined;
    try {
      firstMs = await booked.book(line.bucket, line.shared, calls);
    } catch (error) {
      // Anything but a fault is this handler's own death.
      if (!isFault(error)) throw error;
      return each.map(() => this.#nextAlone(line));
    }
    if (firstMs === undefined) throw tooLong(line.bucket);
    const beginsMs = firstMs;
    return each.map((index) => beginsMs + (index * 1_000) / line.shared.perSecond);
  }

  /** The next turn that was booked ahead, unless it has long passed by: others count on it that nobody makes up for it. */
  #nextAhead(bucket: string): number | undefined {
    const oldestMs = this.#timing.nowMs() - PASSED_BY_MS;
    const turnsMs = this.#ahead.get(bucket) ?? [];
    let turnMs = turnsMs.shift();
    while (turnMs !== undefined && turnMs < oldestMs) turnMs = turnsMs.shift();
    return turnMs;
  }

  #nextAlone({ bucket, alone: { atOnce, perSecond } }: Line): number {
    const gapMs = 1_000 / perSecond;
    const turnMs = Math.max(this.#dueMs.get(bucket) ?? 0, this.#timing.nowMs() - (atOnce - 1) * gapMs);
    this.#dueMs.set(bucket, turnMs + gapMs);
    return turnMs;
  }

  #until(turnMs: number): Maybe<void> {
    const nowMs = this.#timing.nowMs();
    return turnMs <= nowMs ? undefined : this.#timing.sleep(turnMs - nowMs);
  }
}
