import { Command } from 'commander';
import { problem } from '../../control-plane/model/problem.ts';
import { isRegion } from '../../control-plane/model/region.ts';
import { contextOf, type GlobalOptions } from '../context.ts';
import { type MembersOptions, membersOptions, membersToDeploy } from '../deploy/members-to-deploy.ts';
import { diagnosis, memberDiagnosis } from '../doctor/diagnosis.ts';
import { type Finding, problemsIn } from '../doctor/finding.ts';
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
      const findings =
        options.memberAccount === undefined ? await diagnosis(command, options) : await ofMembers(command, options);
      printFindings(findings, print);
      print.json({ findings, problems: problemsIn(findings).length });
      if (problemsIn(findings).length > 0) process.exitCode = EXIT.failed;
    });

async function ofMembers(command: Command, options: Options): Promise<readonly Finding[]> {
  const { runtime } = await contextOf(command);
  const where = { standby: options.standby, signedInTo: runtime.settings.account };
  const members = membersToDeploy(command, options, where);
  return members === undefined ? [] : memberDiagnosis(command, members, options);
}
