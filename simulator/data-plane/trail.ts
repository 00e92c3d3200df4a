import type { ClientErrorCode, Hop, HopName, Journey } from './journey.ts';

/** What the caller gets where a request breaks: an answer of API Gateway's, or an error of its own HTTP client. */
export type WhatTheCallerSees =
  | { readonly code: ClientErrorCode }
  | { readonly status: number; readonly body: string; readonly errorType: string };

/** A request broke, and its last hop says how. */
export class Broken {
  readonly failedAt: HopName;
  readonly sees: WhatTheCallerSees;
  constructor(failedAt: HopName, sees: WhatTheCallerSees) {
    this.failedAt = failedAt;
    this.sees = sees;
  }
}

export type Evidence = Readonly<Record<string, unknown>>;

/** What a hop has to tell. */
export interface Told {
  readonly says: string;
  readonly evidence: Evidence;
}

interface Step {
  readonly hop: HopName;
  readonly region: string;
  readonly resource: string;
  readonly ok: boolean;
  readonly tell: () => Told;
}

/** Nothing comes back, and nothing says why. */
export const DROPPED = { code: 'ETIMEDOUT' } as const satisfies WhatTheCallerSees;

/**
 * Collects the hops of one journey.
 *
 * What a hop has to tell is put into words only when somebody reads it: most probes arrive, and nobody asks how. So `tell`
 * rests on what was read when the hop was passed, and on nothing that may have changed since.
 */
export class Trail {
  /** What the caller has waited so far. */
  waitedMs = 0;
  /** What the name came to; '' until it came to something. */
  address = '';
  readonly #steps: Step[] = [];
  readonly #hops: Hop[] = [];
  readonly #before: readonly Trail[];

  /** `before`: the ways that lead to where this one begins. */
  constructor(...before: readonly Trail[]) {
    this.#before = before;
    for (const { waitedMs, address } of before) {
      this.waitedMs += waitedMs;
      if (address !== '') this.address = address;
    }
  }

  /** Every hop so far, in words. */
  hops(): readonly Hop[] {
    const own = this.#ownHops();
    return this.#before.length === 0 ? own : [...this.#before.flatMap((trail) => trail.hops()), ...own];
  }

  #ownHops(): readonly Hop[] {
    for (const { hop, region, resource, ok, tell } of this.#steps.slice(this.#hops.length)) {
      const { says, evidence } = tell();
      this.#hops.push({ hop, where: { region, resource }, ok, says, evidence });
    }
    return this.#hops;
  }

  pass(hop: HopName, region: string, resource: string, tell: () => Told): void {
    this.#steps.push({ hop, region, resource, ok: true, tell });
  }

  fail(
    hop: HopName,
    region: string,
    resource: string,
    says: string,
    evidence: Evidence,
    sees: WhatTheCallerSees,
  ): Broken {
    this.#steps.push({ hop, region, resource, ok: false, tell: () => ({ says, evidence }) });
    return new Broken(hop, sees);
  }
}

const clientMessages: Readonly<Record<ClientErrorCode, (host: string, address: string) => string>> = {
  ENOTFOUND: (host) => `getaddrinfo ENOTFOUND ${host}`,
  ETIMEDOUT: (_, address) => `connect ETIMEDOUT ${address}:443`,
  ECONNREFUSED: (_, address) => `connect ECONNREFUSED ${address}:443`,
  ERR_TLS_CERT_ALTNAME_INVALID: (host) =>
    `Hostname/IP does not match certificate's altnames: Host: ${host}. is not in the cert's altnames`,
  CERT_HAS_EXPIRED: () => 'certificate has expired',
};

/** The part of a journey that the caller sees of a request that broke. */
export function seenBy(
  { failedAt, sees }: Broken,
  host: string,
  { address }: Trail,
): Pick<Journey, 'outcome' | 'failedAt' | 'status' | 'headers' | 'body' | 'clientError'> {
  if ('code' in sees)
    return {
      outcome: 'failed',
      failedAt,
      clientError: { code: sees.code, message: clientMessages[sees.code](host, address) },
    };
  return {
    outcome: 'failed',
    failedAt,
    status: sees.status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': sees.errorType },
    body: sees.body,
  };
}
