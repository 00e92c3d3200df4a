import { beforeEach, describe, expect, test } from 'vitest';
import { cloudwatch } from '../../../simulator/services/cloudwatch/index.ts';
import { cloudwatchLogs } from '../../../simulator/services/cloudwatch-logs/index.ts';
import { writeServiceLog } from '../../../simulator/services/cloudwatch-logs/log-streams.ts';
import { ACCOUNT, IRELAND, ServiceWorld } from '../service-world.ts';

const newWorld = () => new ServiceWorld(cloudwatchLogs, cloudwatch);
let aws: ReturnType<typeof newWorld>;
let startMs: number;
beforeEach(async () => {
  aws = newWorld();
  startMs = aws.clock.nowMs();
  await aws.call('CreateLogGroup', { logGroupName: 'fleet' });
  await aws.call('CreateLogStream', { logGroupName: 'fleet', logStreamName: 'probe' });
});

const log = (...messages: string[]) =>
  aws.call('PutLogEvents', {
    logGroupName: 'fleet',
    logStreamName: 'probe',
    logEvents: messages.map((message) => ({ timestamp: aws.clock.nowMs(), message })),
  });

async function sum(
  Dimensions: { Name: string; Value: string }[],
  { Period = 60, Unit = undefined as 'Count' | undefined } = {},
) {
  const { MetricDataResults } = await aws.ask(cloudwatch, 'GetMetricData', {
    StartTime: new Date(startMs),
    EndTime: new Date(startMs + 3_600_000),
    MetricDataQueries: [
      {
        Id: 'm',
        MetricStat: {
          Metric: { Namespace: 'Fleet', MetricName: 'latency', Dimensions },
          Period,
          Stat: 'Sum',
          Unit,
        },
      },
    ],
  });
  return MetricDataResults?.[0]?.Values;
}

const metric = { Name: 'latency', Unit: 'Milliseconds' };
const directive = { Namespace: 'Fleet', Dimensions: [['from', 'to'], ['from'], []], Metrics: [metric] };
const meta = () => ({ Timestamp: startMs, CloudWatchMetrics: [directive] });
const line = (more: object = {}, aws_: object = meta()) =>
  JSON.stringify({ _aws: aws_, from: 'eu', to: 'us', latency: 7, requestId: 'r-1', ...more });

const eu = [{ Name: 'from', Value: 'eu' }];
const euToUs = [...eu, { Name: 'to', Value: 'us' }];

describe('metrics in lines of a log', () => {
  test('become metrics, once per set of dimensions', async () => {
    await log(line(), line({ to: 'ap', latency: [1, 2] }));
    expect([await sum(euToUs), await sum(eu), await sum([])]).toEqual([[7], [10], [10]]);
  });

  test('are found in what Lambda logs, after its own columns, in the Region it is logged in', async () => {
    const written = `2026-01-01T00:00:00.000Z\t7d1e\tINFO\t${line()}`;
    const place = { account: ACCOUNT, region: IRELAND };
    writeServiceLog(aws.state(IRELAND), place, '/aws/lambda/probe', 's', [written], startMs);
    expect(await sum([])).toEqual([]);
    const { Metrics } = await aws.ask(cloudwatch, 'ListMetrics', { Namespace: 'Fleet' }, IRELAND);
    expect(Metrics).toHaveLength(3);
  });

  test('are kept by the second where they say so', async () => {
    const fine = { ...directive, Metrics: [{ Name: 'latency', StorageResolution: 1 }] };
    await log(line({}, { ...meta(), CloudWatchMetrics: [fine] }));
    expect(await sum([], { Period: 10 })).toEqual([7]);
    await log(line());
    expect(await sum([], { Period: 10 })).toEqual([7]);
    expect(await sum([])).toEqual([14]);
  });

  const withDirective = (more: object) => line({}, { ...meta(), CloudWatchMetrics: [{ ...directive, ...more }] });
  test.for<[why: string, message: () => string]>([
    ['not JSON', () => 'latency is 7, "CloudWatchMetrics" not included'],
    ['JSON that breaks off', () => line().slice(0, -1)],
    ['no _aws', () => line({ _aws: undefined, CloudWatchMetrics: [directive] })],
    ['no timestamp', () => line({}, { CloudWatchMetrics: [directive] })],
    ['a timestamp of three weeks ago', () => line({}, { ...meta(), Timestamp: startMs - 21 * 86_400_000 })],
    ['a namespace of AWS', () => withDirective({ Namespace: 'AWS/Lambda' })],
    ['no dimensions', () => withDirective({ Dimensions: undefined })],
    ['a dimension that is not in the line', () => withDirective({ Dimensions: [['where'], []] })],
    ['a dimension that is a number', () => line({ from: 1 })],
    ['a metric that is not in the line', () => withDirective({ Metrics: [metric, { Name: 'errors' }] })],
    ['a metric that is text', () => line({ latency: '7' })],
    ['a unit nobody knows', () => withDirective({ Metrics: [{ ...metric, Unit: 'Furlongs' }] })],
    ['more than 100 values', () => line({ latency: Array.from({ length: 101 }, () => 1) })],
  ])('are not put: %s', async ([, message]) => {
    await log(message());
    expect(await sum([])).toEqual([]);
    expect(await sum(eu)).toEqual([]);
  });
});
