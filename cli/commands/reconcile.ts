import { Command } from 'commander';
import { contextOf, fleetStateOf, scopeOf } from '../context.ts';
import { conclude, follow, startWorkflow } from '../follow.ts';

interface Options {
  readonly fleet?: string;
  readonly region?: readonly string[];
  readonly name?: string;
  readonly wait: boolean;
}

export const reconcile = (): Command =>
  new Command('reconcile')
    .description('bring a fleet, or some of its Regions, back to what is declared')
    .option('--fleet <name>', 'the fleet; not needed where there is one')
    .option('--region <region...>', 'only what concerns these; left out, the whole fleet')
    .option('--name <name>', 'name the execution: the same name again is the same execution')
    .option('--no-wait', 'start it and return')
    .action(async (options: Options, command: Command) => {
      const context = await contextOf(command);
      const state = await fleetStateOf(options.fleet, context);
      const scope = scopeOf(options.region, state);
      const input = { fleet: state.declared.fleet.name, scope };
      const executionArn = await startWorkflow('reconcile', input, options.name, context);
      context.print.line(executionArn);
      if (options.wait) conclude(await follow(executionArn, context), context);
      else context.print.json({ executionArn });
    });
