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

type Evidence = Readonly<Record<string, unknown>>;

/** Collects the hops of one journey. */
export class Trail {
  readonly hops: Hop[] = [];

  pass(hop: HopName, region: string, resource: string, says: string, evidence: Evidence): void {
    this.hops.push({ hop, where: { region, resource }, ok: true, says, evidence });
  }

  fail(
    hop: HopName,
    region: string,
    resource: string,
    says: string,
    evidence: Evidence,
    sees: WhatTheCallerSees,
  ): Broken {
    this.hops.push({ hop, where: { region, resource }, ok: false, says, evidence });
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
  address: string,
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
