/** Whose request it is: something with a network interface in a VPC. */
export interface Caller {
  readonly account: string;
  readonly region: string;
  readonly vpcId: string;
  /** Left out: the first subnet of the VPC; a VPC without subnets has its main route table and no network ACL. */
  readonly subnetId?: string;
  /** Left out: an address of the subnet. */
  readonly address?: string;
  /** Whose egress rules hold for the caller. Left out: none do. */
  readonly securityGroupIds?: readonly string[];
}

/** One HTTPS request from within a VPC. */
export interface DataPlaneRequest {
  readonly from: Caller;
  /** 'https://api.payments.example.com/v1/payments?limit=2' */
  readonly url: string;
  /** Left out: GET. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Take this record among those with a routing policy, by its SetIdentifier, whatever the policy would choose. */
  readonly pin?: string;
  /** Resolve and connect to this name, while TLS and HTTP go on naming the URL's host, as `curl --connect-to` does. */
  readonly connectTo?: string;
  /** How long the caller waits for a connection before it gives up. Left out: 2 s. */
  readonly timeoutMs?: number;
  /** `bypass` asks the resolver anew; left out: the cache of the caller's VPC is used. */
  readonly resolverCache?: 'bypass';
}

/**
 * The hops of a request, in the order they are passed.
 *
 * `name` the resolver of the caller's VPC; `egress` what lets packets out of the caller's subnet; `route` the caller's
 * route table; `peering` the way over; `arrival` what lets packets in at the endpoint; `return` the way back;
 * `endpoint` the interface endpoint; `domain` the name in TLS and HTTP: certificate, custom domain, access association,
 * base path; `api` a private REST API; `policy` its resource policy; `stage`; `throttle`; `method`; `integration` what
 * the method leads to; `function` what answers.
 */
export const hopNames = [
  'name',
  'egress',
  'route',
  'peering',
  'arrival',
  'return',
  'endpoint',
  'domain',
  'api',
  'policy',
  'stage',
  'throttle',
  'method',
  'integration',
  'function',
] as const;
export type HopName = (typeof hopNames)[number];

/** One hop of the trace: what was looked at, and what it said. */
export interface Hop {
  readonly hop: HopName;
  /** The Region and the resource that decided. */
  readonly where: { readonly region: string; readonly resource: string };
  readonly ok: boolean;
  /** One plain sentence, fit to be printed. */
  readonly says: string;
  /** What it rests on: ids, addresses, rules. */
  readonly evidence: Readonly<Record<string, unknown>>;
}

/**
 * What the caller's own HTTP client would report where no answer came, in Node's words.
 *
 * A dropped packet is `ETIMEDOUT` whatever dropped it: only the trace knows better.
 */
export type ClientErrorCode =
  | 'ENOTFOUND'
  | 'ETIMEDOUT'
  | 'ECONNREFUSED'
  | 'ERR_TLS_CERT_ALTNAME_INVALID'
  | 'CERT_HAS_EXPIRED';

export interface AnsweredBy {
  readonly region: string;
  readonly apiId: string;
  readonly stage: string;
  /** Absent where no function was needed, as with a mock integration. */
  readonly functionName?: string;
}

/** A request from its name to its answer, or to the hop where it failed. */
export interface Journey {
  /** `answered`: what the request was for answered it, with whatever status. `failed`: a hop before that, or that one, broke. */
  readonly outcome: 'answered' | 'failed';
  /** Absent where nothing came back. A failed journey has one where API Gateway answered in the function's place. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly answeredBy?: AnsweredBy;
  readonly failedAt?: HopName;
  /** Present where the request failed without an answer. */
  readonly clientError?: { readonly code: ClientErrorCode; readonly message: string };
  readonly hops: readonly Hop[];
  /** What the caller waited, in simulated time: round trips, resolver, TLS handshakes, the function. */
  readonly latencyMs: number;
}

/** As far as a request gets without calling a function; what a cheap probe needs. */
export interface Reach extends Omit<Journey, 'answeredBy'> {
  /** Where it would be answered. */
  readonly leadsTo?: AnsweredBy;
  /** Told only where it failed; empty otherwise. */
  readonly hops: readonly Hop[];
}
