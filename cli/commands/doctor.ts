import { Command } from 'commander';
import { problem } from '../../control-plane/model/problem.ts';
import { isRegion } from '../../control-plane/model/region.ts';
import type { MembersDeployed } from '../../permissions/member-roles.ts';
import { contextOf, type GlobalOptions } from '../context.ts';
import { type MembersOptions, membersOptions, membersToDeploy } from '../deploy/members-to-deploy.ts';
import { diagnosis, memberDiagnosis } from '../doctor/diagnosis.ts';
import { problemsIn } from '../doctor/finding.ts';
import { printFindings } from '../doctor/print-findings.ts';
import { BadInput, EXIT } from '../exit.ts';
import { printer } from '../print.ts';

interface Options extends GlobalOptions, MembersOptions {
  readonly standby?: string;
  readonly fleetFile?: string;
  readonly fleet?: string;
  readonly joining?: string[];
  readonly json?: true;
}

export const doctor = (): Command =>
  membersOptions(new Command('doctor'))
    .description('look at what a deployment and a join depend on, and change nothing; exit 1 if there is a problem')
    .option(
      '--fleet-file <file>',
      'before there is a deployment: the fleet that is to be; with --member-account: whose members it is to have',
    )
    .option('--fleet <name>', 'the fleet in force; not needed where there is one')
    .option('--joining <regions...>', 'Regions about to be joined, as serving, beside those of the fleet file')
    .option('--standby <region>', 'with --member-account: the standby Region, or none')
    .option('--json', 'short for --output json')
    .action(async (options: Options, command: Command) => {
      const { output, json } = command.optsWithGlobals<Options>();
      const print = printer(json === true || output === 'json');
      const strange = (options.joining ?? []).filter((region) => !isRegion(region));
      if (strange.length > 0)
        throw new BadInput(
          strange.map((region) => problem('--joining', `${region} is not an AWS Region`, 'correct its spelling')),
        );
      const members = await membersMeant(command, options);
      const findings =
        members === undefined ? await diagnosis(command, options) : await memberDiagnosis(command, members, options);
      printFindings(findings, print);
      print.json({ findings, problems: problemsIn(findings).length });
      if (problemsIn(findings).length > 0) process.exitCode = EXIT.failed;
    });

/** Whoever is signed in nowhere is told so by the diagnosis: only where an account's roles are meant is it asked here. */
async function membersMeant(command: Command, options: Options): Promise<MembersDeployed | undefined> {
  const isMeant = options.memberAccount !== undefined;
  const signedInTo = isMeant ? (await contextOf(command)).runtime.settings.account : '';
  return membersToDeploy(command, options, { standby: options.standby, signedInTo });
}
