import { roleSession } from '../../principal.ts';
import type { TaskState } from './definition.ts';
import { dataLimitExceeded, runtimeFailure, StateFailure } from './failure.ts';
import { NOT_TRUNCATED, record } from './frame.ts';
import { integrationOf } from './integrations/index.ts';
import type { Integration } from './integrations/integration.ts';
import { type Json, parseJson, payloadOf, utf8Bytes } from './json.ts';
import type { Lifetime } from './lifetime.ts';
import { MAX_PAYLOAD_BYTES } from './limits.ts';
import { alarmAfter, mustStandStill, standStill } from './stand-still.ts';
import type { Left, Visit } from './visit.ts';

/** One attempt of a Task: schedules it, waits for its answer within its time-outs, and works out what the state puts out. */
export async function attemptTask(visit: Visit, state: TaskState): Promise<Left> {
  const { frame } = visit;
  const { engine, execution } = frame;
  const integration = integrationOf(state.Resource);
  if (integration === undefined) throw runtimeFailure(`The resource ${state.Resource} is not simulated.`);
  visit.taskToken = integration.waitsForToken ? engine.random.alphanumeric(64) : undefined;
  const parameters = payloadOf(await visit.arguments(state));
  if (utf8Bytes(parameters.text) > MAX_PAYLOAD_BYTES)
    throw dataLimitExceeded(`The input of the state/task '${visit.name}' has a size that`);
  const timeoutSeconds = await visit.number('TimeoutSeconds', { least: 1, most: 99_999_999 });
  const heartbeatSeconds = await visit.number('HeartbeatSeconds', { least: 1, most: 99_999_999 });
  const events = new TaskEvents(visit, integration);
  events.scheduled(parameters.text, timeoutSeconds, heartbeatSeconds);

  const lifetime = frame.lifetime.inner();
  const timer =
    timeoutSeconds === undefined
      ? undefined
      : alarmAfter(engine, timeoutSeconds * 1_000, () => lifetime.end(new StateFailure('States.Timeout')));
  const awaited = awaitToken(visit, lifetime, heartbeatSeconds, integration.resource.includes('.sync'));
  const tokenAnswered = awaited.answer;
  // Until the service has answered nobody looks at the token, which a fast worker may settle before.
  tokenAnswered?.catch(() => undefined);
  let result: Json;
  try {
    events.started();
    const called = integration.call({
      engine,
      execution,
      principal: roleSession(execution.machine.roleArn, execution.name),
      arguments: parameters.value,
      lifetime,
      submitted: (output) => events.submitted(JSON.stringify(output)),
    });
    result = await lifetime.race(called);
    if (tokenAnswered !== undefined) {
      events.submitted(JSON.stringify(result));
      result = await lifetime.race(tokenAnswered);
    }
    if (mustStandStill(engine)) await standStill(engine, lifetime);
    const text = JSON.stringify(result);
    if (utf8Bytes(text) > MAX_PAYLOAD_BYTES)
      throw dataLimitExceeded(`The state/task '${visit.name}' returned a result with a size that`);
    events.succeeded(text);
  } catch (error) {
    if (mustStandStill(engine)) await standStill(engine, frame.lifetime);
    if (error instanceof StateFailure && !frame.lifetime.ended) events.failed(error);
    throw error;
  } finally {
    timer?.cancel();
    awaited.forget();
    lifetime.end();
  }
  return visit.leave(result, state);
}

/** Waits for the task's token, and for its heartbeats. */
function awaitToken(
  visit: Visit,
  lifetime: Lifetime,
  heartbeatSeconds: number | undefined,
  isTracked: boolean,
): { answer: Promise<Json> | undefined; forget(): void } {
  const { engine, execution } = visit.frame;
  const token = visit.taskToken;
  let pulse: { cancel(): void } | undefined;
  const beat = (): void => {
    pulse?.cancel();
    // What Step Functions tracks itself, it keeps alive itself.
    if (heartbeatSeconds === undefined || isTracked) return;
    pulse = alarmAfter(engine, heartbeatSeconds * 1_000, () =>
      lifetime.end(new StateFailure('States.HeartbeatTimeout')),
    );
  };
  beat();
  if (token === undefined) return { answer: undefined, forget: () => pulse?.cancel() };
  const { promise, resolve, reject } = Promise.withResolvers<Json>();
  engine.waitingTasks.set(token, {
    executionArn: execution.arn,
    succeed: (outputText) => resolve(parseJson(outputText)?.value ?? null),
    fail: (error, cause) => reject(new StateFailure(error, cause)),
    heartbeat: beat,
  });
  const forget = (): void => {
    pulse?.cancel();
    engine.waitingTasks.delete(token);
  };
  return { answer: promise, forget };
}

/** The events of one attempt, in the words of its kind of resource. */
class TaskEvents {
  readonly #visit: Visit;
  readonly #integration: Integration;
  readonly #resource: { resourceType: string; resource: string } | undefined;
  constructor(visit: Visit, integration: Integration) {
    this.#visit = visit;
    this.#integration = integration;
    const { resourceType, resource } = integration;
    this.#resource = resourceType === undefined ? undefined : { resourceType, resource };
  }

  scheduled(parameters: string, timeoutSeconds: number | undefined, heartbeatSeconds: number | undefined): void {
    const { frame } = this.#visit;
    const limits = {
      ...(timeoutSeconds === undefined ? {} : { timeoutInSeconds: timeoutSeconds }),
      ...(heartbeatSeconds === undefined ? {} : { heartbeatInSeconds: heartbeatSeconds }),
    };
    if (this.#resource === undefined) {
      const details = {
        resource: this.#integration.resource,
        input: parameters,
        inputDetails: NOT_TRUNCATED,
        ...limits,
      };
      record(frame, 'LambdaFunctionScheduled', 'lambdaFunctionScheduledEventDetails', details);
      return;
    }
    const details = { ...this.#resource, region: frame.engine.place.region, parameters, ...limits };
    record(frame, 'TaskScheduled', 'taskScheduledEventDetails', details);
  }

  started(): void {
    if (this.#resource === undefined) record(this.#visit.frame, 'LambdaFunctionStarted');
    else record(this.#visit.frame, 'TaskStarted', 'taskStartedEventDetails', this.#resource);
  }

  submitted(output: string): void {
    const details = { ...this.#resource, output, outputDetails: NOT_TRUNCATED };
    record(this.#visit.frame, 'TaskSubmitted', 'taskSubmittedEventDetails', details);
  }

  succeeded(output: string): void {
    const details = { ...this.#resource, output, outputDetails: NOT_TRUNCATED };
    if (this.#resource === undefined)
      record(this.#visit.frame, 'LambdaFunctionSucceeded', 'lambdaFunctionSucceededEventDetails', details);
    else record(this.#visit.frame, 'TaskSucceeded', 'taskSucceededEventDetails', details);
  }

  failed({ error, because }: StateFailure): void {
    const { frame } = this.#visit;
    const timedOut = error === 'States.Timeout' || error === 'States.HeartbeatTimeout';
    const details = { ...this.#resource, error, ...(because === undefined ? {} : { cause: because }) };
    if (this.#resource === undefined)
      record(
        frame,
        timedOut ? 'LambdaFunctionTimedOut' : 'LambdaFunctionFailed',
        timedOut ? 'lambdaFunctionTimedOutEventDetails' : 'lambdaFunctionFailedEventDetails',
        details,
      );
    else
      record(
        frame,
        timedOut ? 'TaskTimedOut' : 'TaskFailed',
        timedOut ? 'taskTimedOutEventDetails' : 'taskFailedEventDetails',
        details,
      );
  }
}
