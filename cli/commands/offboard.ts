import { Command } from 'commander';
import { moveCallers, movingOptions } from '../moving.ts';

export const offboard = (): Command =>
  movingOptions(
    new Command('offboard')
      .description(
        'take a Region out of a fleet: callers are moved first, then everything of the fleet there is removed',
      )
      .argument('<region>'),
    'offboard',
  ).action((region: string, _options: object, command: Command) => moveCallers('offboard-region', region, command));
