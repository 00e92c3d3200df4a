import { beforeEach, describe, expect, test } from 'vitest';
import { cloudwatchLogs } from '../../../simulator/services/cloudwatch-logs/index.ts';
import { ACCOUNT, ServiceWorld, VIRGINIA } from '../service-world.ts';

const newWorld = () => new ServiceWorld(cloudwatchLogs);
let aws: ReturnType<typeof newWorld>;
let startMs: number;
const stream = { logGroupName: '/fleet', logStreamName: 'one' };
beforeEach(async () => {
  aws = newWorld();
  startMs = aws.clock.nowMs();
  await aws.call('CreateLogGroup', { logGroupName: '/fleet' });
  await aws.call('CreateLogStream', stream);
});
const put = (...messages: string[]) =>
  aws.call('PutLogEvents', {
    ...stream,
    logEvents: messages.map((message, at) => ({ message, timestamp: startMs + at })),
  });
const messages = (output: { events?: { message?: string | undefined }[] | undefined }) =>
  output.events?.map(({ message }) => message);

describe('logs', () => {
  test('are read from either end, and on from there', async () => {
    await put('a', 'b', 'c', 'd', 'e');
    const first = await aws.call('GetLogEvents', { ...stream, startFromHead: true, limit: 2 });
    const second = await aws.call('GetLogEvents', { ...stream, nextToken: first.nextForwardToken, limit: 2 });
    const third = await aws.call('GetLogEvents', { ...stream, nextToken: second.nextForwardToken, limit: 2 });
    const end = await aws.call('GetLogEvents', { ...stream, nextToken: third.nextForwardToken, limit: 2 });
    expect([first, second, third, end].map(messages)).toEqual([['a', 'b'], ['c', 'd'], ['e'], []]);
    expect(end.nextForwardToken, 'the end gives back the token it was asked with').toBe(third.nextForwardToken);
    const last = await aws.call('GetLogEvents', { ...stream, limit: 2 });
    expect(messages(last)).toEqual(['d', 'e']);
    expect(
      messages(await aws.call('GetLogEvents', { ...stream, nextToken: last.nextBackwardToken, limit: 2 })),
    ).toEqual(['b', 'c']);
    expect(
      messages(await aws.call('GetLogEvents', { ...stream, startTime: startMs + 1, endTime: startMs + 3 })),
    ).toEqual(['b', 'c']);
  });

  // biome-ignore format: a table is read down its columns
  test.for<[pattern: string, found: string[]]>([
    ['',                  ['ERROR one', 'WARN two', 'ERROR two']],
    ['ERROR',             ['ERROR one', 'ERROR two']],
    ['ERROR two',         ['ERROR two']],
    ['"ERROR one"',       ['ERROR one']],
    ['?one ?WARN',        ['ERROR one', 'WARN two']],
    ['two -ERROR',        ['WARN two']],
  ])('filtered by %j', async ([filterPattern, found]) => {
    await put('ERROR one', 'WARN two', 'ERROR two');
    expect(messages(await aws.call('FilterLogEvents', { logGroupName: '/fleet', filterPattern }))).toEqual(found);
  });

  test('of several streams come in the order of time, in pages', async () => {
    await aws.call('CreateLogStream', { ...stream, logStreamName: 'two' });
    await put('a', 'c');
    await aws.call('PutLogEvents', {
      ...stream,
      logStreamName: 'two',
      logEvents: [{ message: 'b', timestamp: startMs }],
    });
    const first = await aws.call('FilterLogEvents', { logGroupName: '/fleet', limit: 2 });
    expect([
      messages(first),
      messages(await aws.call('FilterLogEvents', { logGroupName: '/fleet', nextToken: first.nextToken })),
    ]).toEqual([['a', 'b'], ['c']]);
    expect((await aws.refused('FilterLogEvents', { logGroupName: '/fleet', filterPattern: '{ $.a = 1 }' })).code).toBe(
      'InvalidParameterException',
    );
  });

  test('are kept as long as the group says', async () => {
    await put('old');
    await aws.call('PutRetentionPolicy', { logGroupName: '/fleet', retentionInDays: 1 });
    await aws.pass(2 * 86_400);
    expect(messages(await aws.call('GetLogEvents', stream))).toEqual([]);
    expect((await aws.call('DescribeLogGroups', { logGroupNamePrefix: '/fl' })).logGroups?.[0]).toMatchObject({
      arn: `arn:aws:logs:${VIRGINIA}:${ACCOUNT}:log-group:/fleet:*`,
      retentionInDays: 1,
    });
    expect((await aws.refused('PutRetentionPolicy', { logGroupName: '/fleet', retentionInDays: 2 })).code).toBe(
      'InvalidParameterException',
    );
  });

  test('come in order, and neither from long ago nor from the future', async () => {
    const at = (timestamp: number) => ({ message: 'm', timestamp });
    expect(
      (await aws.refused('PutLogEvents', { ...stream, logEvents: [at(startMs), at(startMs - 1)] })).message,
    ).toMatch(/chronological order/);
    const { rejectedLogEventsInfo } = await aws.call('PutLogEvents', {
      ...stream,
      logEvents: [at(startMs - 15 * 86_400_000), at(startMs), at(startMs + 3 * 3_600_000)],
    });
    expect(rejectedLogEventsInfo).toEqual({ tooOldLogEventEndIndex: 1, tooNewLogEventStartIndex: 2 });
    expect((await aws.call('GetLogEvents', stream)).events).toHaveLength(1);
  });

  test('a stream forgets what is far behind its end, and its tokens still lead on', async () => {
    const lines = Array.from({ length: 9_000 }, (_, at) => String(at));
    await put(...lines);
    const { nextForwardToken } = await aws.call('GetLogEvents', { ...stream, startFromHead: true, limit: 5_000 });
    for (let time = 0; time < 2; time += 1) await put(...lines);
    const on = await aws.call('GetLogEvents', { ...stream, nextToken: nextForwardToken, limit: 1 });
    expect(messages(on)).toEqual(['8000']);
  });

  test('groups and streams are listed, and are there once', async () => {
    expect((await aws.refused('CreateLogGroup', { logGroupName: '/fleet' })).code).toBe(
      'ResourceAlreadyExistsException',
    );
    expect((await aws.refused('CreateLogStream', stream)).code).toBe('ResourceAlreadyExistsException');
    await put('a', 'b');
    expect((await aws.call('DescribeLogStreams', { logGroupName: '/fleet' })).logStreams).toMatchObject([
      { logStreamName: 'one', firstEventTimestamp: startMs, lastEventTimestamp: startMs + 1 },
    ]);
    await aws.call('DeleteLogStream', stream);
    expect((await aws.refused('GetLogEvents', stream)).message).toBe('The specified log stream does not exist.');
    await aws.call('DeleteLogGroup', { logGroupName: '/fleet' });
    expect((await aws.refused('PutLogEvents', { ...stream, logEvents: [] })).message).toBe(
      'The specified log group does not exist.',
    );
  });
});
