import { Command, InvalidArgumentError, Option } from 'commander';
import pc from 'picocolors';
import type { Incident } from '../../control-plane/incidents/incident.ts';
import { storyOf } from '../../control-plane/incidents/story.ts';
import { Fault } from '../../control-plane/model/faults.ts';
import { HealthStore } from '../../handlers/runtime/health-store.ts';
import { contextOf, fleetNamed } from '../context.ts';
import { duration, instant } from '../print.ts';

const SHOWN = 20;
/** Of incidents that a beginning fits. */
const MOST_NAMED = 5;

function countOf(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('a whole number from 1 is needed');
  return Number(text);
}

const list = (): Command =>
  new Command('list')
    .description('open incidents and those of late, newest first')
    .option('--fleet <name>', 'the fleet; not needed where there is one')
    .addOption(new Option('--limit <n>', 'how many').argParser(countOf).default(SHOWN))
    .action(async (options: { fleet?: string; limit: number }, command: Command) => {
      const context = await contextOf(command);
      const fleet = await fleetNamed(options.fleet, context);
      const incidents = await new HealthStore(context.runtime).incidents(fleet, options.limit);
      if (incidents.length === 0) context.print.line('no incidents');
      else
        context.print.table(
          ['incident', 'status', 'opened', 'lasted', 'first signal', 'what'],
          incidents.map(({ id, status, openedAtMs, closedAtMs, openedBy, says }) => [
            id,
            status === 'closed' ? pc.green(status) : pc.red(status),
            instant(openedAtMs),
            closedAtMs === undefined ? 'open' : duration(closedAtMs - openedAtMs),
            openedBy,
            says,
          ]),
        );
      context.print.json({ fleet, incidents });
    });

/** By its id, or the beginning of it where no other begins so. */
export function incidentNamed(wanted: string, all: readonly Incident[]): Incident | undefined {
  const [first, ...others] = all.filter(({ id }) => id.startsWith(wanted));
  if (first === undefined || others.length === 0) return first;
  const exact = all.find(({ id }) => id === wanted);
  if (exact !== undefined) return exact;
  const some = [first, ...others].slice(0, MOST_NAMED).map(({ id }) => id);
  const more = others.length + 1 - some.length;
  throw new Fault(
    'Rejected',
    `${others.length + 1} incidents begin with ${wanted}: ${some.join(', ')}${more > 0 ? ` and ${more} more` : ''}; give more of the one that is meant`,
  );
}

const show = (): Command =>
  new Command('show')
    .description('the story of one incident: what was seen, decided and done, in order')
    .argument('[incident]', 'its id, or the beginning of it; left out, the newest')
    .option('--fleet <name>', 'the fleet; not needed where there is one')
    .action(async (wanted: string | undefined, options: { fleet?: string }, command: Command) => {
      const context = await contextOf(command);
      const fleet = await fleetNamed(options.fleet, context);
      const store = new HealthStore(context.runtime);
      const incidents = await store.incidents(fleet, Number.POSITIVE_INFINITY);
      const incident = wanted === undefined ? incidents[0] : incidentNamed(wanted, incidents);
      if (incident === undefined)
        throw new Fault(
          'Rejected',
          wanted === undefined
            ? `there is no incident of ${fleet}`
            : `there is no incident ${wanted} of ${fleet}; landbridge incidents list tells what there is`,
        );
      const timeline = await store.timeline(fleet, incident.id);
      for (const line of storyOf(incident, timeline)) context.print.line(line);
      context.print.json({ fleet, incident, timeline });
    });

export const incidents = (): Command =>
  new Command('incidents')
    .description('what went wrong, what was done about it, and what came of it')
    .addCommand(list(), { isDefault: true })
    .addCommand(show());
