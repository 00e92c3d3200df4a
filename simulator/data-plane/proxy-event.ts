import type { Addressed } from './domain.ts';
import type { AtMethod } from './gateway.ts';
import type { HttpsRequest } from './https-request.ts';
import { remembered } from './remembered.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (number: number): string => String(number).padStart(2, '0');

/** '21/Nov/2026:01:51:37 +0000', as access logs have it. */
function wordsFor(second: number): string {
  const at = new Date(second * 1_000);
  const date = `${two(at.getUTCDate())}/${MONTHS[at.getUTCMonth()]}/${at.getUTCFullYear()}`;
  return `${date}:${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000`;
}

let lastSecond = -1;
let lastWords = '';

export function requestTime(nowMs: number): string {
  const second = Math.floor(nowMs / 1_000);
  if (second !== lastSecond) {
    lastWords = wordsFor(second);
    lastSecond = second;
  }
  return lastWords;
}

const isBinary = (types: readonly string[], contentType: string | undefined): boolean =>
  types.includes('*/*') || (contentType !== undefined && types.includes(contentType.split(';')[0]?.trim() ?? ''));

/** The same names with what becomes of each value, or null where there is none. */
function each<Value, Mapped>(
  record: Readonly<Record<string, Value>>,
  map: (value: Value) => Mapped,
): Record<string, Mapped> | null {
  let mapped: Record<string, Mapped> | null = null;
  for (const name of Object.keys(record)) (mapped ??= {})[name] = map(record[name] as Value);
  return mapped;
}

const same = <Value>(value: Value): Value => value;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // '%' that starts no escape stays as it is
  }
}

/** What every request has of its own. */
interface OwnOfARequest {
  readonly requestContext: { requestId: string; requestTime: string; requestTimeEpoch: number };
}

/** The event of one request, from what all requests of its kind have in common. */
export function eventFrom(common: string, requestId: string, nowMs: number): object {
  const event = JSON.parse(common) as OwnOfARequest;
  Object.assign(event.requestContext, { requestId, requestTime: requestTime(nowMs), requestTimeEpoch: nowMs });
  return event;
}

/**
 * What a function behind a proxy integration gets: payload format 1.0; but for what a request has of its own, which
 * `eventFrom` puts in.
 *
 * Source    docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format
 */
export function commonEvent(asked: HttpsRequest, addressed: Addressed, at: AtMethod): object {
  const { api, stage, route } = at;
  const { host, headers, query, endpoint, sourceIp, body } = asked;
  const sent = {
    host,
    'x-forwarded-for': sourceIp,
    'x-forwarded-port': '443',
    'x-forwarded-proto': 'https',
    ...headers,
  };
  const queries: Record<string, string[]> = {};
  for (const [name, value] of query) (queries[name] ??= []).push(value);
  const resource = api.resources.values().find(({ path }) => path === route.resourcePath);
  const binary = body !== undefined && isBinary(api.binaryMediaTypes, headers['content-type']);
  return {
    resource: route.resourcePath,
    path: addressed.domain === undefined ? addressed.path : asked.path,
    httpMethod: asked.method,
    headers: sent,
    multiValueHeaders: each(sent, (value) => [value]),
    queryStringParameters: each(queries, (values) => values.at(-1) ?? ''),
    multiValueQueryStringParameters: each(queries, same),
    pathParameters: each(route.pathParameters, decoded),
    stageVariables: stage.variables.size === 0 ? null : Object.fromEntries(stage.variables),
    requestContext: {
      ...(resource !== undefined && { resourceId: resource.id }),
      resourcePath: route.resourcePath,
      operationName: route.method.httpMethod,
      httpMethod: asked.method,
      path: asked.path,
      protocol: 'HTTP/1.1',
      accountId: asked.place.account,
      apiId: api.id,
      stage: stage.stageName,
      deploymentId: stage.deploymentId,
      domainName: host,
      domainPrefix: host.slice(0, host.indexOf('.')),
      requestId: '',
      requestTime: '',
      requestTimeEpoch: 0,
      identity: {
        sourceIp,
        userAgent: headers['user-agent'] ?? null,
        vpceId: endpoint.id,
        vpcId: endpoint.vpcId,
        apiKey: headers['x-api-key'] ?? null,
        accountId: null,
        caller: null,
        user: null,
        userArn: null,
      },
    },
    body: body === undefined ? null : binary ? Buffer.from(body).toString('base64') : body,
    isBase64Encoded: binary,
  };
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const KNOWN = new Set(['statusCode', 'headers', 'multiValueHeaders', 'body', 'isBase64Encoded']);

/**
 * Reads a function's answer as API Gateway does: an HTTP answer, or what is wrong with it.
 *
 * Source    docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-output-format,
 *           repost.aws/knowledge-center/malformed-502-api-gateway
 */
export const readProxyAnswer = (text: string, binaryMediaTypes: readonly string[]): ProxyAnswer =>
  binaryMediaTypes.length > 0 || text.length > LONGEST_REMEMBERED ? readAnswer(text, binaryMediaTypes) : readText(text);

type ProxyAnswer = HttpAnswer | { readonly malformed: string };

const LONGEST_REMEMBERED = 4_096;
const readText = remembered((text) => readAnswer(text, []));

function readAnswer(text: string, binaryMediaTypes: readonly string[]): ProxyAnswer {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    return { malformed: 'it is no JSON' };
  }
  if (!isObject(answer)) return { malformed: 'it is no JSON object' };
  const stranger = Object.keys(answer).find((name) => !KNOWN.has(name));
  if (stranger !== undefined) return { malformed: `it has a member ${stranger}, which a proxy answer has not` };
  const { statusCode, headers, multiValueHeaders, body, isBase64Encoded } = answer;
  const status = Number(statusCode);
  if (statusCode === null || !Number.isInteger(status) || status < 100 || status > 599)
    return { malformed: `its statusCode is ${JSON.stringify(statusCode) ?? 'missing'}` };
  if (body !== undefined && body !== null && typeof body !== 'string')
    return { malformed: `its body is ${Array.isArray(body) ? 'an array' : `of type ${typeof body}`}, not a string` };
  const out: Record<string, string> = { 'content-type': 'application/json' };
  for (const [name, value] of Object.entries(isObject(headers) ? headers : {})) out[name.toLowerCase()] = String(value);
  for (const [name, values] of Object.entries(isObject(multiValueHeaders) ? multiValueHeaders : {}))
    if (Array.isArray(values)) out[name.toLowerCase()] = values.map(String).join(', ');
  const raw = body ?? '';
  const isBytes = isBase64Encoded === true && isBinary(binaryMediaTypes, out['content-type']);
  return { status, headers: out, body: isBytes ? Buffer.from(raw, 'base64').toString() : raw };
}
