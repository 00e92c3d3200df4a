import { beforeEach, describe, expect, test } from 'vitest';
import { eventbridge } from '../../../../simulator/services/eventbridge/index.ts';
import { lambda } from '../../../../simulator/services/lambda/index.ts';
import { sns } from '../../../../simulator/services/sns/index.ts';
import { snsHome } from '../../../../simulator/services/sns/state.ts';
import { ACCOUNT, IRELAND, refusal, VIRGINIA } from '../../service-world.ts';
import { toldFunction } from '../../told-function.ts';
import { AlarmWorld } from './alarm-world.ts';

const arnOf = (name: string) => `arn:aws:cloudwatch:${VIRGINIA}:${ACCOUNT}:alarm:${name}`;
const topicArn = `arn:aws:sns:${VIRGINIA}:${ACCOUNT}:ops`;

let aws: AlarmWorld;
beforeEach(async () => {
  aws = new AlarmWorld(eventbridge, lambda, sns);
  await aws.pass(6);
});

const set = (StateValue: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA', more: object = {}) =>
  aws.call('SetAlarmState', { AlarmName: 'slow', StateValue, StateReason: 'a drill', ...more });

const historyOf = async (input: Parameters<typeof historyItems>[0] = {}) =>
  (await historyItems(input)).map(({ HistorySummary }) => HistorySummary);
async function historyItems(input: { AlarmName?: string; HistoryItemType?: 'StateUpdate'; MaxRecords?: number }) {
  return (await aws.call('DescribeAlarmHistory', input)).AlarmHistoryItems ?? [];
}

describe('PutMetricAlarm', () => {
  // biome-ignore format: a table is read down its columns
  test.for<[why: string, more: object, code: string]>([
    ['no name',                       { AlarmName: '' },                                        'ValidationError'],
    ['a long name',                   { AlarmName: 'x'.repeat(256) },                           'ValidationError'],
    ['a period of 15 s',              { Period: 15 },                                           'ValidationError'],
    ['a period of 90 s',              { Period: 90 },                                           'ValidationError'],
    ['no periods',                    { EvaluationPeriods: 0 },                                 'ValidationError'],
    ['two of one',                    { DatapointsToAlarm: 2 },                                 'ValidationError'],
    ['none of one',                   { DatapointsToAlarm: 0 },                                 'ValidationError'],
    ['more than a day',               { EvaluationPeriods: 1_441 },                             'ValidationError'],
    ['more than a week',              { Period: 86_400, EvaluationPeriods: 8 },                 'ValidationError'],
    ['no threshold',                  { Threshold: undefined },                                 'MissingParameter'],
    ['another operator',              { ComparisonOperator: 'LessThanLowerThreshold' },         'ValidationError'],
    ['no statistic',                  { Statistic: undefined },                                 'InvalidParameterCombination'],
    ['two statistics',                { Statistic: 'Sum', ExtendedStatistic: 'p99' },           'InvalidParameterCombination'],
    ['a trimmed mean',                { ExtendedStatistic: 'tm99' },                            'InvalidParameterValue'],
    ['an unknown treatment',          { TreatMissingData: 'guess' },                            'ValidationError'],
    ['an unknown option for percentiles', { ExtendedStatistic: 'p99', EvaluateLowSampleCountPercentile: 'x' }, 'ValidationError'],
    ['an option for percentiles of an average', { EvaluateLowSampleCountPercentile: 'ignore' }, 'ValidationError'],
    ['no metric',                     { MetricName: undefined },                                'ValidationError'],
    ['metric math',                   { Metrics: [] },                                          'ValidationError'],
    ['an action that is no ARN',      { AlarmActions: ['ops'] },                                'ValidationError'],
    ['an action in another Region',   { AlarmActions: [topicArn.replace(VIRGINIA, IRELAND)] },  'ValidationError'],
    ['an action on an instance',      { AlarmActions: ['arn:aws:automate:us-east-1:ec2:stop'] }, 'ValidationError'],
    ['six actions',                   { OKActions: Array.from({ length: 6 }, () => topicArn) }, 'ValidationError'],
  ])('is refused for %s', async ([, more, code]) => {
    expect((await refusal(aws.putAlarm(more))).split(':')[0]).toBe(code);
    expect(aws.state().alarms.size).toBe(0);
  });

  test('takes a week of hours, and 5,000 alarms', async () => {
    await aws.putAlarm({ Period: 3_600, EvaluationPeriods: 168 });
    for (let at = 1; at < 5_000; at += 1) await aws.putAlarm({ AlarmName: `a-${at}` });
    expect((await refusal(aws.putAlarm({ AlarmName: 'one-too-many' }))).split(':')[0]).toBe('LimitExceeded');
    await aws.putAlarm({ Threshold: 1 });
  });
});

describe('DescribeAlarms', () => {
  beforeEach(async () => {
    await aws.putAlarm({ AlarmName: 'b-slow', AlarmActions: [topicArn] });
    await aws.putAlarm({ AlarmName: 'a-slow', DatapointsToAlarm: 1, TreatMissingData: 'breaching' });
    await aws.putAlarm({ AlarmName: 'a-fast', Dimensions: [{ Name: 'to', Value: 'us' }], ExtendedStatistic: 'p90' });
  });
  const names = async (input: Parameters<typeof describeAlarms>[0]) =>
    (await describeAlarms(input)).MetricAlarms?.map(({ AlarmName }) => AlarmName);
  const describeAlarms = (input: Parameters<typeof aws.call<'DescribeAlarms'>>[1]) => aws.call('DescribeAlarms', input);

  test('finds by name, prefix, state, action and type', async () => {
    expect(await names({})).toEqual(['a-fast', 'a-slow', 'b-slow']);
    expect(await names({ AlarmNames: ['b-slow', 'c'] })).toEqual(['b-slow']);
    expect(await names({ AlarmNamePrefix: 'a-' })).toEqual(['a-fast', 'a-slow']);
    expect(await names({ StateValue: 'OK' })).toEqual([]);
    expect(await names({ ActionPrefix: 'arn:aws:sns' })).toEqual(['b-slow']);
    expect(await names({ AlarmTypes: ['CompositeAlarm'] })).toEqual([]);
    expect(await refusal(names({ AlarmNames: ['a'], AlarmNamePrefix: 'a' }))).toMatch('InvalidParameterCombination');
    expect(await refusal(names({ ParentsOfAlarmName: 'a' }))).toMatch('composite alarms are not simulated');
  });

  test('shows what was put and no more', async () => {
    const { MetricAlarms } = await describeAlarms({ AlarmNames: ['a-slow'] });
    expect(MetricAlarms).toEqual([
      {
        AlarmName: 'a-slow',
        AlarmArn: arnOf('a-slow'),
        AlarmConfigurationUpdatedTimestamp: new Date(aws.clock.nowMs()),
        ActionsEnabled: true,
        OKActions: [],
        AlarmActions: [],
        InsufficientDataActions: [],
        StateValue: 'INSUFFICIENT_DATA',
        StateReason: 'Unchecked: Initial alarm creation',
        StateUpdatedTimestamp: new Date(aws.clock.nowMs()),
        StateTransitionedTimestamp: new Date(aws.clock.nowMs()),
        MetricName: 'latency',
        Namespace: 'Fleet',
        Statistic: 'Average',
        Dimensions: [],
        Period: 60,
        EvaluationPeriods: 1,
        DatapointsToAlarm: 1,
        Threshold: 50,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'breaching',
      },
    ]);
  });

  test('answers in pages', async () => {
    const first = await describeAlarms({ MaxRecords: 2 });
    expect(first.MetricAlarms).toHaveLength(2);
    expect(await names({ MaxRecords: 2, NextToken: first.NextToken })).toEqual(['b-slow']);
    expect(await refusal(names({ NextToken: 'x' }))).toMatch('InvalidNextToken');
    expect(await refusal(names({ MaxRecords: 101 }))).toMatch('ValidationError');
  });

  test('finds the alarms of one metric', async () => {
    const ofMetric = async (more: object) =>
      (
        await aws.call('DescribeAlarmsForMetric', { Namespace: 'Fleet', MetricName: 'latency', ...more })
      ).MetricAlarms?.map(({ AlarmName }) => AlarmName);
    expect(await ofMetric({})).toEqual(['b-slow', 'a-slow']);
    expect(await ofMetric({ Dimensions: [{ Name: 'to', Value: 'us' }], ExtendedStatistic: 'p90' })).toEqual(['a-fast']);
    expect(await ofMetric({ Period: 300 })).toEqual([]);
  });
});

describe('an alarm', () => {
  beforeEach(() => aws.putAlarm({ Tags: [{ Key: 'team', Value: 'net' }] }));

  test('is deleted with others or not at all', async () => {
    expect(await refusal(aws.call('DeleteAlarms', { AlarmNames: ['slow', 'x'] }))).toMatch('ResourceNotFound');
    expect(await aws.alarmState()).toBeDefined();
    await aws.call('DeleteAlarms', { AlarmNames: ['slow'] });
    expect(await aws.alarm()).toBeUndefined();
    expect(await historyOf({ AlarmName: 'slow' })).toEqual(['Alarm "slow" deleted', 'Alarm "slow" created']);
  });

  test('is set by hand only to what there is', async () => {
    expect(await refusal(set('FINE' as 'OK'))).toMatch('ValidationError');
    expect(await refusal(set('OK', { AlarmName: 'x' }))).toMatch('ResourceNotFound');
    expect(await refusal(set('OK', { StateReasonData: '{' }))).toMatch('InvalidFormat');
    await set('OK', { StateReasonData: '{"by":"hand"}' });
    expect(await aws.alarm()).toMatchObject({ StateValue: 'OK', StateReasonData: '{"by":"hand"}' });
  });

  test('has tags', async () => {
    const ResourceARN = arnOf('slow');
    await aws.call('TagResource', { ResourceARN, Tags: [{ Key: 'a', Value: '1' }] });
    await aws.call('UntagResource', { ResourceARN, TagKeys: ['team'] });
    expect(await aws.call('ListTagsForResource', { ResourceARN })).toEqual({ Tags: [{ Key: 'a', Value: '1' }] });
    for (const [arn, code] of [
      [arnOf('x'), 'ResourceNotFoundException'],
      ['slow', 'InvalidParameterValue'],
    ] as const)
      expect(await refusal(aws.call('ListTagsForResource', { ResourceARN: arn }))).toMatch(code);
  });

  test('has a history of 30 days, latest first unless asked otherwise', async () => {
    await set('OK');
    await set('OK');
    expect(await historyOf({ HistoryItemType: 'StateUpdate' })).toEqual(['Alarm updated from INSUFFICIENT_DATA to OK']);
    await aws.pass(60);
    await aws.putAlarm({ Threshold: 9 });
    expect(await historyOf()).toEqual([
      'Alarm "slow" updated',
      'Alarm updated from OK to INSUFFICIENT_DATA',
      'Alarm updated from INSUFFICIENT_DATA to OK',
      'Alarm "slow" created',
    ]);
    expect((await historyItems({ MaxRecords: 1 })).length).toBe(1);
    await aws.pass(31 * 86_400);
    await set('OK');
    expect(await historyOf()).toEqual(['Alarm updated from INSUFFICIENT_DATA to OK']);
  });
});

describe('a change of state', () => {
  const published = () =>
    (aws.world.state(snsHome, { account: ACCOUNT, region: VIRGINIA }).topics.get(topicArn)?.messages ?? []).map(
      ({ subject, message }) => ({ subject, said: JSON.parse(message) as Record<string, unknown> }),
    );
  beforeEach(() => aws.ask(sns, 'CreateTopic', { Name: 'ops' }));

  test('is published to the topics that the new state names, once', async () => {
    await aws.putAlarm({ AlarmActions: [topicArn], AlarmDescription: 'look at it' });
    await aws.putEachMinute(99, 99, 99);
    expect(published()).toEqual([
      {
        subject: 'ALARM: "slow" in US East (N. Virginia)',
        said: expect.objectContaining({
          AlarmName: 'slow',
          AlarmDescription: 'look at it',
          AWSAccountId: ACCOUNT,
          OldStateValue: 'INSUFFICIENT_DATA',
          NewStateValue: 'ALARM',
          NewStateReason: expect.stringContaining('1 out of the last 1 datapoints') as string,
          StateChangeTime: '2026-01-01T00:01:05.000+0000',
          Region: 'US East (N. Virginia)',
          AlarmArn: arnOf('slow'),
          Trigger: expect.objectContaining({ MetricName: 'latency', Statistic: 'AVERAGE', Threshold: 50 }) as object,
        }) as object,
      },
    ]);
    await aws.putEachMinute(1);
    expect(published()).toHaveLength(1);
    expect(await historyOf()).toContain(`Successfully executed action ${topicArn}`);
  });

  test('tells nobody while actions are disabled', async () => {
    await aws.putAlarm({ AlarmActions: [topicArn], OKActions: [topicArn] });
    await aws.call('DisableAlarmActions', { AlarmNames: ['slow', 'nobody'] });
    await set('ALARM');
    expect(published()).toEqual([]);
    await aws.call('EnableAlarmActions', { AlarmNames: ['slow'] });
    await set('OK');
    expect(published().map(({ subject }) => subject)).toEqual(['OK: "slow" in US East (N. Virginia)']);
  });

  test('is not lost on an alarm whose topic is gone: its history says so', async () => {
    await aws.ask(sns, 'DeleteTopic', { TopicArn: topicArn });
    await aws.putAlarm({ AlarmActions: [topicArn] });
    await set('ALARM');
    await aws.pass(1);
    expect(await aws.alarmState()).toBe('ALARM');
    expect(await historyOf()).toContain(`Failed to execute action ${topicArn}`);
  });

  test('has a subject of 100 characters at most', async () => {
    await aws.putAlarm({ AlarmName: 'x'.repeat(255), AlarmActions: [topicArn] });
    await set('ALARM', { AlarmName: 'x'.repeat(255) });
    const [{ subject = '' } = {}] = published();
    expect(subject).toHaveLength(100);
    expect(subject).toMatch(/^ALARM: "x+\.\.\." in US East/);
  });

  test('invokes functions that let alarms in', async () => {
    const Principal = 'lambda.alarms.cloudwatch.amazonaws.com';
    const open = await toldFunction(aws, { name: 'open', admits: { Principal, SourceArn: arnOf('slow') } });
    const closed = await toldFunction(aws, { name: 'closed', admits: { Principal, SourceArn: arnOf('fast') } });
    await aws.putAlarm({ AlarmActions: [open.arn, closed.arn] });
    await set('ALARM');
    await aws.pass(2);
    expect(closed.told).toEqual([]);
    expect(open.told).toEqual([
      {
        source: 'aws.cloudwatch',
        alarmArn: arnOf('slow'),
        accountId: ACCOUNT,
        time: expect.stringMatching(/^2026-01-01T00:00:\d\d\.\d{3}\+0000$/) as string,
        region: VIRGINIA,
        alarmData: {
          alarmName: 'slow',
          state: expect.objectContaining({ value: 'ALARM', reason: 'a drill' }) as object,
          previousState: expect.objectContaining({ value: 'INSUFFICIENT_DATA' }) as object,
          configuration: { metrics: [expect.objectContaining({ returnData: true }) as object] },
        },
      },
    ]);
    expect(await historyOf()).toContain(`Failed to execute action ${closed.arn}`);
  });

  test('is an event on the default bus', async () => {
    const { arn, told } = await toldFunction(aws, { name: 'on-alarm', admits: { Principal: 'events.amazonaws.com' } });
    await aws.ask(eventbridge, 'PutRule', {
      Name: 'alarms',
      EventPattern: JSON.stringify({ source: ['aws.cloudwatch'], detail: { state: { value: ['ALARM'] } } }),
    });
    await aws.ask(eventbridge, 'PutTargets', { Rule: 'alarms', Targets: [{ Id: '1', Arn: arn }] });
    await aws.putAlarm({ Dimensions: [{ Name: 'to', Value: 'us' }] });
    await set('OK');
    await set('ALARM', { StateReasonData: '{}' });
    await aws.pass(2);
    expect(told).toMatchObject([
      {
        'detail-type': 'CloudWatch Alarm State Change',
        source: 'aws.cloudwatch',
        resources: [arnOf('slow')],
        region: VIRGINIA,
        detail: {
          alarmName: 'slow',
          state: { value: 'ALARM', reason: 'a drill', reasonData: '{}' },
          previousState: { value: 'OK', reason: 'a drill' },
          configuration: {
            metrics: [
              {
                metricStat: {
                  metric: { namespace: 'Fleet', name: 'latency', dimensions: { to: 'us' } },
                  period: 60,
                  stat: 'Average',
                },
                returnData: true,
              },
            ],
          },
        },
      },
    ]);
  });
});
