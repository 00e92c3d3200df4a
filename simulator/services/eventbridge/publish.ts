import type { Place } from '../../service.ts';
import type { World } from '../../world.ts';
import { route, rulesFor } from './deliver.ts';
import { eventbridgeHome } from './state.ts';

/** An event that AWS itself sends. `detail` is made only where a rule may want it. */
export interface Announcement {
  readonly source: string;
  readonly detailType: string;
  readonly resources?: readonly string[];
  readonly detail: () => Readonly<Record<string, unknown>>;
  readonly atMs?: number;
}

/** Whether any rule of a place's default bus may want such an event: cheap, to be asked before the event is made. */
export function isWanted(
  world: World,
  place: Place,
  { source, detailType, onlyReads = false }: { source: string; detailType: string; onlyReads?: boolean },
): boolean {
  const bus = world.look(eventbridgeHome, place).buses.get('default');
  return bus !== undefined && rulesFor(bus, source, detailType, onlyReads).length > 0;
}

/** Puts an event of AWS's own on a bus. */
export function publish(world: World, place: Place, busName: string, announcement: Announcement): void {
  const state = world.look(eventbridgeHome, place);
  const bus = state.buses.get(busName);
  const { source, detailType, resources = [], detail, atMs = world.clock.nowMs() } = announcement;
  if (bus === undefined || rulesFor(bus, source, detailType).length === 0) return;
  route(world, place, bus, {
    version: '0',
    id: state.random.uuid(),
    'detail-type': detailType,
    source,
    account: place.account,
    // The envelope's time has whole seconds.
    time: new Date(Math.floor(atMs / 1_000) * 1_000).toISOString().replace('.000Z', 'Z'),
    region: place.region,
    resources,
    detail: detail(),
  });
}
