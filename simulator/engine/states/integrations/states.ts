import { AwsError } from '../../../aws-error.ts';
import type { Execution } from '../execution.ts';
import { StateFailure } from '../failure.ts';
import type { Json, JsonObject } from '../json.ts';
import { parseJson } from '../json.ts';
import { objectArguments, serviceFailure, type TaskCall } from './integration.ts';

interface Started {
  readonly executionArn: string;
  readonly startDate: Date;
}

async function start(task: TaskCall): Promise<{ started: Started; answer: JsonObject }> {
  const { StateMachineArn, Input, Name } = objectArguments(task);
  const input = {
    stateMachineArn: StateMachineArn,
    input: JSON.stringify(Input ?? {}),
    ...(Name === undefined ? {} : { name: Name }),
  };
  const { world, place } = task.engine;
  try {
    const request = { service: 'sfn', operation: 'StartExecution', input, place, principal: task.principal } as const;
    const started = (await world.invoke(request)) as Started;
    const StartDate = started.startDate.getTime();
    return {
      started,
      answer: { ExecutionArn: started.executionArn, SdkHttpMetadata: { HttpStatusCode: 200 }, StartDate },
    };
  } catch (error) {
    if (error instanceof AwsError) throw serviceFailure('StepFunctions', 'AWSStepFunctionsException', error);
    throw error;
  }
}

function describe(execution: Execution, asJson: boolean): JsonObject {
  const text = (value: string): Json => (asJson ? (parseJson(value)?.value ?? null) : value);
  return {
    ExecutionArn: execution.arn,
    Input: text(execution.inputText),
    InputDetails: { Included: true },
    Name: execution.name,
    ...(execution.outputText === undefined
      ? {}
      : { Output: text(execution.outputText), OutputDetails: { Included: true } }),
    ...(execution.error === undefined ? {} : { Error: execution.error }),
    ...(execution.cause === undefined ? {} : { Cause: execution.cause }),
    RedriveCount: execution.redriveCount,
    StartDate: execution.startMs,
    StateMachineArn: execution.machine.arn,
    Status: execution.status,
    ...(execution.stopMs === undefined ? {} : { StopDate: execution.stopMs }),
  };
}

export const startExecution = {
  call: async (task: TaskCall): Promise<Json> => (await start(task)).answer,
};

/**
 * `.sync` and `.sync:2`: starts an execution and waits until it has closed.
 *
 * Faults  States.TaskFailed with the execution's description as its cause, also where the execution timed out
 * Source  Step Functions guide, Start a new AWS Step Functions state machine from a running execution
 */
export const startExecutionAndWait = (asJson: boolean) => ({
  async call(task: TaskCall): Promise<Json> {
    const { started, answer } = await start(task);
    task.submitted(answer);
    const { world, place } = task.engine;
    const child = task.engine.findExecution(started.executionArn);
    if (child === undefined)
      throw new StateFailure('States.TaskFailed', `${started.executionArn} is not an execution that can be waited for`);
    // Best effort, as on AWS: whoever gives up on the task gives up on the child.
    const leave = task.lifetime.onEnd(() => {
      if (child.status !== 'RUNNING') return;
      const input = { executionArn: child.arn, cause: `${task.execution.arn} no longer waits for it` };
      const stop = { service: 'sfn', operation: 'StopExecution', input, place, principal: task.principal } as const;
      world.invoke(stop).catch((error: unknown) => {
        if (!(error instanceof AwsError)) throw error;
      });
    });
    await child.finished;
    leave();
    const description = describe(child, asJson);
    if (child.status !== 'SUCCEEDED')
      throw new StateFailure('States.TaskFailed', JSON.stringify(describe(child, false)));
    return description;
  },
});
