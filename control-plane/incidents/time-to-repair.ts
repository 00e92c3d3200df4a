import type { Incident } from './incident.ts';

/** It turned out to be a part of another, and was closed as that: it was not repaired, the other was. */
const isPart = ({ id, cause, closedAtMs = 0 }: Incident, others: readonly Incident[]): boolean =>
  others.some(
    (other) =>
      other.id !== id &&
      other.formerly?.includes(cause) === true &&
      other.openedAtMs <= closedAtMs &&
      (other.closedAtMs ?? closedAtMs) >= closedAtMs,
  );

/**
 * How long each took that is over: from the earliest moment that evidence names until what was wrong was put right; where
 * that moment is not known, until it was proven to be over.
 *
 * In   incidents, those among them that took others in; open ones and parts of others have no time
 */
export const timesToRepair = (incidents: readonly Incident[]): readonly { incident: Incident; ms: number }[] =>
  incidents.flatMap((incident) => {
    const { status, sinceMs, openedAtMs, repairedAtMs, closedAtMs } = incident;
    if (status !== 'closed' || closedAtMs === undefined || isPart(incident, incidents)) return [];
    return [{ incident, ms: Math.max(0, (repairedAtMs ?? closedAtMs) - Math.min(sinceMs ?? openedAtMs, openedAtMs)) }];
  });

/** By nearest rank: a value that occurred. Of no values there is none. */
export function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}
