import { Command } from 'commander';
import { read } from '../../control-plane/model/aws-call.ts';
import { converse } from '../../handlers/runtime/caller.ts';
import { contextOf } from '../context.ts';
import { EXIT } from '../exit.ts';
import { type HistoryEvent, storyOf } from '../story.ts';

export const explain = (): Command =>
  new Command('explain')
    .description('tell an execution in plain words: what it looked at, did, waited for, and how it ended')
    .argument('<execution>', "the execution's ARN, as onboard and status print it, or WORKFLOW/NAME")
    .action(async (execution: string, _options: unknown, command: Command) => {
      const { runtime, print } = await contextOf(command);
      const { home, account } = runtime.settings;
      const [workflow = '', name = ''] = execution.split('/');
      const executionArn = execution.startsWith('arn:')
        ? execution
        : `arn:aws:states:${home}:${account}:execution:landbridge-${workflow}:${name}`;
      const events: HistoryEvent[] = [];
      let nextToken: string | undefined;
      do {
        const page: { events?: HistoryEvent[] | undefined; nextToken?: string | undefined } = await converse(
          read(home, 'sfn', 'getExecutionHistory', { executionArn, ...(nextToken !== undefined && { nextToken }) }),
          runtime.call,
        );
        events.push(...(page.events ?? []));
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      const story = storyOf(events);
      print.line(executionArn);
      for (const { afterMs, says } of story.lines) print.line(`${clockOf(afterMs).padStart(9)}  ${says}`);
      print.json({ executionArn, ...story });
      if (story.ended === 'failed') process.exitCode = EXIT.failed;
    });

/** '+0:35:20' */
const clockOf = (ms: number): string => {
  const seconds = Math.floor(ms / 1_000);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `+${Math.floor(seconds / 3_600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
};
