import { Command } from 'commander';
import { problem } from '../../control-plane/model/problem.ts';
import { FleetStore } from '../../handlers/runtime/fleet-store.ts';
import type { Runtime } from '../../handlers/runtime/runtime.ts';
import { contextOf, reachOf } from '../context.ts';
import { destroyWith, type Standing } from '../deploy/destroy.ts';
import { inProcess } from '../deploy/runner.ts';
import { otherStandbys } from '../deploy/standby.ts';
import { stackOf, tableIs, takenOverFrom, unlessAbsent } from '../deploy/state-table.ts';
import { refuseStandIn, type WhereOptions, whereaboutsOf } from '../deploy/whereabouts.ts';
import { BadInput } from '../exit.ts';
import { question } from '../question.ts';

interface Options extends WhereOptions {
  readonly yes?: true;
}

export const destroy = (): Command =>
  new Command('destroy')
    .description('take Landbridge off AWS; refused while a fleet has members')
    .option('--fleet-file <file>', 'home and standby are taken from it')
    .option('--standby <region>', 'where there is no file: the standby Region, or none')
    .option('--yes', 'do not ask for the name of the deployment')
    .action(async (options: Options, command: Command) => {
      refuseStandIn(command);
      const { runtime, print } = await contextOf(command);
      const { account } = runtime.settings;
      const where = whereaboutsOf(command, options, account);
      const there: Runtime = { ...runtime, settings: { ...runtime.settings, home: where.home } };
      const standing = await standingFleets(there);
      const others = await otherStandbys(where, there);
      if (others.length > 0)
        throw new BadInput(
          others.map(({ fleet, standby }) =>
            problem(
              '--standby',
              `is ${where.standby ?? 'none'}, and ${fleet}, which is in force, has ${standby}: what stands ready there would be left behind`,
              `name ${standby}, or put a file of ${fleet} that says otherwise first`,
            ),
          ),
        );
      const table = await tableIs(where.home, runtime.call, stackOf(reachOf(command).environment));
      const asking = { isSure: options.yes === true, ask: question(), standingBy: () => standingFleets(there) };
      const from = await takenOverFrom(there);
      // What roles say of accounts goes with them.
      const deployment = { account, ...where, table, takenOverFrom: from, memberAccounts: [] };
      process.exitCode = await destroyWith(deployment, standing, asking, inProcess, print);
    });

/** Every fleet in force, with its members: whoever is on the way in or out among them. */
export async function standingFleets(runtime: Runtime): Promise<readonly Standing[]> {
  const store = new FleetStore(runtime);
  const fleets = (await unlessAbsent(store.fleets())) ?? [];
  return Promise.all(
    fleets.map(async (fleet) => ({ fleet, regions: (await store.load(fleet)).members.map(({ region }) => region) })),
  );
}
