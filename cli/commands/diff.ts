import { Command } from 'commander';
import { contextOf, reachOf } from '../context.ts';
import { diffWith } from '../deploy/diff.ts';
import { type AccountsOptions, accountsOption, memberAccounts } from '../deploy/member-accounts.ts';
import { inProcess } from '../deploy/runner.ts';
import { stackOf, tableIs, takenOverFrom } from '../deploy/state-table.ts';
import { refuseStandIn, type WhereOptions, whereaboutsOf } from '../deploy/whereabouts.ts';

export const diff = (): Command =>
  new Command('diff')
    .description('compare what is deployed with what landbridge deploy would; exit 1 if something differs')
    .option('--fleet-file <file>', 'home and standby are taken from it')
    .option('--standby <region>', 'where there is no file: the standby Region, or none')
    .addOption(accountsOption())
    .action(async (options: WhereOptions & AccountsOptions, command: Command) => {
      refuseStandIn(command);
      const { runtime, print } = await contextOf(command);
      const { account } = runtime.settings;
      const where = whereaboutsOf(command, options, account);
      const table = await tableIs(where.home, runtime.call, stackOf(reachOf(command).environment));
      const there = { ...runtime, settings: { ...runtime.settings, home: where.home } };
      const from = await takenOverFrom(there);
      const accounts = await memberAccounts(options, there);
      const deployment = { account, ...where, table, takenOverFrom: from, memberAccounts: accounts };
      process.exitCode = await diffWith(deployment, inProcess, print);
    });
