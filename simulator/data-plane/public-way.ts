import { type Maybe, whenThere } from '../maybe.ts';
import { serviceActing } from '../principal.ts';
import { OwnEvent } from '../services/lambda/own-event.ts';
import type { World } from '../world.ts';
import { invokeFunction } from './function-call.ts';
import { admitsEverybody, type FoundFunctionUrl, functionUrlAt, readFunctionUrlHost } from './function-url.ts';
import { roundTripMs } from './latency.ts';
import { type HttpReply, readUrlAnswer, type UrlRequest, urlEvent } from './payload-format-2.ts';
import { remembered } from './remembered.ts';
import { extraTripMs } from './weather.ts';

/** The way from a place on the internet to what has a public name. */
export interface PublicWay {
  readonly behind: FoundFunctionUrl;
  readonly tripMs: number;
}

/** Why nothing comes back: the name is nobody's, or nobody answers. */
export interface NoWay {
  readonly failed: 'ENOTFOUND' | 'ETIMEDOUT';
  /** For people. */
  readonly says: string;
}

const readHost = remembered(readFunctionUrlHost);

/** Resolves a public name and crosses the internet to it. Names other than those of function URLs are not simulated. */
export function publicWay(world: World, from: string, host: string): PublicWay | NoWay {
  if (world.outages.isDark(from)) return { failed: 'ETIMEDOUT', says: `${from} is dark: nothing leaves it` };
  const read = readHost(host);
  if (read === undefined)
    return {
      failed: 'ENOTFOUND',
      says: `${host} is not simulated: of public names only those of function URLs are`,
    };
  const { region } = read;
  if (world.outages.isDark(region)) return { failed: 'ETIMEDOUT', says: `${region} is dark: ${host} does not answer` };
  if (world.outages.isCutOff(from, region))
    return { failed: 'ETIMEDOUT', says: `nothing passes between ${from} and ${region}: one of them is isolated` };
  const behind = functionUrlAt(world, host);
  if (behind === undefined)
    return { failed: 'ENOTFOUND', says: `${host} does not exist: no function in ${region} has it` };
  return { behind, tripMs: roundTripMs(from, region) + extraTripMs(world, from, region) };
}

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

/** What Lambda answers in the function's place where it does not let the request in; requests here are never signed. */
export const refusedAtTheDoor = (behind: FoundFunctionUrl): HttpReply | undefined =>
  behind.url.authType === 'NONE' && admitsEverybody(behind) ? undefined : FORBIDDEN;

/** Runs the function behind a URL; 'too-slow' where it takes longer than is waited for, or for ever. */
export function replyBehind(
  world: World,
  { place, found, qualifier }: FoundFunctionUrl,
  asked: Omit<UrlRequest, 'requestId' | 'nowMs'>,
  patienceMs: number,
): Maybe<HttpReply | 'too-slow'> {
  const requestId = world.random.uuidLater();
  const nowMs = world.clock.nowMs();
  const event = new OwnEvent(() => urlEvent({ ...asked, requestId: requestId(), nowMs }), asked.body);
  const to = {
    place,
    functionName: found.name,
    qualifier: qualifier === '' ? undefined : qualifier,
    principal: serviceActing('lambda.amazonaws.com', place.account),
    timeoutMs: patienceMs,
  };
  return whenThere(invokeFunction(world, to, event), (invoked) => {
    // Of a Region that went dark meanwhile nothing comes back.
    if (invoked === 'timed-out' || world.outages.isDark(place.region)) return 'too-slow';
    if ('refused' in invoked) {
      const { code, message, fields } = invoked.refused;
      return refusal(code, message, fields);
    }
    return invoked.functionError === undefined ? (readUrlAnswer(invoked.payload) ?? BAD_GATEWAY) : BAD_GATEWAY;
  });
}
