import { serviceActing } from '../principal.ts';
import type { World } from '../world.ts';
import { invokeFunction } from './function-call.ts';
import { admitsEverybody, type FoundFunctionUrl, functionUrlAt, readFunctionUrlHost } from './function-url.ts';
import { RESOLVER_MS, ROUND_TRIPS, roundTripMs } from './latency.ts';
import { type HttpReply, readUrlAnswer, urlEvent } from './payload-format-2.ts';
import { remembered } from './remembered.ts';
import { conditionsOf } from './weather.ts';

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
export type PublicAnswer =
  | (HttpReply & { readonly latencyMs: number })
  | { readonly failed: 'ENOTFOUND' | 'ETIMEDOUT'; readonly says: string; readonly latencyMs: number };

const TIMEOUT_MS = 30_000;
/** TEST-NET-2 (RFC 5737) stands for callers on the internet. */
const SOMEWHERE = '198.51.100.1';

/** Word for word. Source    github.com/awsdocs/aws-lambda-developer-guide/issues/494 */
const FORBIDDEN: HttpReply = {
  status: 403,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'AccessDeniedException' },
  body: '{"Message":"Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"}',
};
/** Source    github.com/awsdocs/aws-lambda-developer-guide/issues/430 */
const BAD_GATEWAY: HttpReply = {
  status: 502,
  headers: { 'content-type': 'application/json' },
  body: 'Internal Server Error',
};

const readUrl = remembered((text) => {
  const url = new URL(text);
  if (url.protocol !== 'https:' || url.port !== '')
    throw new Error(`A function URL answers https on port 443 and nothing else: ${text}`);
  return url;
});

/** What refused an invocation is answered with. Source    docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html: a throttled request is 429 */
function refusal(code: string, message: string, fields: Readonly<Record<string, unknown>>): HttpReply {
  const status = code === 'TooManyRequestsException' ? 429 : code === 'RequestTooLargeException' ? 413 : undefined;
  if (status === undefined) return BAD_GATEWAY;
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': code },
    body: JSON.stringify({ ...fields, message }),
  };
}

/** Runs the function behind a URL; 'too-slow' where it takes longer than the caller still waits. */
async function replyOf(
  world: World,
  behind: FoundFunctionUrl,
  asked: PublicRequest,
  url: URL,
  patienceMs: number,
): Promise<HttpReply | 'too-slow'> {
  const { place, found, qualifier } = behind;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(asked.headers ?? {})) headers[name.toLowerCase()] = value;
  const event = urlEvent({
    host: url.hostname,
    method: asked.method ?? 'GET',
    path: url.pathname,
    queryString: url.search.slice(1),
    headers,
    body: asked.body,
    sourceIp: asked.sourceIp ?? SOMEWHERE,
    requestId: world.random.uuid(),
    nowMs: world.clock.nowMs(),
  });
  const principal = serviceActing('lambda.amazonaws.com', place.account);
  const to = {
    place,
    functionName: found.name,
    qualifier: qualifier === '' ? undefined : qualifier,
    principal,
    timeoutMs: patienceMs,
  };
  const invoked = await invokeFunction(world, to, event);
  if (invoked === 'timed-out') return 'too-slow';
  if ('refused' in invoked) {
    const { code, message, fields } = invoked.refused;
    return refusal(code, message, fields);
  }
  return invoked.functionError !== undefined ? BAD_GATEWAY : (readUrlAnswer(invoked.payload) ?? BAD_GATEWAY);
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
  const host = url.hostname;
  const from = typeof asked.from === 'string' ? asked.from : asked.from.region;
  const timeoutMs = asked.timeoutMs ?? TIMEOUT_MS;
  const failed = (code: 'ENOTFOUND' | 'ETIMEDOUT', says: string): PublicAnswer => ({
    failed: code,
    says,
    latencyMs: code === 'ETIMEDOUT' ? timeoutMs : RESOLVER_MS,
  });
  const { weather } = conditionsOf(world);
  if (weather.dark?.(from) === true) return failed('ETIMEDOUT', `${from} is dark: nothing leaves it`);
  const read = readFunctionUrlHost(host);
  if (read === undefined)
    return failed('ENOTFOUND', `${host} is not simulated: of public names only those of function URLs are`);
  if (weather.dark?.(read.region) === true)
    return failed('ETIMEDOUT', `${read.region} is dark: ${host} does not answer`);
  const behind = functionUrlAt(world, host);
  if (behind === undefined) return failed('ENOTFOUND', `${host} does not exist: no function in ${read.region} has it`);
  const tripMs = roundTripMs(from, read.region) + (weather.extraLatencyMs?.(from, read.region) ?? 0);
  const onTheWayMs = RESOLVER_MS + tripMs * (ROUND_TRIPS.connect + ROUND_TRIPS.tls + ROUND_TRIPS.request);
  if (onTheWayMs > timeoutMs)
    return failed(
      'ETIMEDOUT',
      `${host} answers, but not before ${onTheWayMs} ms, and the caller waits ${timeoutMs} ms`,
    );
  if (behind.url.authType !== 'NONE' || !admitsEverybody(behind)) return { ...FORBIDDEN, latencyMs: onTheWayMs };
  const startedAtMs = world.clock.nowMs();
  const reply = await replyOf(world, behind, asked, url, timeoutMs - onTheWayMs);
  if (reply === 'too-slow') return failed('ETIMEDOUT', `${behind.found.name} did not answer within ${timeoutMs} ms`);
  return { ...reply, latencyMs: onTheWayMs + world.clock.nowMs() - startedAtMs };
}
