import { Command, Option } from 'commander';
import { LONGEST_DRILL_MINUTES } from '../../handlers/begin-drill.ts';
import { moveCallers, movingOptions } from '../moving.ts';
import { wholeNumber } from '../whole-number.ts';

export const drill = (): Command =>
  movingOptions(
    new Command('drill')
      .description('rehearse the loss of a member: evacuate it, keep it out for a while, restore it, and measure')
      .argument('<region>')
      .addOption(
        new Option('--minutes <n>', 'how long it stays out')
          .argParser(wholeNumber(1, LONGEST_DRILL_MINUTES))
          .default(5),
      ),
    'drill',
  ).action((region: string, _options: object, command: Command) => moveCallers('drill', region, command));
