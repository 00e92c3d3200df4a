import type { WorldMs } from '../../clock.ts';
import type { Place } from '../../service.ts';
import type { World } from '../../world.ts';
import { type Code, CodeFault, zipCode } from './code/zip-code.ts';
import { environmentOf } from './environment.ts';
import { hostCodeFor } from './host.ts';
import { recordsOf, writeLog } from './log-records.ts';
import { sessionOf } from './session.ts';
import type { FunctionVersion, HostContext, LambdaFunction } from './state.ts';

/** What came of one run of a function's code. */
export interface Execution {
  /** JSON: the answer, or the error. */
  readonly payload: string;
  readonly failed: boolean;
  readonly startedAtMs: WorldMs;
  readonly durationMs: number;
  /** What the code wrote to its console. */
  readonly printed: readonly string[];
}

/** Source: Lambda quotas, invocation payload: 6 MB for request and response; the runtime allows an envelope on top. */
const MAX_RESPONSE_BYTES = 6_291_556;

/**
 * Runs a function once: the host code attached to it or registered for its code, if there is any, its zip otherwise.
 *
 * Time is held while the code runs and passes while it sleeps on the clock; after the function's time-out, or when its
 * Region goes dark, the run counts as over, and what the code does later reaches nobody.
 */
export async function execute(
  world: World,
  place: Place,
  found: LambdaFunction,
  version: FunctionVersion,
  invokedArn: string,
  event: unknown,
  awsRequestId: string,
): Promise<Execution> {
  const startedAtMs = world.clock.nowMs();
  const timeoutMs = version.settings.timeoutSeconds * 1_000;
  const session = sessionOf(found, world);
  // Made only for code that looks at its signal.
  let stop: AbortController | undefined;
  let isOver = false;
  const printed: string[] = [];
  const context: HostContext = {
    functionName: found.name,
    functionArn: invokedArn,
    region: place.region,
    account: place.account,
    environment: environmentOf(world, place, found, version, session.credentials),
    awsRequestId,
    deadlineMs: startedAtMs + timeoutMs,
    principal: session.principal,
    credentials: session.credentials,
    get signal() {
      stop ??= new AbortController();
      if (isOver) stop.abort();
      return stop.signal;
    },
    vpc: version.settings.vpc,
    clockSkewMs: world.outages.skewMs(place.region),
    print: (line) => void printed.push(line),
  };
  const code: Code = found.hostCode ?? hostCodeFor(world, version) ?? zipCode(world, version, context.print);
  const done = (payload: string, failed: boolean): Execution => {
    const run = { payload, failed, startedAtMs, durationMs: world.clock.nowMs() - startedAtMs, printed };
    const about = { version: version.version, memoryMb: version.settings.memoryMb, requestId: awsRequestId };
    writeLog(world, place, context.environment, recordsOf(run, about));
    return run;
  };

  const over = Promise.withResolvers<void>();
  const end = (): void => {
    isOver = true;
    stop?.abort();
    over.resolve();
  };
  const timer = world.clock.after(timeoutMs, end);
  let wentDark = false;
  const leave = world.outages.onDarkened(place.region, () => {
    wentDark = true;
    end();
  });
  try {
    const run = world.clock.hold(() => code(event, context), `function ${found.name}`);
    const result = await Promise.race([run, over.promise]);
    if (wentDark) return lost(startedAtMs);
    if (isOver)
      return done(
        errorPayload(
          'Sandbox.Timedout',
          `RequestId: ${awsRequestId} Error: Task timed out after ${version.settings.timeoutSeconds.toFixed(2)} seconds`,
        ),
        true,
      );
    return answered(result, done);
  } catch (error) {
    return wentDark ? lost(startedAtMs) : done(payloadOf(error), true);
  } finally {
    leave();
    timer.cancel();
  }
}

/** A run that went down with its Region: whoever waits for it waits in vain, and its log has no trace of it. */
const lost = (startedAtMs: WorldMs): Execution => ({
  payload: errorPayload('Runtime.ExitError', 'The execution environment is gone.'),
  failed: true,
  startedAtMs,
  durationMs: 0,
  printed: [],
});

function answered(result: unknown, done: (payload: string, failed: boolean) => Execution): Execution {
  const payload = JSON.stringify(result) ?? 'null';
  if (payload.length <= MAX_RESPONSE_BYTES && Buffer.byteLength(payload) <= MAX_RESPONSE_BYTES)
    return done(payload, false);
  return done(
    errorPayload(
      'Function.ResponseSizeTooLarge',
      `Response payload size exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
    ),
    true,
  );
}

/** As the Node runtime reports what a handler throws: `errorType` is the error's name, which Step Functions matches on. */
function payloadOf(error: unknown): string {
  if (error instanceof CodeFault) return errorPayload(error.errorType, error.message, error.trace);
  if (isError(error)) return errorPayload(error.name, error.message, (error.stack ?? '').split('\n'));
  return errorPayload(typeof error, String(error), []);
}

/** Errors of another realm are none of ours, yet errors. */
const isError = (thrown: unknown): thrown is Error =>
  thrown instanceof Error || Object.prototype.toString.call(thrown) === '[object Error]';

const errorPayload = (errorType: string, errorMessage: string, trace?: readonly string[]): string =>
  JSON.stringify({ errorType, errorMessage, ...(trace !== undefined && { trace }) });
