import { Command } from 'commander';
import { contextOf, fleetNamed } from '../context.ts';
import { conclude, follow, startWorkflow } from '../follow.ts';

interface Options {
  readonly fleet?: string;
  readonly name?: string;
  readonly wait: boolean;
}

export const offboard = (): Command =>
  new Command('offboard')
    .description('take a Region out of a fleet: callers are moved first, then everything of the fleet there is removed')
    .argument('<region>')
    .option('--fleet <name>', 'the fleet; not needed where there is one')
    .option('--name <name>', 'name the execution: the same name again is the same execution')
    .option('--no-wait', 'start it and return')
    .action(async (region: string, options: Options, command: Command) => {
      const context = await contextOf(command);
      const fleet = await fleetNamed(options.fleet, context);
      const executionArn = await startWorkflow('offboard-region', { fleet, region }, options.name, context);
      context.print.line(executionArn);
      if (options.wait) conclude(await follow(executionArn, context), context);
      else context.print.json({ executionArn });
    });
