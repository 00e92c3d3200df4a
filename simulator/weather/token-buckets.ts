import type { Place, ServiceName } from '../service.ts';
import type { Request, World } from '../world.ts';
import type { Condition } from './condition.ts';
import { bucketEmptyError } from './service-errors.ts';
import type { Tally } from './struck.ts';
import { type Limit, limits, type Size } from './throttle-limits.ts';

export interface BucketOptions {
  /** Of every bucket this share is left to the account: the rest is somebody else's. Left out, all of it. */
  readonly share?: number | undefined;
  /** Services whose limits hold in each Region apart, though AWS's words are "per account". */
  readonly perRegion?: readonly ServiceName[] | undefined;
  /** Calls that draw on no bucket: those of whoever sets up the world, for one. */
  readonly except?: ((request: Request) => boolean) | undefined;
}

/** How one bucket fared. */
export interface BucketUse extends Size {
  readonly service: ServiceName;
  /** The operation whose bucket it is, or what those have in common that share it. */
  readonly bucket: string;
  readonly account: string;
  /** undefined: all of them together. */
  readonly region: string | undefined;
  /** The share that was gone when it was worst, 0 to 1. One token of a bucket that holds no more is all of it. */
  readonly fullest: number;
  readonly taken: number;
  readonly refused: number;
}

/** Tokens, filled up to the burst at a steady rate. */
class Bucket {
  readonly #size: Size;
  #tokens: number;
  #atMs: number;
  lowest: number;
  taken = 0;
  refused = 0;

  constructor(size: Size, nowMs: number) {
    this.#size = size;
    this.#tokens = size.burst;
    this.lowest = size.burst;
    this.#atMs = nowMs;
  }

  has(cost: number, nowMs: number): boolean {
    const { burst, perSecond } = this.#size;
    this.#tokens = Math.min(burst, this.#tokens + ((nowMs - this.#atMs) / 1_000) * perSecond);
    this.#atMs = nowMs;
    return this.#tokens + ROUNDING >= cost;
  }

  take(cost: number): void {
    this.#tokens -= cost;
    this.taken += cost;
    if (this.#tokens < this.lowest) this.lowest = this.#tokens;
  }

  get size(): Size {
    return this.#size;
  }
}

const ROUNDING = 1e-6;

/** The buckets of one limit, by account and Region. */
class Charge {
  readonly limit: Limit;
  readonly name: string;
  readonly isEverywhere: boolean;
  readonly #share: number;
  readonly byAccount = new Map<string, Map<string, Bucket>>();

  constructor(limit: Limit, name: string, isEverywhere: boolean, share: number) {
    this.limit = limit;
    this.name = name;
    this.isEverywhere = isEverywhere;
    this.#share = share;
  }

  bucketAt({ account, region }: Place, nowMs: number): Bucket {
    let ofAccount = this.byAccount.get(account);
    if (ofAccount === undefined) this.byAccount.set(account, (ofAccount = new Map()));
    const where = this.isEverywhere ? '' : region;
    let bucket = ofAccount.get(where);
    if (bucket === undefined) {
      const { burst, perSecond } = this.limit.inRegions?.[region] ?? this.limit;
      const size = { burst: Math.max(1, burst * this.#share), perSecond: perSecond * this.#share };
      ofAccount.set(where, (bucket = new Bucket(size, nowMs)));
    }
    return bucket;
  }
}

const names = ({ operations }: Limit, operation: string): boolean =>
  operations instanceof RegExp ? operations.test(operation) : operations.includes(operation);

/** All token buckets of a world: how full they are, and how full they were. */
export class TokenBuckets {
  readonly #options: BucketOptions;
  /** What a call of an operation draws on, put together at its first call. */
  readonly #charges = new Map<ServiceName, Map<string, readonly Charge[]>>();
  readonly #shared = new Map<string, Charge>();
  readonly #all: Charge[] = [];

  constructor(options: BucketOptions = {}) {
    this.#options = options;
  }

  /** Takes what a call costs from all buckets that it draws on, or from none where one of them has too little. */
  take(
    { service, operation, input }: Pick<Request, 'service' | 'operation' | 'input'>,
    place: Place,
    nowMs: number,
  ): boolean {
    const charges = this.#chargesOf(service, operation);
    let isRefused = false;
    for (const charge of charges) {
      if (!meets(charge.limit, input)) continue;
      const bucket = charge.bucketAt(place, nowMs);
      if (bucket.has(costOf(charge.limit, input, bucket), nowMs)) continue;
      bucket.refused += 1;
      bucket.lowest = 0;
      isRefused = true;
    }
    if (isRefused) return false;
    for (const charge of charges) {
      if (!meets(charge.limit, input)) continue;
      const bucket = charge.bucketAt(place, nowMs);
      bucket.take(costOf(charge.limit, input, bucket));
    }
    return true;
  }

  #chargesOf(service: ServiceName, operation: string): readonly Charge[] {
    let ofService = this.#charges.get(service);
    if (ofService === undefined) this.#charges.set(service, (ofService = new Map()));
    let charges = ofService.get(operation);
    if (charges === undefined) ofService.set(operation, (charges = this.#newCharges(service, operation)));
    return charges;
  }

  #newCharges(service: ServiceName, operation: string): readonly Charge[] {
    const named = limits.filter((limit) => limit.service === service && names(limit, operation));
    const own = named.filter(({ shared }) => shared === undefined);
    // What is asked for without a filter has a bucket for that beside the one it otherwise draws on.
    const special = own.filter(({ when }) => when !== undefined);
    const plain = own.find(({ when }) => when === undefined);
    const charges = special.map((limit) => this.#charge(limit, `${operation}, unfiltered`));
    if (plain !== undefined) {
      const isSpecial = (input: object): boolean => special.some(({ when }) => when?.(input) === true);
      const otherwise = special.length === 0 ? plain : { ...plain, when: (input: object) => !isSpecial(input) };
      charges.push(this.#charge(otherwise, operation));
    }
    for (const limit of named) {
      if (limit.shared === undefined) continue;
      const key = `${service} ${limit.shared}`;
      const common = this.#shared.get(key) ?? this.#charge(limit, limit.shared);
      this.#shared.set(key, common);
      charges.push(common.limit === limit ? common : new SharedCharge(common, limit));
    }
    return charges;
  }

  #charge(limit: Limit, name: string): Charge {
    const { share = 1, perRegion = [] } = this.#options;
    const isEverywhere = limit.everyRegion === true && !perRegion.includes(limit.service);
    const charge = new Charge(limit, name, isEverywhere, share);
    this.#all.push(charge);
    return charge;
  }

  uses(): readonly BucketUse[] {
    return this.#all.flatMap(({ limit, name, isEverywhere, byAccount }) =>
      [...byAccount].flatMap(([account, byRegion]) =>
        [...byRegion].map(([region, { size, lowest, taken, refused }]) => ({
          service: limit.service,
          bucket: name,
          account,
          region: isEverywhere ? undefined : region,
          ...size,
          fullest: (size.burst - lowest) / size.burst,
          taken,
          refused,
        })),
      ),
    );
  }
}

/** Draws on somebody else's bucket, at a cost of its own. */
class SharedCharge extends Charge {
  readonly #common: Charge;

  constructor(common: Charge, limit: Limit) {
    super(limit, common.name, common.isEverywhere, 1);
    this.#common = common;
  }

  override bucketAt(place: Place, nowMs: number): Bucket {
    return this.#common.bucketAt(place, nowMs);
  }
}

const meets = ({ when }: Limit, input: object): boolean => when === undefined || when(input);
/** Whoever asks for more than a full bucket holds gets through when it is full. */
const costOf = ({ cost }: Limit, input: object, { size }: Bucket): number =>
  cost === undefined ? 1 : Math.min(cost(input), size.burst);

/** Calls are refused when a bucket of AWS's is empty. Calls of AWS's services in their own name draw on none. */
export function tokenBuckets(
  { world, tally }: { readonly world: World; readonly tally: Tally },
  buckets: TokenBuckets,
  { except }: BucketOptions,
): Condition {
  return {
    before(request, place) {
      if (request.principal.kind === 'AWSService' || except?.(request) === true) return;
      if (buckets.take(request, place, world.clock.nowMs())) return;
      tally.count('bucket empty', request.service, request.operation);
      throw bucketEmptyError(request.service);
    },
  };
}
