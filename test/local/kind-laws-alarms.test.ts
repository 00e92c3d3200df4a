import { expect, test } from 'vitest';
import { alarm } from '../../control-plane/kinds/alarm.ts';
import { metricsLine } from '../../handlers/runtime/metrics.ts';
import { declaredWith, memberOf } from '../support/payments.ts';

/** What an embedded-metrics line tells CloudWatch of the metrics in it. */
interface Directive {
  readonly Namespace: string;
  readonly Dimensions: readonly [readonly string[]];
  readonly Metrics: readonly { readonly Name: string }[];
}

test('alarms watch what probers measure', () => {
  const line = metricsLine(
    { fleet: 'payments', member: 'eu-west-1', atMs: 0 },
    { latenciesMs: [], worstLink: 100, availability: 100 },
  );
  const { _aws: of, ...values } = JSON.parse(line) as { readonly _aws: { readonly CloudWatchMetrics: Directive[] } };
  const measured = of.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics.map(({ Name }) => Name));
  const dimensions = of.CloudWatchMetrics[0]?.Dimensions[0].map(
    (name) => `${name}=${String((values as Readonly<Record<string, unknown>>)[name])}`,
  );
  const targets = [...alarm.targets(declaredWith(memberOf('eu-west-1', 1)))];
  expect(targets.map(({ name }) => name)).toEqual(['eu-west-1/replica', 'eu-west-1/link']);
  for (const { want } of targets) {
    const desired = alarm.desired.parse(want);
    expect(measured).toContain(desired.metricName);
    expect(desired.dimensions).toEqual(dimensions);
  }
});
