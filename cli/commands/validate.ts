import { Command } from 'commander';
import { readFleetFile, WITHOUT_AGENTS } from '../../operator/read-fleet-file.ts';
import { printerOf } from '../context.ts';
import { BadInput } from '../exit.ts';

export const validate = (): Command =>
  new Command('validate')
    .description('check a fleet file and everything it names; asks no AWS')
    .argument('<file>', 'the fleet file, YAML or JSON')
    .option('--account <id>', 'the account it is for', '111122223333')
    .action((file: string, { account }: { account: string }, command: Command) => {
      const print = printerOf(command);
      const found = readFleetFile(file, account, WITHOUT_AGENTS);
      if ('problems' in found) throw new BadInput(found.problems);
      const { fleet } = found;
      const members = Object.keys(fleet.members).length;
      print.line(
        `${file} is good: fleet ${fleet.name} at ${fleet.domain}, home ${fleet.home}, ${members} members declared`,
      );
      print.json(fleet);
    });
