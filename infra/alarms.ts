import { Duration, type Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { UNDELIVERED_QUEUE } from '../workflows/dead-letters.ts';
import { alarmName, arns } from './names.ts';
import type { InfraSettings } from './settings.ts';

/** Something of Landbridge's own machinery that people have to know. */
export interface Trouble {
  readonly id: string;
  readonly name: string;
  /** What it means, and what to do. */
  readonly says: string;
  readonly metric: IMetric;
  readonly threshold: number;
  readonly below?: true;
  readonly periods: number;
  readonly periodsBad: number;
  /** No news is bad news. */
  readonly silenceIsBad?: true;
}

const FIVE_MINUTES = Duration.minutes(5);

const sumOf = (namespace: string, metricName: string, dimensionsMap: Record<string, string>): Metric =>
  new Metric({ namespace, metricName, dimensionsMap, statistic: Stats.SUM, period: FIVE_MINUTES });

/** Something went astray: one message is enough. */
export const astray = (id: string, queueName: string, says: string): Trouble => ({
  id,
  name: alarmName(`something lies in ${queueName}`),
  says,
  metric: new Metric({
    namespace: 'AWS/SQS',
    metricName: 'ApproximateNumberOfMessagesVisible',
    dimensionsMap: { QueueName: queueName },
    statistic: Stats.MAXIMUM,
    period: FIVE_MINUTES,
  }),
  threshold: 1,
  periods: 1,
  periodsBad: 1,
});

export const undeliveredAlarm = astray(
  'Undelivered',
  UNDELIVERED_QUEUE,
  'EventBridge could not hand over an event: the message says to whom, and why.',
);

/** Faults are part of the loop, and it looks again: what is alarming is that they do not end. */
export const functionFails = (id: string, name: string): Trouble => ({
  id: `${id}Fails`,
  name: alarmName(`landbridge-${name} fails again and again`),
  says: `Ten errors in five minutes, twice in a row or with one pause: read /aws/lambda/landbridge-${name}.`,
  metric: sumOf('AWS/Lambda', 'Errors', { FunctionName: `landbridge-${name}` }),
  threshold: 10,
  periods: 3,
  periodsBad: 2,
});

export const functionThrottled = (id: string, name: string): Trouble => ({
  id: `${id}Throttled`,
  name: alarmName(`landbridge-${name} is kept waiting`),
  says: `Lambda turned invocations of landbridge-${name} away for a quarter of an hour: the account's concurrency is used up, or a storm of events is on.`,
  metric: sumOf('AWS/Lambda', 'Throttles', { FunctionName: `landbridge-${name}` }),
  threshold: 1,
  periods: 3,
  periodsBad: 3,
});

/**
 * Runs that failed, timed out or were broken off.
 *
 * Source  docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
 */
export const runsFail = (settings: InfraSettings, id: string, name: string): readonly Trouble[] => {
  const of = { StateMachineArn: arns.machine(settings, settings.home, name) };
  const trouble = (what: string, metricName: string, says: string): Trouble => ({
    id: `${id}Runs${metricName.slice('Executions'.length)}`,
    name: alarmName(`landbridge-${name} ${what}`),
    says,
    metric: sumOf('AWS/States', metricName, of),
    threshold: 1,
    periods: 1,
    periodsBad: 1,
  });
  const read = 'Its last state says why; the journal says what was done.';
  return [
    trouble('failed', 'ExecutionsFailed', `A run of landbridge-${name} was refused, or gave up. ${read}`),
    trouble('ran out of time', 'ExecutionsTimedOut', `A run of landbridge-${name} did not end in time. ${read}`),
  ];
};

/** The sweep is the truth behind every event that was lost: when it stops, nobody looks. */
export const nobodyLooks = (settings: InfraSettings): Trouble => ({
  id: 'NobodyLooks',
  name: alarmName('nobody looks'),
  says: 'No sweep has succeeded for ten minutes: is the rule landbridge-every-minute enabled, and what does landbridge-sweep log?',
  metric: sumOf('AWS/States', 'ExecutionsSucceeded', {
    StateMachineArn: arns.machine(settings, settings.home, 'sweep'),
  }),
  threshold: 1,
  below: true,
  periods: 2,
  periodsBad: 2,
  silenceIsBad: true,
});

/** The standby's replica has fallen behind: what it would take over with is old. */
export const standbyLags = ({ table }: InfraSettings, standby: string): Trouble => ({
  id: 'StandbyLags',
  name: alarmName(`${standby} lags behind`),
  says: `Writes to ${table} take a minute and more to arrive in ${standby}: what a takeover would find there is old.`,
  metric: new Metric({
    namespace: 'AWS/DynamoDB',
    metricName: 'ReplicationLatency',
    dimensionsMap: { TableName: table, ReceivingRegion: standby },
    statistic: Stats.AVERAGE,
    period: FIVE_MINUTES,
  }),
  threshold: 60_000,
  periods: 3,
  periodsBad: 3,
});

/** One alarm for each trouble, all telling the same people. */
export function alarmsOf(stack: Stack, topic: ITopic, troubles: readonly Trouble[]): void {
  for (const { id, name, says, metric, threshold, below, periods, periodsBad, silenceIsBad } of troubles)
    new Alarm(stack, `${id}Alarm`, {
      alarmName: name,
      alarmDescription: says,
      metric,
      threshold,
      comparisonOperator:
        below === true ? ComparisonOperator.LESS_THAN_THRESHOLD : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: periods,
      datapointsToAlarm: periodsBad,
      treatMissingData: silenceIsBad === true ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(new SnsAction(topic));
}
