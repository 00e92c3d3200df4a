import pc from 'picocolors';
import type { Incident } from '../control-plane/incidents/incident.ts';
import type { HealthState } from '../handlers/runtime/health-store.ts';

export const openOf = ({ incidents }: HealthState): readonly Incident[] =>
  incidents.filter(({ status }) => status !== 'closed');

/** Where callers are sent other than the fleet file says, and what is wrong: a line each. */
export const movedAndOpen = (health: HealthState): readonly string[] => [
  ...health.traffic.drains.map(
    ({ region, by, because }) => `${pc.yellow('evacuated')} ${region}, by ${by}: ${because}`,
  ),
  ...health.traffic.steers.map(
    ({ viewer, avoid, because }) => `${pc.yellow('steered')} callers in ${viewer} are kept off ${avoid}: ${because}`,
  ),
  ...openOf(health).map(({ id, status, says }) => `${pc.red('incident')} ${id}, ${status}: ${says}`),
];
