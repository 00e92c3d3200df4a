import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { METRICS_NAMESPACE } from '../../control-plane/model/agents.ts';
import type { Region } from '../../control-plane/model/region.ts';

type Unit = (typeof MetricUnit)[keyof typeof MetricUnit];

/** What one member's minute came to. What is not known is left out, and CloudWatch calls it missing. */
export interface MemberMetrics {
  /** Percent of the rounds in which its own replica was well; of a client, the fleet's name. */
  readonly availability?: number | undefined;
  /** Of each good one of these. */
  readonly latenciesMs: readonly number[];
  /** Percent of the rounds in which the replica behind its worst link was well. */
  readonly worstLink?: number | undefined;
}

/** Powertools warns, by the machine's clock, of time stamps that CloudWatch would drop; ours are of the runtime's. */
const silent = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };
function ignore(): void {}

/** Metrics of these dimensions and this moment, to be added to. */
export function metricsOf(dimensions: Readonly<Record<string, string>>, atMs: number): Metrics {
  const metrics = new Metrics({ namespace: METRICS_NAMESPACE, logger: silent });
  // Powertools has a dimension of its own there: a service.
  metrics.clearDefaultDimensions();
  metrics.addDimensions(dimensions);
  metrics.setTimestamp(Math.round(atMs));
  return metrics;
}

/**
 * One line in CloudWatch's embedded metric format, to be printed: no call, no permission, and nothing to wait for.
 *
 * Bounds  three metrics, $0.30 a month each, of two dimensions, fleet and member, a minute and member
 * Source  docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricsLine(
  { fleet, member, atMs }: { readonly fleet: string; readonly member: Region; readonly atMs: number },
  { availability, latenciesMs, worstLink }: MemberMetrics,
): string {
  const metrics = reusedFor(fleet, member, atMs);
  const add = (name: string, unit: Unit, ...values: readonly (number | undefined)[]): void => {
    for (const value of values) if (value !== undefined) metrics.addMetric(name, unit, value);
  };
  add('Availability', MetricUnit.Percent, availability);
  add('Latency', MetricUnit.Milliseconds, ...latenciesMs);
  add('WorstLink', MetricUnit.Percent, worstLink);
  const line = JSON.stringify(metrics.serializeMetrics());
  metrics.clearMetrics();
  return line;
}

const reused = new Map<string, Metrics>();
const MOST_REUSED = 100;

/** Powertools' object is made once for each member: it reads the environment and opens a console of its own. */
function reusedFor(fleet: string, member: Region, atMs: number): Metrics {
  const name = `${fleet} ${member}`;
  let metrics = reused.get(name);
  if (metrics === undefined) {
    if (reused.size >= MOST_REUSED) reused.clear();
    reused.set(name, (metrics = metricsOf({ fleet, member }, atMs)));
  }
  metrics.setTimestamp(Math.round(atMs));
  return metrics;
}
