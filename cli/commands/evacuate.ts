import { Command } from 'commander';
import { moveCallers, movingOptions } from '../moving.ts';

export const evacuate = (): Command =>
  movingOptions(
    new Command('evacuate')
      .description('move every caller off a member, by its health bit: no DNS is changed, and nothing of it is removed')
      .argument('<region>'),
    'evacuate',
  ).action((region: string, _options: object, command: Command) => moveCallers('evacuate-region', region, command));
