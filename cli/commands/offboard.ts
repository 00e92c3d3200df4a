import { Command } from 'commander';
import { moveCallers, overridingOptions } from '../moving.ts';

export const offboard = (): Command =>
  overridingOptions(
    new Command('offboard')
      .description(
        'take a Region out of a fleet: callers are moved first, then everything of the fleet there is removed',
      )
      .argument('<region>'),
  ).action((region: string, _options: object, command: Command) => moveCallers('offboard-region', region, command));
