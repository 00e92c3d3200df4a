import { Command } from 'commander';
import { ArtefactStore } from '../../handlers/runtime/artefact-store.ts';
import { FleetStore } from '../../handlers/runtime/fleet-store.ts';
import { readFleetFile } from '../../local/read-fleet-file.ts';
import { agentsFor } from '../agents-for.ts';
import { contextOf, reachOf } from '../context.ts';
import { BadInput } from '../exit.ts';

export const put = (): Command =>
  new Command('put')
    .description('put a fleet file in force; the next sweep brings the fleet to it')
    .argument('<file>', 'the fleet file, YAML or JSON')
    .action(async (file: string, _options: unknown, command: Command) => {
      const { runtime, print } = await contextOf(command);
      const found = readFleetFile(file, runtime.settings.account, await agentsFor(reachOf(command).environment));
      if ('problems' in found) throw new BadInput(found.problems);
      for (const [codeSha256, zip] of found.artefacts) await new ArtefactStore(runtime).put(codeSha256, zip);
      await new FleetStore(runtime).put(found.fleet);
      print.line(`${found.fleet.name} is in force. Join its first Region: landbridge onboard ${found.fleet.home}`);
      print.json({ fleet: found.fleet.name });
    });
