import { Command } from 'commander';
import { contextOf } from '../context.ts';
import { executionNamed } from '../execution-named.ts';
import { EXIT } from '../exit.ts';
import { sinceStart } from '../print.ts';
import { storyOfRun } from '../story-of-run.ts';

export const explain = (): Command =>
  new Command('explain')
    .description(
      'tell an execution in plain words: what it looked at, did and could not do, waited for, and how it ended; exit 1 if it failed',
    )
    .argument('<execution>', 'its name, as status prints it; or WORKFLOW/NAME; or its ARN, as onboard prints it')
    .action(async (execution: string, _options: unknown, command: Command) => {
      const { runtime, print } = await contextOf(command);
      const executionArn = await executionNamed(execution, runtime);
      const story = await storyOfRun(executionArn, runtime);
      print.line(executionArn);
      for (const { afterMs, says } of story.lines) print.line(`${sinceStart(afterMs).padStart(9)}  ${says}`);
      print.json({ executionArn, ...story });
      if (story.ended === 'failed') process.exitCode = EXIT.failed;
    });
