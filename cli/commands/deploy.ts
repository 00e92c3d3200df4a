import { setTimeout as pause } from 'node:timers/promises';
import { Command, Option } from 'commander';
import { contextOf, reachOf } from '../context.ts';
import { deployWith } from '../deploy/deploy.ts';
import { deployMembersWith } from '../deploy/deploy-members.ts';
import { type AccountsOptions, accountsOption, memberAccounts } from '../deploy/member-accounts.ts';
import { type MembersOptions, membersOptions, membersToDeploy } from '../deploy/members-to-deploy.ts';
import { inProcess } from '../deploy/runner.ts';
import { judgeStandby } from '../deploy/standby.ts';
import { stackOf, tableIs, takenOverFrom } from '../deploy/state-table.ts';
import { refuseStandIn, type WhereOptions, whereaboutsOf } from '../deploy/whereabouts.ts';
import { diagnosis, memberDiagnosis } from '../doctor/diagnosis.ts';
import { doctorCaller } from '../doctor/doctor-caller.ts';

interface Options extends WhereOptions, MembersOptions, AccountsOptions {
  readonly fleetFile?: string;
  readonly force?: string;
  readonly requireApproval: string;
}

export const deploy = (): Command =>
  membersOptions(new Command('deploy'))
    .description('put Landbridge on AWS, or bring what is there up to date: a doctor looks first, then CDK deploys')
    .addOption(
      new Option('--fleet-file <file>', 'the fleet that is to be: home and standby are taken from it').conflicts(
        'memberAccount',
      ),
    )
    .option('--standby <region>', 'where there is no file yet: the standby Region, or none')
    .addOption(accountsOption())
    .addOption(
      new Option('--require-approval <when>', 'what CDK asks about before it changes it')
        .choices(['never', 'any-change', 'broadening'])
        .default('broadening'),
    )
    .option('--force <why>', 'go on over problems that would stop it; the reason is printed')
    .action(async (options: Options, command: Command) => {
      refuseStandIn(command);
      const { runtime, print } = await contextOf(command);
      const { account } = runtime.settings;
      const { standby } = options;
      const members = membersToDeploy(command, options, { standby, signedInTo: account });
      if (members !== undefined) {
        const found = await memberDiagnosis(command, members);
        process.exitCode = await deployMembersWith(members, options, found, inProcess, print);
        return;
      }
      const where = whereaboutsOf(command, options, account);
      const { environment } = reachOf(command);
      const findings = await diagnosis(command, { fleetFile: options.fleetFile, deployment: where });
      const call = doctorCaller(environment, (ms) => pause(ms));
      const ownerOf = stackOf(environment);
      const table = await tableIs(where.home, call, ownerOf);
      const there = { ...runtime, settings: { ...runtime.settings, home: where.home } };
      const from = await takenOverFrom(there);
      const { fleet, home, standby: asked } = where;
      const ofStandby = await judgeStandby({ home, standby: asked, table }, fleet, there, ownerOf);
      process.exitCode = await deployWith(
        {
          account,
          home,
          standby: asked,
          table,
          takenOverFrom: from,
          memberAccounts: await memberAccounts(options, there),
        },
        options,
        [...findings, ...ofStandby],
        inProcess,
        print,
      );
    });
