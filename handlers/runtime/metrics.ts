import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { METRICS_NAMESPACE } from '../../control-plane/model/agents.ts';
import type { Region } from '../../control-plane/model/region.ts';

type Unit = (typeof MetricUnit)[keyof typeof MetricUnit];

/** What one member's minute came to. What is not known is left out, and CloudWatch calls it missing. */
export interface MemberMetrics {
  /** Percent of the probes that were well. */
  readonly availability?: number | undefined;
  /** Of each good round: to its own replica, or by name where it has none. */
  readonly latenciesMs: readonly number[];
  /** 1: every link is well; 0: one is sick. */
  readonly worstLink?: 0 | 1 | undefined;
  /** 1: its own replica is well; 0: it is sick. A client has none. */
  readonly replicaHealthy?: 0 | 1 | undefined;
  /** 1: its prober answers; 0: it could not be asked once in this minute. */
  readonly proberHealthy: 0 | 1;
}

/** Powertools warns, by the machine's clock, of time stamps that CloudWatch would drop; ours are of the runtime's. */
const silent = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };
function ignore(): void {}

/**
 * One line in CloudWatch's embedded metric format, to be printed: no call, no permission, and nothing to wait for.
 *
 * Bounds  five metrics of two dimensions, fleet and member, a minute and member
 * Source  docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricsLine(
  { fleet, member, atMs }: { readonly fleet: string; readonly member: Region; readonly atMs: number },
  { availability, latenciesMs, worstLink, replicaHealthy, proberHealthy }: MemberMetrics,
): string {
  const metrics = new Metrics({ namespace: METRICS_NAMESPACE, logger: silent });
  // Powertools has a dimension of its own there: a service.
  metrics.clearDefaultDimensions();
  metrics.addDimensions({ fleet, member });
  metrics.setTimestamp(Math.round(atMs));
  const add = (name: string, unit: Unit, ...values: readonly (number | undefined)[]): void => {
    for (const value of values) if (value !== undefined) metrics.addMetric(name, unit, value);
  };
  add('Availability', MetricUnit.Percent, availability);
  add('Latency', MetricUnit.Milliseconds, ...latenciesMs);
  add('WorstLink', MetricUnit.NoUnit, worstLink);
  add('ReplicaHealthy', MetricUnit.NoUnit, replicaHealthy);
  add('ProberHealthy', MetricUnit.NoUnit, proberHealthy);
  return JSON.stringify(metrics.serializeMetrics());
}
