import { AwsError } from '../aws-error.ts';
import { isLater, type Maybe, whenThere } from '../maybe.ts';
import { type OwnEvent, payloadOf } from '../services/lambda/own-event.ts';
import { lambdaHome } from '../services/lambda/state.ts';
import type { World } from '../world.ts';
import { gatewayAnswers } from './answers.ts';
import type { FunctionIntegration } from './integration.ts';
import { type HttpAnswer, readProxyAnswer } from './proxy-event.ts';
import type { Broken, Evidence, Trail, WhatTheCallerSees } from './trail.ts';

const decoder = new TextDecoder();

/** Which function, as whom, and how long whoever invokes it waits. */
type InvokedFunction = Pick<FunctionIntegration, 'place' | 'functionName' | 'qualifier' | 'principal' | 'timeoutMs'>;

/** What the code answered, or the error it threw, as JSON; or why Lambda did not run it. */
type Invoked =
  | { readonly payload: string; readonly functionError: string | undefined }
  | { readonly refused: AwsError }
  | 'timed-out';

function invoke(
  world: World,
  { place, functionName, qualifier, principal }: InvokedFunction,
  event: OwnEvent,
): Maybe<Invoked> {
  try {
    const output = world.ask({
      service: 'lambda',
      operation: 'Invoke',
      input:
        qualifier === undefined
          ? { FunctionName: functionName, InvocationType: 'RequestResponse', Payload: payloadOf(event) }
          : {
              FunctionName: functionName,
              Qualifier: qualifier,
              InvocationType: 'RequestResponse',
              Payload: payloadOf(event),
            },
      place,
      principal,
    });
    return isLater(output) ? output.then(answered, refused) : answered(output);
  } catch (error) {
    return refused(error);
  }
}

function answered(output: { Payload?: string | Uint8Array; FunctionError?: string }): Invoked {
  const { FunctionError: functionError, Payload = '' } = output;
  return { payload: typeof Payload === 'string' ? Payload : decoder.decode(Payload), functionError };
}

function refused(error: unknown): Invoked {
  if (error instanceof AwsError) return { refused: error };
  throw error;
}

/** Only a function that may run for longer than is waited for can be given up on: for the others no timer is set. */
function mayOutlast(world: World, { place, functionName, timeoutMs }: InvokedFunction): boolean {
  const found = world.look(lambdaHome, place).functions.get(functionName);
  return found !== undefined && found.latest.settings.timeoutSeconds * 1000 > timeoutMs;
}

/** Runs a function for one of AWS's front doors, which waits no longer than it says. */
export function invokeFunction(world: World, to: InvokedFunction, event: OwnEvent): Maybe<Invoked> {
  const invoked = invoke(world, to, event);
  return isLater(invoked) && mayOutlast(world, to) ? inTime(world, to, invoked) : invoked;
}

async function inTime(world: World, to: InvokedFunction, invoked: Promise<Invoked>): Promise<Invoked> {
  const gaveUp = Promise.withResolvers<Invoked>();
  const timer = world.clock.after(to.timeoutMs, () => gaveUp.resolve('timed-out'));
  const first = await Promise.race([invoked, gaveUp.promise]);
  timer.cancel();
  return first;
}

/** Has the function answer, and reads what it says. */
export function callFunction(
  world: World,
  trail: Trail,
  to: FunctionIntegration,
  event: OwnEvent,
  binaryMediaTypes: readonly string[],
): Maybe<HttpAnswer | Broken> {
  const { place, functionName, functionArn, timeoutMs } = to;
  const fail = (says: string, sees: WhatTheCallerSees, more: Evidence = {}): Broken =>
    trail.fail('function', place.region, functionName, says, { functionArn, ...more }, sees);
  if (world.outages.isDark(place.region)) {
    trail.waitedMs += timeoutMs;
    return fail(`${place.region} is dark: ${functionName} does not answer`, gatewayAnswers.integrationTimedOut);
  }
  const startedAtMs = world.clock.nowMs();
  return whenThere(invokeFunction(world, to, event), (invoked) => {
    const tookMs = world.clock.nowMs() - startedAtMs;
    trail.waitedMs += tookMs;
    if (invoked === 'timed-out')
      return fail(`${functionName} did not answer within ${timeoutMs / 1000} s`, gatewayAnswers.integrationTimedOut);
    if ('refused' in invoked) {
      const { code, message } = invoked.refused;
      // Throttling too is a 500 and no 429: repost.aws/questions/QUfI6bsdd0SOiPeyimzxSkfQ
      return fail(`Lambda did not run ${functionName}: ${code}: ${message}`, gatewayAnswers.configurationError, {
        code,
      });
    }
    const { payload, functionError } = invoked;
    if (functionError !== undefined) {
      const says = `${functionName} failed: ${errorMessageOf(payload)}`;
      return fail(says, gatewayAnswers.malformedAnswer, { functionError, payload });
    }
    const answer = readProxyAnswer(payload, binaryMediaTypes);
    if ('malformed' in answer) {
      const says = `${functionName} answered, but not as a proxy integration must: ${answer.malformed}`;
      return fail(says, gatewayAnswers.malformedAnswer, { payload });
    }
    trail.pass('function', place.region, functionName, () => ({
      says: `${functionName} answered ${answer.status} after ${tookMs} ms`,
      evidence: { functionArn, status: answer.status },
    }));
    return answer;
  });
}

/** Lambda reports what a function threw as { errorType, errorMessage }. */
function errorMessageOf(payload: string): string {
  try {
    const { errorType, errorMessage } = JSON.parse(payload) as { errorType?: string; errorMessage?: string };
    return [errorType, errorMessage].filter((part) => part !== undefined).join(': ') || payload;
  } catch {
    return payload;
  }
}
