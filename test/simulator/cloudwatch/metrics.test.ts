import type { MetricDatum, MetricStat } from '@aws-sdk/client-cloudwatch';
import { beforeEach, describe, expect, test } from 'vitest';
import { cloudwatch } from '../../../simulator/services/cloudwatch/index.ts';
import { ServiceWorld } from '../service-world.ts';

const newWorld = () => new ServiceWorld(cloudwatch);
let aws: ReturnType<typeof newWorld>;
let startMs: number;
beforeEach(() => {
  aws = newWorld();
  startMs = aws.clock.nowMs();
});

const put = (...data: Partial<MetricDatum>[]) =>
  aws.call('PutMetricData', {
    Namespace: 'Fleet',
    MetricData: data.map((datum) => ({ MetricName: 'latency', ...datum })),
  });

async function get(
  Stat: string,
  {
    Period = 60,
    hours = 1,
    fromMs = startMs,
    ...more
  }: { Period?: number; hours?: number; fromMs?: number } & Partial<MetricStat> = {},
) {
  const { MetricDataResults } = await aws.call('GetMetricData', {
    StartTime: new Date(fromMs),
    EndTime: new Date(fromMs + hours * 3_600_000),
    ScanBy: 'TimestampAscending',
    MetricDataQueries: [
      { Id: 'm', MetricStat: { Metric: { Namespace: 'Fleet', MetricName: 'latency' }, Period, Stat, ...more } },
    ],
  });
  const [{ Timestamps = [], Values = [] } = {}] = MetricDataResults ?? [];
  return Timestamps.map((at, index) => [(at.getTime() - fromMs) / 1_000, Values[index]]);
}

describe('metrics', () => {
  // biome-ignore format: a table is read down its columns
  test.for<[stat: string, value: number]>([
    ['SampleCount', 4],
    ['Sum',         110],
    ['Average',     27.5],
    ['Minimum',     1],
    ['Maximum',     100],
    ['p50',         4],
    ['p99',         100],
    ['p0',          1],
  ])('answer %s', async ([stat, value]) => {
    await put({ Value: 1 }, { Values: [4, 5], Counts: [1, 1] }, { Value: 100 });
    expect(await get(stat)).toEqual([[0, value]]);
  });

  test('fall into periods, and those without data are left out', async () => {
    for (const second of [0, 59, 60, 200, 299])
      await put({ Value: second, Timestamp: new Date(startMs + second * 1_000) });
    expect(await get('Sum')).toEqual([
      [0, 59],
      [60, 60],
      [180, 200],
      [240, 299],
    ]);
    expect(await get('Sum', { Period: 300 })).toEqual([[0, 618]]);
    const { MetricDataResults } = await aws.call('GetMetricData', {
      StartTime: new Date(startMs),
      EndTime: new Date(startMs + 120_000),
      MetricDataQueries: [
        { Id: 'm', MetricStat: { Metric: { Namespace: 'Fleet', MetricName: 'latency' }, Period: 60, Stat: 'Sum' } },
      ],
    });
    expect(MetricDataResults?.[0]).toMatchObject({ Label: 'latency', StatusCode: 'Complete', Values: [60, 59] });
  });

  test('are kept by the second for three hours, by the minute for 15 days, then by five minutes', async () => {
    await put(
      { Value: 1, StorageResolution: 1 },
      { Value: 2, StorageResolution: 1, Timestamp: new Date(startMs + 10_000) },
    );
    expect(await get('Sum', { Period: 10 })).toEqual([
      [0, 1],
      [10, 2],
    ]);
    await aws.pass(4 * 3_600);
    expect(await get('Sum', { Period: 10 })).toEqual([]);
    expect(await get('Sum')).toEqual([[0, 3]]);
    await aws.pass(16 * 86_400);
    expect(await get('Sum')).toEqual([]);
    expect(await get('Sum', { Period: 300 })).toEqual([[0, 3]]);
    await aws.pass(60 * 86_400);
    expect(await get('Sum', { Period: 3_600 })).toEqual([[0, 3]]);
  });

  test('are told apart by dimensions in any order, and by unit', async () => {
    const [a, b] = [
      { Name: 'from', Value: 'eu' },
      { Name: 'to', Value: 'us' },
    ];
    await put(
      { Value: 1, Dimensions: [a, b], Unit: 'Milliseconds' },
      { Value: 2, Dimensions: [b, a], Unit: 'Seconds' },
      { Value: 4, Dimensions: [a] },
    );
    const metric = { Namespace: 'Fleet', MetricName: 'latency' };
    expect(await get('Sum', { Metric: { ...metric, Dimensions: [b, a] } })).toEqual([[0, 3]]);
    expect(await get('Sum', { Metric: { ...metric, Dimensions: [a, b] }, Unit: 'Seconds' })).toEqual([[0, 2]]);
    expect(await get('Sum', { Metric: { ...metric, Dimensions: [a] } })).toEqual([[0, 4]]);
    const { Metrics } = await aws.call('ListMetrics', { Namespace: 'Fleet', Dimensions: [{ Name: 'to' }] });
    expect(Metrics).toEqual([{ ...metric, Dimensions: [a, b] }]);
    await aws.pass(15 * 86_400);
    expect((await aws.call('ListMetrics', {})).Metrics).toEqual([]);
  });

  test('from statistic sets have no percentiles', async () => {
    await put({ StatisticValues: { SampleCount: 2, Sum: 10, Minimum: 1, Maximum: 9 } });
    expect(await get('Average')).toEqual([[0, 5]]);
    expect(await get('p50')).toEqual([]);
  });

  test('answer in the older form too', async () => {
    await put({ Value: 3, Unit: 'Count' });
    const { Datapoints } = await aws.call('GetMetricStatistics', {
      Namespace: 'Fleet',
      MetricName: 'latency',
      StartTime: new Date(startMs),
      EndTime: new Date(startMs + 3_600_000),
      Period: 60,
      Statistics: ['Sum', 'Maximum'],
      ExtendedStatistics: ['p99'],
    });
    expect(Datapoints).toEqual([
      { Timestamp: new Date(startMs), Unit: 'Count', Sum: 3, Maximum: 3, ExtendedStatistics: { p99: 3 } },
    ]);
  });

  test('are not put in part, nor from too far away', async () => {
    const bad = { MetricName: 'latency', Value: 1, Timestamp: new Date(startMs - 15 * 86_400_000) };
    expect(
      (
        await aws.refused('PutMetricData', {
          Namespace: 'Fleet',
          MetricData: [{ MetricName: 'latency', Value: 1 }, bad],
        })
      ).code,
    ).toBe('InvalidParameterValue');
    expect((await aws.refused('PutMetricData', { Namespace: 'AWS/EC2', MetricData: [] })).code).toBe(
      'InvalidParameterValue',
    );
    expect(
      (await aws.refused('PutMetricData', { Namespace: 'Fleet', MetricData: [{ MetricName: 'latency' }] })).code,
    ).toBe('InvalidParameterCombination');
    expect(await get('Sum')).toEqual([]);
  });

  test('do no sums of their own', async () => {
    const input = {
      StartTime: new Date(startMs),
      EndTime: new Date(startMs + 60_000),
      MetricDataQueries: [{ Id: 'e', Expression: 'm * 2' }],
    };
    expect((await aws.refused('GetMetricData', input)).message).toMatch(/metric math is not simulated/);
    await expect(get('tm99')).rejects.toThrow(/not simulated/);
  });
});
