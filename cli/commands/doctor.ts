import { Command } from 'commander';
import { type GlobalOptions } from '../context.ts';
import { diagnosis } from '../doctor/diagnosis.ts';
import { problemsIn } from '../doctor/finding.ts';
import { printFindings } from '../doctor/print-findings.ts';
import { EXIT } from '../exit.ts';
import { printer } from '../print.ts';

interface Options extends GlobalOptions {
  readonly fleetFile?: string;
  readonly fleet?: string;
  readonly joining?: string[];
  readonly json?: true;
}

export const doctor = (): Command =>
  new Command('doctor')
    .description('look at what a deployment and a join depend on, and change nothing; exit 1 if there is a problem')
    .option('--fleet-file <file>', 'before there is a deployment: the fleet that is to be')
    .option('--fleet <name>', 'the fleet in force; not needed where there is one')
    .option('--joining <regions...>', 'Regions about to be joined, as serving, beside those of the fleet file')
    .option('--json', 'short for --output json')
    .action(async (options: Options, command: Command) => {
      const { output, json } = command.optsWithGlobals<Options>();
      const print = printer(json === true || output === 'json');
      const findings = await diagnosis(command, options);
      printFindings(findings, print);
      print.json({ findings, problems: problemsIn(findings).length });
      if (problemsIn(findings).length > 0) process.exitCode = EXIT.failed;
    });
