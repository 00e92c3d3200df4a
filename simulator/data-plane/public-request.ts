import type { World } from '../world.ts';
import { RESOLVER_MS, ROUND_TRIPS } from './latency.ts';
import type { HttpReply } from './payload-format-2.ts';
import { type NoWay, publicWay, refusedAtTheDoor, replyBehind } from './public-way.ts';
import { remembered } from './remembered.ts';

/** One HTTPS request over the public internet. */
export interface PublicRequest {
  /** The Region it is sent from, or near: 'eu-west-1'. */
  readonly from: string | { readonly region: string };
  /** 'https://abc….lambda-url.eu-west-1.on.aws/health' */
  readonly url: string;
  /** Left out: GET. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Left out: an address that stands for any. */
  readonly sourceIp?: string;
  /** How long the caller waits for the whole answer. Left out: 30 s. */
  readonly timeoutMs?: number;
}

/** An answer with whatever status, or what the caller's own HTTP client would report, and why, for people. */
export type PublicAnswer = (HttpReply | NoWay) & { readonly latencyMs: number };

const TIMEOUT_MS = 30_000;
/** TEST-NET-2 (RFC 5737) stands for callers on the internet. */
const SOMEWHERE = '198.51.100.1';

const readUrl = remembered((text) => {
  const url = new URL(text);
  if (url.protocol !== 'https:' || url.port !== '')
    throw new Error(`A function URL answers https on port 443 and nothing else: ${text}`);
  return url;
});

function lowerCased(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  const lower: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) lower[name.toLowerCase()] = value;
  return lower;
}

/**
 * Sends one HTTPS request from a place on the internet to a function URL, and tells what came back.
 *
 * Takes no time of its own: `latencyMs` says what the caller would have waited, and only the function lets the clock
 * pass. Names other than those of function URLs are not simulated, and told so.
 *
 * Faults    an Error where the URL is no https URL
 * Source    docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html, docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
 */
export async function publicRequest(world: World, asked: PublicRequest): Promise<PublicAnswer> {
  const url = readUrl(asked.url);
  const { timeoutMs = TIMEOUT_MS } = asked;
  const unanswered = (noWay: NoWay): PublicAnswer => ({
    ...noWay,
    latencyMs: noWay.failed === 'ETIMEDOUT' ? timeoutMs : RESOLVER_MS,
  });
  const way = publicWay(world, typeof asked.from === 'string' ? asked.from : asked.from.region, url.hostname);
  if ('failed' in way) return unanswered(way);
  const onTheWayMs = RESOLVER_MS + way.tripMs * (ROUND_TRIPS.connect + ROUND_TRIPS.tls + ROUND_TRIPS.request);
  const late = (): PublicAnswer =>
    unanswered({ failed: 'ETIMEDOUT', says: `${url.hostname} did not answer within ${timeoutMs} ms` });
  if (onTheWayMs > timeoutMs) return late();
  const refused = refusedAtTheDoor(way.behind);
  if (refused !== undefined) return { ...refused, latencyMs: onTheWayMs };
  const startedAtMs = world.clock.nowMs();
  const request = {
    host: url.hostname,
    method: asked.method ?? 'GET',
    path: url.pathname,
    queryString: url.search.slice(1),
    headers: lowerCased(asked.headers),
    body: asked.body,
    sourceIp: asked.sourceIp ?? SOMEWHERE,
  };
  const reply = await replyBehind(world, way.behind, request, timeoutMs - onTheWayMs);
  return reply === 'too-slow' ? late() : { ...reply, latencyMs: onTheWayMs + world.clock.nowMs() - startedAtMs };
}
