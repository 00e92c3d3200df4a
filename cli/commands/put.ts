import { Command } from 'commander';
import type { Fleet } from '../../control-plane/model/fleet.ts';
import type { FleetChanges } from '../../control-plane/model/fleet-changes.ts';
import { putFleet } from '../../operator/put-fleet.ts';
import { readFleetFile } from '../../operator/read-fleet-file.ts';
import { agentsFor } from '../agents-for.ts';
import { contextOf, reachOf } from '../context.ts';
import { BadInput } from '../exit.ts';

interface Options {
  readonly leaveRoles?: true;
}

export const put = (): Command =>
  new Command('put')
    .description("put a fleet file in force, and make the fleet's two roles; the next sweep brings the fleet to it")
    .argument('<file>', 'the fleet file, YAML or JSON')
    .option('--leave-roles', 'the roles are somebody else’s to make: they are not looked at')
    .action(async (file: string, { leaveRoles }: Options, command: Command) => {
      const { runtime, print, who } = await contextOf(command);
      const found = readFleetFile(file, runtime.settings.account, await agentsFor(reachOf(command).environment));
      if ('problems' in found) throw new BadInput(found.problems);
      const { fleet, artefacts } = found;
      const outcome = await putFleet({ fleet, artefacts, by: who, leavesRoles: leaveRoles === true }, runtime);
      if ('refused' in outcome) throw new BadInput(outcome.refused);
      const { roles, changes } = outcome;
      for (const { name, did } of roles)
        print.line(`role ${name}: ${did === 'theirs' ? 'not made by Landbridge, and left alone' : did}`);
      for (const line of [...changes.differs, ...changes.later]) print.line(line);
      print.line(`${fleet.name} is in force. ${whatNext(fleet, changes)}`);
      print.json({ fleet: fleet.name, roles: roles.map(({ name, did }) => ({ name, did })), ...changes });
    });

/** What comes of it by itself, and what is left to do. */
function whatNext({ home, members }: Fleet, { differs, members: joined, toJoin }: FleetChanges): string {
  if (joined.length === 0) {
    const role = members[home] === undefined ? ' --role serving' : '';
    return `Join its first Region: landbridge onboard ${home}${role}`;
  }
  const comes =
    differs.length === 0
      ? 'Nothing differs from what was in force.'
      : 'The next sweeps bring its members to it, one by one; what is left to do is told by landbridge plan.';
  if (toJoin.length === 0) return comes;
  return `${comes} Named and not joined: ${toJoin.join(', ')}; landbridge onboard ${toJoin[0]}`;
}
