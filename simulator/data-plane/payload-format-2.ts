import { requestTime } from './proxy-event.ts';
import { remembered } from './remembered.ts';

/** A request to a function URL, as far as the function gets to see it. */
export interface UrlRequest {
  /** 'abc….lambda-url.eu-west-1.on.aws' */
  readonly host: string;
  readonly method: string;
  /** '/health', as sent. */
  readonly path: string;
  /** Without the '?'. */
  readonly queryString: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly sourceIp: string;
  readonly requestId: string;
  readonly nowMs: number;
}

/** Source    docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html: several values of one name are joined by commas */
function queryParameters(queryString: string): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(queryString))
    joined[name] = joined[name] === undefined ? value : `${joined[name]},${value}`;
  return joined;
}

/**
 * What a function behind a function URL gets: payload format 2.0.
 *
 * Source    docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-request-payload
 */
export function urlEvent(asked: UrlRequest): object {
  const { host, method, path, queryString, headers, body, sourceIp, requestId, nowMs } = asked;
  const { cookie, ...sent } = headers;
  const urlId = host.slice(0, host.indexOf('.'));
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: queryString,
    ...(cookie !== undefined && { cookies: cookie.split('; ') }),
    headers: {
      host,
      'x-forwarded-for': sourceIp,
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
      ...sent,
    },
    ...(queryString !== '' && { queryStringParameters: queryParameters(queryString) }),
    requestContext: {
      accountId: 'anonymous',
      apiId: urlId,
      domainName: host,
      domainPrefix: urlId,
      http: {
        method,
        path,
        protocol: 'HTTP/1.1',
        sourceIp,
        userAgent: sent['user-agent'] ?? '',
      },
      requestId,
      routeKey: '$default',
      stage: '$default',
      time: requestTime(nowMs),
      timeEpoch: nowMs,
    },
    ...(body !== undefined && { body }),
    isBase64Encoded: false,
  };
}

/** What comes back over HTTPS. */
export interface HttpReply {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const JSON_HEADERS = { 'content-type': 'application/json' } as const;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads what a function answered as Lambda does for a URL: an HTTP answer where there is a statusCode, and anything else
 * is the body of a 200. `undefined` where it is neither.
 *
 * Source    docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload
 */
export const readUrlAnswer = (text: string): HttpReply | undefined =>
  text.length > LONGEST_REMEMBERED ? readAnswer(text) : readText(text);

const LONGEST_REMEMBERED = 4_096;
const readText = remembered(readAnswer);

function readAnswer(text: string): HttpReply | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(answer) || answer['statusCode'] === undefined)
    return { status: 200, headers: JSON_HEADERS, body: text };
  const { statusCode, headers, cookies, body = '', isBase64Encoded } = answer;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) return undefined;
  if (body !== null && typeof body !== 'string') return undefined;
  const out: Record<string, string> = { ...JSON_HEADERS };
  for (const [name, value] of Object.entries(isObject(headers) ? headers : {})) out[name.toLowerCase()] = String(value);
  if (Array.isArray(cookies) && cookies.length > 0) out['set-cookie'] = cookies.map(String).join(', ');
  const raw = body ?? '';
  return { status, headers: out, body: isBase64Encoded === true ? Buffer.from(raw, 'base64').toString() : raw };
}
