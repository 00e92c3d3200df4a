import type { WorldMs } from '../clock.ts';
import { formatIp } from '../ip.ts';
import type { Place } from '../service.ts';
import type { Endpoint } from '../services/ec2/state.ts';
import type { Connection } from './connection.ts';
import type { DataPlaneRequest } from './journey.ts';

/** A request once it has come through an endpoint: what API Gateway gets to see. */
export interface HttpsRequest {
  /** Of the endpoint; once it is known, of the API behind it, which another account may own. */
  readonly place: Place;
  readonly endpoint: Endpoint;
  /** The address it came from. */
  readonly sourceIp: string;
  /** The name in TLS, the URL's. */
  readonly serverName: string;
  /** The name in HTTP: a Host header, or else the URL's. */
  readonly host: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly method: string;
  /** '/v1/payments', as sent. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string | undefined;
  readonly nowMs: WorldMs;
}

export function httpsRequest(
  asked: DataPlaneRequest,
  url: URL,
  { from, at, endpoint }: Connection,
  nowMs: WorldMs,
): HttpsRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(asked.headers ?? {})) headers[name.toLowerCase()] = value;
  return {
    place: at.place,
    endpoint,
    sourceIp: formatIp(from.address),
    serverName: url.hostname,
    host: (headers['host'] ?? url.hostname).toLowerCase(),
    headers,
    method: (asked.method ?? 'GET').toUpperCase(),
    path: url.pathname,
    query: url.searchParams,
    body: asked.body,
    nowMs,
  };
}
