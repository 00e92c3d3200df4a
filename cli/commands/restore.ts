import { Command } from 'commander';
import { moveCallers, movingOptions } from '../moving.ts';

export const restore = (): Command =>
  movingOptions(
    new Command('restore')
      .description('let callers back to an evacuated member: its own first, then view by view, each step proven')
      .argument('<region>'),
    'restore',
  ).action((region: string, _options: object, command: Command) => moveCallers('restore-region', region, command));
