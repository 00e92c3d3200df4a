import type { MetricDatum, PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch';
import type { Service } from '../../../../simulator/service.ts';
import { cloudwatch } from '../../../../simulator/services/cloudwatch/index.ts';
import { ServiceWorld, VIRGINIA } from '../../service-world.ts';

/** A world with an alarm in it, whose metric the tests put. */
export class AlarmWorld extends ServiceWorld<
  typeof cloudwatch extends Service<infer Client, infer _> ? Client : never,
  typeof cloudwatch extends Service<infer _, infer State> ? State : never
> {
  constructor(...others: readonly Service[]) {
    super(cloudwatch, ...others);
  }

  /** Average latency > 50, once, in a minute: but for what is said otherwise. */
  putAlarm(more: Partial<PutMetricAlarmCommandInput> = {}) {
    return this.call('PutMetricAlarm', {
      AlarmName: 'slow',
      Namespace: 'Fleet',
      MetricName: 'latency',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 50,
      ComparisonOperator: 'GreaterThanThreshold',
      ...(more.ExtendedStatistic === undefined && { Statistic: 'Average' }),
      ...more,
    });
  }

  put(Value: number, more: Partial<MetricDatum> = {}) {
    return this.call('PutMetricData', {
      Namespace: 'Fleet',
      MetricData: [{ MetricName: 'latency', Value, ...more }],
    });
  }

  /** One datum a minute, and as much time. */
  async putEachMinute(...values: readonly number[]) {
    for (const value of values) {
      await this.put(value);
      await this.pass(60);
    }
  }

  async alarm(name = 'slow', region: string = VIRGINIA) {
    const { MetricAlarms = [] } = await this.call('DescribeAlarms', { AlarmNames: [name] }, region);
    return MetricAlarms[0];
  }

  async alarmState(name = 'slow') {
    return (await this.alarm(name))?.StateValue;
  }
}
