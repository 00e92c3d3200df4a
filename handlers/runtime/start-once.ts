import { write } from '../../control-plane/model/aws-call.ts';
import { isFault } from '../../control-plane/model/faults.ts';
import { converse } from './caller.ts';
import { machineArn } from './executions.ts';
import type { Runtime } from './runtime.ts';

/** A burst of events about one thing ends in two runs: one at once, and one after this window, for what came meanwhile. */
const FOLD_WITHIN_MS = 10_000;

/**
 * Starts a run that looks no earlier than now; answers whether it did. Step Functions refuses a name twice, so the names do
 * the folding: the run of this window may have looked before this event; the next window's has not, for it waits until
 * that begins.
 */
export async function startOnce(workflow: string, name: string, input: object, runtime: Runtime): Promise<boolean> {
  const window = Math.floor(runtime.nowMs() / FOLD_WITHIN_MS);
  const notBefore = new Date((window + 1) * FOLD_WITHIN_MS).toISOString();
  return (
    (await isStarted(workflow, `${name}-${window}`, input, runtime)) ||
    (await isStarted(workflow, `${name}-${window + 1}`, { ...input, notBefore }, runtime))
  );
}

async function isStarted(workflow: string, name: string, input: object, { settings, call }: Runtime): Promise<boolean> {
  const stateMachineArn = machineArn(settings, workflow);
  try {
    await converse(
      write(settings.home, 'sfn', 'startExecution', { stateMachineArn, name, input: JSON.stringify(input) }),
      call,
    );
    return true;
  } catch (error) {
    if (isFault(error, 'Conflict')) return false;
    throw error;
  }
}
