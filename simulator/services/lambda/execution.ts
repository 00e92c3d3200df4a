import type { Timer, WorldMs } from '../../clock.ts';
import { isLater, type Maybe } from '../../maybe.ts';
import type { Place } from '../../service.ts';
import type { World } from '../../world.ts';
import { isSteady, keepAnswer, keptAnswer } from './code/steady-code.ts';
import { type Code, CodeFault, zipCode } from './code/zip-code.ts';
import { environmentOf } from './environment.ts';
import { tellFailedRun } from './failed-runs.ts';
import { hostCodeFor } from './host.ts';
import { type CallId, Invocation } from './invocation.ts';
import { writeLog } from './log-records.ts';
import { OwnEvent } from './own-event.ts';
import { beginRunning, type Course } from './running.ts';
import { sessionOf } from './session.ts';
import type { FunctionVersion, LambdaFunction } from './state.ts';

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
 * Region goes dark, the run counts as over, and what the code does later reaches nobody. Code that answers at once is not
 * waited for.
 */
export function execute(
  world: World,
  place: Place,
  found: LambdaFunction,
  version: FunctionVersion,
  invokedArn: string,
  given: unknown,
  call: CallId,
): Maybe<Execution> {
  const own = given instanceof OwnEvent ? given : undefined;
  const kept = own === undefined || found.hostCode !== undefined ? undefined : keptAnswer(world, version, own);
  if (own !== undefined && kept !== undefined)
    return answeredAgain(world, place, found, version, invokedArn, own, call, kept);
  const startedAtMs = world.clock.nowMs();
  const invocation = new Invocation(world, place, found, version, invokedArn, call);
  const { printed, environment } = invocation;
  const hosted = found.hostCode ?? hostCodeFor(world, version);
  const isOwnCode = hosted === undefined;
  const code: Code = hosted ?? zipCode(world, version, invocation.print);
  const done = (payload: string, failed: boolean): Execution => {
    const run = { payload, failed, startedAtMs, durationMs: world.clock.nowMs() - startedAtMs, printed };
    writeLog(world, place, invocation.principal, environment, run, {
      version: version.version,
      memoryMb: version.settings.memoryMb,
      call,
    });
    if (failed) tellFailedRun(world, place, found.name, payload);
    return run;
  };
  let course: Course | undefined;
  let crashed = false;
  let end = (): void => invocation.end();
  const crash = (): void => {
    crashed = true;
    end();
  };
  const run = (): Maybe<unknown> => {
    course = beginRunning(world, { invocation, crash });
    return code(own === undefined ? given : own.event, invocation);
  };
  const failed = (error: unknown): Execution => done(crashed ? killedPayload(call.requestId) : payloadOf(error), true);
  let returned: Maybe<unknown>;
  try {
    returned = world.clock.holdWhile(run, `function ${found.name}`);
  } catch (error) {
    course?.ended();
    return failed(error);
  }
  if (!isLater(returned)) {
    course?.ended();
    return crashed ? done(killedPayload(call.requestId), true) : answered(returned, done);
  }

  const waitFor = async (work: Promise<unknown>): Promise<Execution> => {
    let timer: Timer | undefined;
    let leave: (() => void) | undefined;
    let wentDark = false;
    try {
      // What happens first: the code ends, its time is over, its Region goes dark.
      const result = await new Promise<unknown>((resolve, reject) => {
        end = (): void => {
          course?.over();
          invocation.end();
          resolve(undefined);
        };
        timer = world.clock.at(invocation.deadlineMs, end);
        leave = world.outages.onDarkened(place.region, () => {
          wentDark = true;
          end();
        });
        const settled =
          <With>(settle: (how: With) => void) =>
          (how: With): void => {
            course?.ended();
            settle(how);
          };
        work.then(settled(resolve), settled(reject));
        if (crashed) end();
      });
      if (wentDark) return lost(startedAtMs);
      if (crashed) return done(killedPayload(call.requestId), true);
      if (invocation.isOver)
        return done(
          errorPayload(
            'Sandbox.Timedout',
            `RequestId: ${call.requestId} Error: Task timed out after ${version.settings.timeoutSeconds.toFixed(2)} seconds`,
          ),
          true,
        );
      const answer = answered(result, done);
      const isAllOfIt = !answer.failed && answer.durationMs === 0 && printed.length === 0;
      if (own !== undefined && isAllOfIt && isOwnCode && isSteady(world, version))
        keepAnswer(version, own, answer.payload);
      return answer;
    } catch (error) {
      return wentDark ? lost(startedAtMs) : failed(error);
    } finally {
      leave?.();
      timer?.cancel();
    }
  };
  return waitFor(returned);
}

const NOTHING: readonly string[] = [];

/** What steady code was known to answer, and all that is left of such a run: its log. */
function answeredAgain(
  world: World,
  place: Place,
  found: LambdaFunction,
  version: FunctionVersion,
  invokedArn: string,
  own: OwnEvent,
  call: CallId,
  payload: string,
): Execution {
  const { principal, credentials } = sessionOf(found, world);
  const environment = environmentOf(world, place, found, version, credentials);
  const run = { payload, failed: false, startedAtMs: world.clock.nowMs(), durationMs: 0, printed: NOTHING };
  writeLog(world, place, principal, environment, run, {
    version: version.version,
    memoryMb: version.settings.memoryMb,
    call,
  });
  if (world.memory !== 'trusted') {
    const invocation = new Invocation(world, place, found, version, invokedArn, call);
    void checkedAgain(zipCode(world, version, invocation.print), own, invocation, payload);
  }
  return run;
}

/** Runs steady code though its answer is known: it must be the same. */
async function checkedAgain(code: Code, { event }: OwnEvent, invocation: Invocation, payload: string): Promise<void> {
  const again = JSON.stringify(await code(event, invocation)) ?? 'null';
  if (again !== payload || invocation.printed.length > 0)
    throw new Error(`${invocation.functionName} was declared to be steady, and answered ${again} after ${payload}`);
}

/** A run that went down with its Region: whoever waits for it waits in vain, and its log has no trace of it. */
const lost = (startedAtMs: WorldMs): Execution => ({
  payload: errorPayload('Runtime.ExitError', 'The execution environment is gone.'),
  failed: true,
  startedAtMs,
  durationMs: 0,
  printed: [],
});

/** As Lambda reports a function whose process was killed. */
const killedPayload = (requestId: string): string =>
  errorPayload('Runtime.ExitError', `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`);

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
