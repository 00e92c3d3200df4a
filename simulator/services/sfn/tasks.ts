import type { SFN } from '@aws-sdk/client-sfn';
import { AwsError } from '../../aws-error.ts';
import type { WaitingTask } from '../../engine/states/engine.ts';
import { parseJson } from '../../engine/states/json.ts';
import type { Operations } from '../../service.ts';
import type { SfnState } from './state.ts';

function waiting(state: SfnState, token: string | undefined): WaitingTask {
  const found = state.engine.waitingTasks.get(token ?? '');
  // A token that was answered, timed out, or never was: AWS does not tell them apart once the task is gone.
  if (found === undefined) throw new AwsError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
  return found;
}

export const taskOperations: Operations<SFN, SfnState> = {
  SendTaskSuccess(input, { state }) {
    const output = input.output ?? '';
    if (parseJson(output) === undefined) throw new AwsError('InvalidOutput', `Invalid Output: '${output}' is not JSON`);
    const task = waiting(state, input.taskToken);
    state.engine.waitingTasks.delete(input.taskToken ?? '');
    task.succeed(output);
    return {};
  },

  SendTaskFailure(input, { state }) {
    const task = waiting(state, input.taskToken);
    state.engine.waitingTasks.delete(input.taskToken ?? '');
    task.fail(input.error ?? '', input.cause);
    return {};
  },

  SendTaskHeartbeat(input, { state }) {
    waiting(state, input.taskToken).heartbeat();
    return {};
  },
};
