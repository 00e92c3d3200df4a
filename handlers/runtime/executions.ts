import { read } from '../../control-plane/model/aws-call.ts';
import { isFault } from '../../control-plane/model/faults.ts';
import { converse } from './caller.ts';
import type { Runtime } from './runtime.ts';

/** Whether an execution is still at work. One that Step Functions no longer knows is not. */
export async function isRunning(executionArn: string, runtime: Runtime): Promise<boolean> {
  try {
    const { status } = await converse(
      read(runtime.settings.home, 'sfn', 'describeExecution', { executionArn }),
      runtime.call,
    );
    return status === 'RUNNING';
  } catch (error) {
    if (isFault(error, 'Absent')) return false;
    throw error;
  }
}

export const machineArn = ({ home, account }: Runtime['settings'], name: string): string =>
  `arn:aws:states:${home}:${account}:stateMachine:landbridge-${name}`;
