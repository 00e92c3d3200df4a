import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { causeKind } from '../../control-plane/health/finding.ts';
import type { Incident } from '../../control-plane/incidents/incident.ts';
import { timesToRepair } from '../../control-plane/incidents/time-to-repair.ts';
import { metricsOf } from './metrics.ts';

/**
 * Lines in CloudWatch's embedded metric format: incidents that were opened and closed, and how long they took.
 *
 * In      `ended`: closed by whoever asks, and by nobody else: each closing counts once; `touched`: all that changed at the
 *         same time, for those that took others in are among it
 * Bounds  three metrics of two dimensions, fleet and cause kind (7 of those); each costs only in hours in which it happens
 */
export function incidentLines(
  { fleet, atMs }: { readonly fleet: string; readonly atMs: number },
  { opened, ended, touched }: Readonly<Record<'opened' | 'ended' | 'touched', readonly Incident[]>>,
): readonly string[] {
  const times = new Map(timesToRepair(touched).map(({ incident, ms }) => [incident.id, ms]));
  const closed = ended.filter(({ id }) => times.has(id));
  const kinds = new Set([...opened, ...closed].map(({ cause }) => causeKind(cause)));
  return [...kinds].map((cause) => {
    const metrics = metricsOf({ fleet, cause }, atMs);
    const isOfKind = (incident: Incident): boolean => causeKind(incident.cause) === cause;
    const [began, over] = [opened.filter(isOfKind), closed.filter(isOfKind)];
    if (began.length > 0) metrics.addMetric('IncidentsOpened', MetricUnit.Count, began.length);
    if (over.length > 0) metrics.addMetric('IncidentsClosed', MetricUnit.Count, over.length);
    for (const { id } of over) metrics.addMetric('TimeToRepair', MetricUnit.Seconds, (times.get(id) ?? 0) / 1_000);
    return JSON.stringify(metrics.serializeMetrics());
  });
}
