import { type Command, Option } from 'commander';
import { overridable } from '../control-plane/policies/index.ts';
import { LONGEST_OVERRIDE_MINUTES } from '../handlers/runtime/permit.ts';
import { contextOf, fleetNamed } from './context.ts';
import { conclude, follow, startWorkflow } from './follow.ts';
import { wholeNumber } from './whole-number.ts';

interface Options {
  readonly fleet?: string;
  readonly because?: string;
  readonly approve?: true;
  readonly override?: string;
  readonly why?: string;
  readonly overrideMinutes?: number;
  readonly minutes?: number;
  readonly name?: string;
  readonly wait: boolean;
}

/** The options of a command that moves callers. */
export function movingOptions(command: Command, what: keyof typeof overridable): Command {
  command
    .option('--fleet <name>', 'the fleet; not needed where there is one')
    .option('--because <text>', 'why, for the journal')
    .option('--name <name>', 'name the execution: the same name again is the same execution')
    .option('--no-wait', 'start it and return');
  if (what !== 'offboard') command.option('--approve', 'approve it, where the fleet file asks for approval');
  const policies = overridable[what];
  if (policies.length === 0) return command;
  return command
    .addOption(
      new Option('--override <policy>', 'let it through over this policy, in your name; with --why').choices(policies),
    )
    .option('--why <text>', 'why the policy may be overridden')
    .addOption(
      new Option('--override-minutes <n>', 'how long the override holds')
        .argParser(wholeNumber(1, LONGEST_OVERRIDE_MINUTES))
        .default(15),
    );
}

/** Starts one of the workflows that move callers, and follows it to its end. */
export async function moveCallers(workflow: string, region: string, command: Command): Promise<void> {
  const options = command.opts<Options>();
  if (options.override !== undefined && options.why === undefined)
    command.error('error: --override needs --why: somebody will read it', { exitCode: 2 });
  // Nobody would read it.
  if (options.override === undefined && options.why !== undefined)
    command.error('error: --why is for --override; --because is for the move itself', { exitCode: 2 });
  const context = await contextOf(command);
  // Who signed the call that asked, as AWS knows them: not what they say of themselves.
  const by = context.who;
  const input = {
    fleet: await fleetNamed(options.fleet, context),
    region,
    by,
    ...(options.because !== undefined && { because: options.because }),
    ...(options.approve === true && { approve: true }),
    ...(options.minutes !== undefined && { minutes: options.minutes }),
    ...(options.override !== undefined && {
      override: { policy: options.override, by, why: options.why, minutes: options.overrideMinutes },
    }),
  };
  const executionArn = await startWorkflow(workflow, input, options.name, context);
  context.print.line(executionArn);
  if (options.wait) conclude(await follow(executionArn, context), context);
  else context.print.json({ executionArn });
}
