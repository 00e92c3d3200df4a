import type { PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch';
import { beforeEach, describe, expect, test } from 'vitest';
import { AlarmWorld } from './alarm-world.ts';

let aws: AlarmWorld;
let startMs: number;
beforeEach(async () => {
  aws = new AlarmWorld();
  startMs = aws.clock.nowMs();
  // From here on a minute that ends has been evaluated when `pass(60)` is over.
  await aws.pass(6);
});

describe('an alarm', () => {
  test('begins without enough data, and says so', async () => {
    await aws.putAlarm();
    expect(await aws.alarm()).toMatchObject({
      StateValue: 'INSUFFICIENT_DATA',
      StateReason: 'Unchecked: Initial alarm creation',
      StateUpdatedTimestamp: new Date(startMs + 6_000),
    });
    await aws.pass(600);
    expect(await aws.alarmState()).toBe('INSUFFICIENT_DATA');
  });

  test('follows its metric, minute by minute', async () => {
    await aws.putAlarm();
    await aws.put(99.5);
    await aws.pass(58);
    expect(await aws.alarmState(), 'the minute is over, and not evaluated yet').toBe('INSUFFICIENT_DATA');
    await aws.pass(2);
    expect(await aws.alarm()).toMatchObject({
      StateValue: 'ALARM',
      StateReason:
        'Threshold Crossed: 1 out of the last 1 datapoints [99.5 (01/01/26 00:00:00)] was greater than the threshold (50.0) (minimum 1 datapoint for INSUFFICIENT_DATA -> ALARM transition).',
      StateUpdatedTimestamp: new Date(startMs + 65_000),
    });
    expect(JSON.parse((await aws.alarm())?.StateReasonData ?? '')).toEqual({
      version: '1.0',
      queryDate: '2026-01-01T00:01:05.000+0000',
      startDate: '2026-01-01T00:00:00.000+0000',
      statistic: 'Average',
      period: 60,
      recentDatapoints: [99.5],
      threshold: 50,
      evaluatedDatapoints: [{ timestamp: '2026-01-01T00:00:00.000+0000', sampleCount: 1, value: 99.5 }],
    });
    await aws.putEachMinute(50);
    expect(await aws.alarm()).toMatchObject({
      StateValue: 'OK',
      StateReason:
        'Threshold Crossed: 1 out of the last 1 datapoints [50.0 (01/01/26 00:01:00)] was not greater than the threshold (50.0) (minimum 1 datapoint for ALARM -> OK transition).',
    });
  });

  test('of two in three needs two, in any order', async () => {
    await aws.putAlarm({ EvaluationPeriods: 3, DatapointsToAlarm: 2 });
    await aws.putEachMinute(1, 99, 1);
    expect(await aws.alarmState()).toBe('OK');
    await aws.putEachMinute(98);
    expect((await aws.alarm())?.StateReason).toBe(
      'Threshold Crossed: 2 out of the last 3 datapoints [98.0 (01/01/26 00:03:00), 99.0 (01/01/26 00:01:00)] were greater than the threshold (50.0) (minimum 2 datapoints for OK -> ALARM transition).',
    );
    await aws.putEachMinute(1);
    expect(await aws.alarmState()).toBe('OK');
  });

  // biome-ignore format: a table is read down its columns
  test.for<[treatment: string | undefined, minutes: number, state: string, reason: RegExp]>([
    [undefined,      3, 'OK',                /was not greater/],
    [undefined,      4, 'INSUFFICIENT_DATA', /^Insufficient Data: 1 datapoint was unknown\.$/],
    ['missing',      4, 'INSUFFICIENT_DATA', /unknown/],
    ['ignore',      99, 'OK',                /was not greater/],
    ['notBreaching', 9, 'OK',                /was not greater/],
    ['breaching',    3, 'OK',                /was not greater/],
    ['breaching',    4, 'ALARM',             /^Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as \[Breaching\]\.$/],
  ])('whose metric ends, missing data %s, after %i minutes is %s', async ([treatment, minutes, state, reason]) => {
    await aws.putAlarm(treatment === undefined ? {} : { TreatMissingData: treatment });
    await aws.put(1);
    await aws.pass(60 * minutes);
    expect(await aws.alarm()).toMatchObject({ StateValue: state, StateReason: expect.stringMatching(reason) as string });
  });

  test('looks at what was put before it was made', async () => {
    await aws.putEachMinute(99, 98, 97);
    await aws.putAlarm({ EvaluationPeriods: 3 });
    await aws.pass(60);
    expect(await aws.alarmState()).toBe('ALARM');
  });

  // biome-ignore format: a table is read down its columns
  test.for<[settings: Partial<PutMetricAlarmCommandInput>, state: string, why: string]>([
    [{ Statistic: 'Sum' },                                                      'ALARM', '111 in all'],
    [{ Statistic: 'Average' },                                                  'OK',    '37 on average'],
    [{ Statistic: 'Maximum' },                                                  'ALARM', '100 at most'],
    [{ Statistic: 'SampleCount' },                                              'OK',    '3 of them'],
    [{ ExtendedStatistic: 'p50' },                                              'OK',    '10 in the middle'],
    [{ ExtendedStatistic: 'p99' },                                              'ALARM', '100 at the end'],
    [{ ExtendedStatistic: 'p99', EvaluateLowSampleCountPercentile: 'evaluate' },'ALARM', 'few samples count'],
    [{ ExtendedStatistic: 'p99', EvaluateLowSampleCountPercentile: 'ignore' },  'INSUFFICIENT_DATA', 'three are too few for p99'],
    [{ Statistic: 'Minimum', ComparisonOperator: 'LessThanThreshold', Threshold: 1 },          'OK',    '1 is not less than 1'],
    [{ Statistic: 'Minimum', ComparisonOperator: 'LessThanOrEqualToThreshold', Threshold: 1 }, 'ALARM', '1 is not more than 1'],
    [{ Statistic: 'Maximum', ComparisonOperator: 'GreaterThanOrEqualToThreshold', Threshold: 100 }, 'ALARM', '100 is not less than 100'],
    [{ Unit: 'Milliseconds', Statistic: 'Maximum' },                            'ALARM', 'the 100 is in milliseconds'],
    [{ Unit: 'Seconds', Statistic: 'Maximum' },                                 'OK',    'the 10 is in seconds'],
    [{ Unit: 'Bytes', Statistic: 'Maximum' },                                   'INSUFFICIENT_DATA', 'nothing is in bytes'],
    [{ Dimensions: [{ Name: 'to', Value: 'us' }] },                             'INSUFFICIENT_DATA', 'another metric'],
  ])('%o of 1, 10 and 100 is %s: %s', async ([settings, state]) => {
    await aws.putAlarm(settings);
    await aws.put(1);
    await aws.put(10, { Unit: 'Seconds' });
    await aws.put(100, { Unit: 'Milliseconds' });
    await aws.pass(60);
    expect(await aws.alarmState()).toBe(state);
  });

  test('with a period of five minutes looks every minute at the five before', async () => {
    await aws.putAlarm({ Period: 300, Statistic: 'Sum', Threshold: 9 });
    await aws.putEachMinute(1, 9);
    expect(await aws.alarm()).toMatchObject({
      StateValue: 'ALARM',
      StateReason: expect.stringContaining('[10.0 (31/12/25 23:57:00)]') as string,
    });
  });

  test('with a period under a minute is evaluated every ten seconds, on data of high resolution only', async () => {
    await aws.putAlarm({ Period: 10 });
    await aws.put(99);
    await aws.pass(60);
    expect(await aws.alarmState()).toBe('INSUFFICIENT_DATA');
    await aws.put(99, { StorageResolution: 1 });
    await aws.pass(10);
    expect(await aws.alarmState()).toBe('ALARM');
    await aws.put(1, { StorageResolution: 1 });
    await aws.pass(10);
    expect(await aws.alarmState()).toBe('OK');
  });

  test('beside a fast one is still evaluated once a minute', async () => {
    await aws.putAlarm({ AlarmName: 'fast', Period: 10 });
    await aws.putAlarm();
    await aws.put(99, { StorageResolution: 1 });
    await aws.pass(10);
    expect([await aws.alarmState('fast'), await aws.alarmState()]).toEqual(['ALARM', 'INSUFFICIENT_DATA']);
    await aws.pass(50);
    expect(await aws.alarmState()).toBe('ALARM');
  });

  test('is put back into its true state after somebody set it', async () => {
    await aws.putAlarm();
    await aws.putEachMinute(1);
    await aws.call('SetAlarmState', { AlarmName: 'slow', StateValue: 'ALARM', StateReason: 'a drill' });
    expect(await aws.alarm()).toMatchObject({ StateValue: 'ALARM', StateReason: 'a drill' });
    await aws.pass(60);
    expect(await aws.alarmState()).toBe('OK');
    await aws.call('SetAlarmState', { AlarmName: 'slow', StateValue: 'ALARM', StateReason: 'a drill' });
    await aws.pass(600);
    expect(await aws.alarmState()).toBe('INSUFFICIENT_DATA');
  });

  test('is not evaluated while its Region is dark', async () => {
    await aws.putAlarm();
    await aws.put(99);
    aws.world.outages.darken('us-east-1');
    await aws.pass(120);
    expect(aws.state().alarms.get('slow')?.state.value).toBe('INSUFFICIENT_DATA');
    aws.world.outages.lighten('us-east-1');
    await aws.pass(60);
    expect(await aws.alarmState()).toBe('ALARM');
  });

  test('keeps its state when its settings change, until it is evaluated', async () => {
    await aws.putAlarm();
    await aws.putEachMinute(99);
    await aws.putAlarm({ Threshold: 100, AlarmDescription: 'later' });
    expect(await aws.alarm()).toMatchObject({ StateValue: 'ALARM', AlarmDescription: 'later' });
    await aws.pass(60);
    expect(await aws.alarmState()).toBe('OK');
  });
});

test('no alarm, no timer', async () => {
  expect(aws.state().alarmTimer).toBeUndefined();
  await aws.putAlarm();
  expect(aws.state().alarmTimer).toBeDefined();
  await aws.call('DeleteAlarms', { AlarmNames: ['slow'] });
  expect(aws.state().alarmTimer).toBeUndefined();
});

test('a hundred alarms and four weeks cost little', async () => {
  for (let at = 0; at < 100; at += 1) await aws.putAlarm({ AlarmName: `slow-${at}`, EvaluationPeriods: 5 });
  await aws.put(99);
  await aws.pass(28 * 86_400);
  expect(await aws.alarmState('slow-99')).toBe('INSUFFICIENT_DATA');
});
