import { Command, Option } from 'commander';
import { moveCallers, movingOptions } from '../moving.ts';

export const drill = (): Command =>
  movingOptions(
    new Command('drill')
      .description('rehearse the loss of a member: evacuate it, keep it out for a while, restore it, and measure')
      .argument('<region>')
      .addOption(new Option('--minutes <n>', 'how long it stays out').default('5')),
  ).action((region: string, _options: object, command: Command) => moveCallers('drill', region, command));
