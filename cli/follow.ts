import { setTimeout as pause } from 'node:timers/promises';
import { read, write } from '../control-plane/model/aws-call.ts';
import { Fault, isFault } from '../control-plane/model/faults.ts';
import { plain } from '../control-plane/model/plain-text.ts';
import { problem } from '../control-plane/model/problem.ts';
import { converse } from '../handlers/runtime/caller.ts';
import { machineArn } from '../handlers/runtime/executions.ts';
import type { Context } from './context.ts';
import { BadInput } from './exit.ts';
import { Progress } from './progress.ts';

export interface Ended {
  readonly executionArn: string;
  readonly status: string;
  readonly output?: Readonly<Record<string, unknown>>;
  readonly error?: string;
  readonly cause?: string;
}

const LOOK_EVERY_MS = 500;

/** Narrower than Step Functions' own rule: these show everywhere, in logs, consoles and ARNs, as they are. */
const NAME = /^[A-Za-z0-9._-]{1,80}$/;

/**
 * Starts a workflow; the same name and input again is the same execution.
 *
 * Faults  BadInput where the name cannot be one, or is that of an execution with other input
 * Source  docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html (name)
 */
export async function startWorkflow(
  workflow: string,
  input: object,
  name: string | undefined,
  { runtime }: Context,
): Promise<string> {
  if (name !== undefined && !NAME.test(name))
    throw new BadInput([
      problem('--name', `"${name}" cannot name an execution`, 'use letters, digits and . _ -, 80 at most'),
    ]);
  const { executionArn = '' } = await converse(
    write(runtime.settings.home, 'sfn', 'startExecution', {
      stateMachineArn: machineArn(runtime.settings, workflow),
      input: JSON.stringify(input),
      ...(name !== undefined && { name }),
    }),
    runtime.call,
  ).catch((error: unknown): never => {
    if (name === undefined || !isFault(error, 'Conflict')) throw error;
    throw new BadInput([
      problem(
        '--name',
        `${name} is the name of an execution that was asked for something else`,
        `choose another; landbridge explain ${workflow}/${name} tells what that one did`,
      ),
    ]);
  });
  return executionArn;
}

/** Waits for an execution to end, and says on the way what it is doing. */
export async function follow(executionArn: string, { runtime, print }: Context): Promise<Ended> {
  const { home } = runtime.settings;
  const progress = new Progress();
  for (;;) {
    const found = await converse(read(home, 'sfn', 'describeExecution', { executionArn }), runtime.call);
    const { events = [] } = await converse(
      read(home, 'sfn', 'getExecutionHistory', { executionArn, reverseOrder: true, maxResults: 20 }),
      runtime.call,
    );
    const line = progress.lineOf(events, found.startDate?.getTime() ?? 0);
    if (line !== undefined) print.progress(`  ${line}`);
    if (found.status !== 'RUNNING')
      return {
        executionArn,
        status: found.status ?? '',
        ...(found.output !== undefined && { output: JSON.parse(found.output) as Record<string, unknown> }),
        ...(found.error !== undefined && { error: found.error }),
        ...(found.cause !== undefined && { cause: found.cause }),
      };
    await pause(LOOK_EVERY_MS);
  }
}

/** Prints how it ended. Rejects where it failed: with its own words, and as bad input where it refused. */
export function conclude(ended: Ended, { print }: Context): void {
  if (ended.status === 'SUCCEEDED') {
    const { outcome, says, seconds, rounds, reads, writes } = ended.output ?? {};
    print.line(
      `${String(outcome)}: ${String(says)} (${String(seconds)} s, ${String(rounds)} rounds, ${String(reads)} reads, ${String(writes)} writes)`,
    );
    print.line(`  landbridge explain ${ended.executionArn} tells how`);
    print.json(ended);
    return;
  }
  print.json(ended);
  const fault = ended.error === 'Fault.Rejected' ? 'Rejected' : 'Conflict';
  throw new Fault(
    fault,
    `${plain(ended.cause ?? ended.status)}\n      landbridge explain ${ended.executionArn} tells how it came to this`,
  );
}
