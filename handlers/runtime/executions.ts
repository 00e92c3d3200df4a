import { readOrAbsent, writeUnlessAbsent } from '../../control-plane/model/aws-call.ts';
import { isFault } from '../../control-plane/model/faults.ts';
import { converse } from './caller.ts';
import type { Run } from './fleet-state.ts';
import type { Runtime } from './runtime.ts';

/**
 * 'RUNNING', 'FAILED' ...; `undefined` for an execution that Step Functions no longer knows, or not yet, and for one of a Region
 * that was home before: nothing of it is at work for the fleet any more, and only there would anybody know it.
 *
 * Source  docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html: eventually consistent
 */
export async function statusOf(executionArn: string, runtime: Runtime): Promise<string | undefined> {
  const { home } = runtime.settings;
  if (executionArn.split(':')[3] !== home) return undefined;
  const found = await converse(readOrAbsent(home, 'sfn', 'describeExecution', { executionArn }), runtime.call);
  return found?.status;
}

/** Whether an execution is still at work. One that Step Functions no longer knows is not. */
export const isRunning = async (executionArn: string, runtime: Runtime): Promise<boolean> =>
  (await statusOf(executionArn, runtime)) === 'RUNNING';

/** Ends it where it is. What a function of it is writing at this moment it still writes, under its lease. */
export async function stop(executionArn: string, cause: string, runtime: Runtime): Promise<void> {
  const input = { executionArn, error: 'Superseded', cause };
  await converse(writeUnlessAbsent(runtime.settings.home, 'sfn', 'stopExecution', input), runtime.call);
}

export const machineArn = ({ home, account }: Runtime['settings'], name: string): string =>
  `arn:aws:states:${home}:${account}:stateMachine:landbridge-${name}`;

export const executionArnOf = ({ home, account }: Runtime['settings'], workflow: string, name: string): string =>
  `arn:aws:states:${home}:${account}:execution:landbridge-${workflow}:${name}`;

const workflowOf: Record<Run['purpose'], string> = {
  onboard: 'onboard-region',
  offboard: 'offboard-region',
  reconcile: 'reconcile',
  repair: 'repair',
  evacuate: 'evacuate-region',
  restore: 'restore-region',
  drill: 'drill',
};

/**
 * Whether a run is on the list though its execution has ended: it was stopped, or a look that Lambda had given up on put it
 * back after it was off. Nobody waits for such a one, and nothing is left to it. Of which Step Functions says nothing now is
 * at work, as far as anybody knows: it is off the list by its age before long.
 */
export async function hasEnded({ run, purpose }: Run, runtime: Runtime): Promise<boolean> {
  try {
    const status = await statusOf(executionArnOf(runtime.settings, workflowOf[purpose], run), runtime);
    return status !== undefined && status !== 'RUNNING';
  } catch (error) {
    if (isFault(error, 'Throttled') || isFault(error, 'Unavailable')) return false;
    throw error;
  }
}
