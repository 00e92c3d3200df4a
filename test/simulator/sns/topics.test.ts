import { beforeEach, describe, expect, test } from 'vitest';
import { AwsError } from '../../../simulator/aws-error.ts';
import { lambda } from '../../../simulator/services/lambda/index.ts';
import { sns } from '../../../simulator/services/sns/index.ts';
import { ACCOUNT, IRELAND, refusal, ServiceWorld, VIRGINIA } from '../service-world.ts';
import { toldFunction } from '../told-function.ts';

const newWorld = () => new ServiceWorld(sns, lambda);
let aws: ReturnType<typeof newWorld>;
let TopicArn: string;
beforeEach(async () => {
  aws = newWorld();
  TopicArn = (await aws.call('CreateTopic', { Name: 'ops', Tags: [{ Key: 'team', Value: 'net' }] })).TopicArn ?? '';
});

const messages = () => aws.state().topics.get(TopicArn)?.messages ?? [];

describe('a topic', () => {
  test('is made once under one name', async () => {
    expect(TopicArn).toBe(`arn:aws:sns:${VIRGINIA}:${ACCOUNT}:ops`);
    expect(await aws.call('CreateTopic', { Name: 'ops' })).toEqual({ TopicArn });
    expect(await aws.call('CreateTopic', { Name: 'ops', Tags: [{ Key: 'team', Value: 'net' }] })).toEqual({ TopicArn });
    expect(await aws.call('ListTopics', {})).toEqual({ Topics: [{ TopicArn }] });
    expect(await aws.call('ListTopics', {}, IRELAND)).toEqual({ Topics: [] });
  });

  // biome-ignore format: a table is read down its columns
  test.for<[why: string, call: () => Promise<unknown>, says: string]>([
    ['another attribute', () => aws.call('CreateTopic', { Name: 'ops', Attributes: { DisplayName: 'Ops' } }), 'InvalidParameter: Invalid parameter: Attributes Reason: Topic already exists with different attributes'],
    ['another tag',       () => aws.call('CreateTopic', { Name: 'ops', Tags: [{ Key: 'team', Value: 'db' }] }), 'InvalidParameter: Invalid parameter: Tags Reason: Topic already exists with different tags'],
    ['a bad name',        () => aws.call('CreateTopic', { Name: 'o ps' }), 'InvalidParameter: Invalid parameter: Topic Name'],
    ['a FIFO name',       () => aws.call('CreateTopic', { Name: 'ops.fifo' }), 'InvalidParameter: Invalid parameter: Topic Name: FIFO topics are not simulated'],
    ['a FIFO topic',      () => aws.call('CreateTopic', { Name: 'x', Attributes: { FifoTopic: 'true' } }), 'InvalidParameter: Invalid parameter: Topic Name: FIFO topics are not simulated'],
    ['an unknown attribute', () => aws.call('SetTopicAttributes', { TopicArn, AttributeName: 'Colour', AttributeValue: 'red' }), 'InvalidParameter: Invalid parameter: AttributeName'],
    ['not an ARN',        () => aws.call('GetTopicAttributes', { TopicArn: 'ops' }), 'InvalidParameter: Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1'],
    ['another Region',    () => aws.call('GetTopicAttributes', { TopicArn }, IRELAND), 'InvalidParameter: Invalid parameter: TopicArn'],
    ['no such topic',     () => aws.call('GetTopicAttributes', { TopicArn: `${TopicArn}x` }), 'NotFound: Topic does not exist'],
    ['tags of no topic',  () => aws.call('ListTagsForResource', { ResourceArn: `${TopicArn}x` }), 'ResourceNotFound: Resource does not exist'],
  ])('is refused for %s', async ([, call, says]) => {
    expect(await refusal(call())).toBe(says);
  });

  test('has attributes and tags', async () => {
    await aws.call('SetTopicAttributes', { TopicArn, AttributeName: 'DisplayName', AttributeValue: 'Operators' });
    expect((await aws.call('GetTopicAttributes', { TopicArn })).Attributes).toMatchObject({
      TopicArn,
      Owner: ACCOUNT,
      DisplayName: 'Operators',
      SubscriptionsConfirmed: '0',
    });
    await aws.call('TagResource', { ResourceArn: TopicArn, Tags: [{ Key: 'a', Value: '1' }] });
    await aws.call('UntagResource', { ResourceArn: TopicArn, TagKeys: ['team'] });
    expect(await aws.call('ListTagsForResource', { ResourceArn: TopicArn })).toEqual({
      Tags: [{ Key: 'a', Value: '1' }],
    });
  });

  test('is gone once it is deleted, and deleting it again is no error', async () => {
    await aws.call('DeleteTopic', { TopicArn });
    await aws.call('DeleteTopic', { TopicArn });
    expect(await aws.call('ListTopics', {})).toEqual({ Topics: [] });
    expect((await aws.refused('Publish', { TopicArn, Message: 'x' })).code).toBe('NotFound');
  });

  test('is listed with a hundred others at a time', async () => {
    for (let at = 0; at < 120; at += 1) await aws.call('CreateTopic', { Name: `t-${at}` });
    const first = await aws.call('ListTopics', {});
    expect(first.Topics).toHaveLength(100);
    const second = await aws.call('ListTopics', { NextToken: first.NextToken });
    expect([second.Topics?.length, second.NextToken]).toEqual([21, undefined]);
  });
});

describe('what is published', () => {
  test('is kept in the state, the latest thousand', async () => {
    for (let at = 0; at < 1_005; at += 1) await aws.call('Publish', { TopicArn, Message: `m-${at}`, Subject: 's' });
    expect(messages()).toHaveLength(1_000);
    expect(messages()[0]).toMatchObject({ message: 'm-5', subject: 's', atMs: aws.clock.nowMs() });
  });

  const text = (DataType: string, StringValue: string) => ({ a: { DataType, StringValue } });
  // biome-ignore format: a table is read down its columns
  test.for<[why: string, more: object, code: string]>([
    ['nothing said',               { Message: '' },                                     'InvalidParameter'],
    ['more than 256 KB',           { Message: 'x'.repeat(262_145) },                    'InvalidParameter'],
    ['more than 256 KB with attributes', { Message: 'x'.repeat(262_140), MessageAttributes: text('String', 'xx') }, 'InvalidParameter'],
    ['a subject of 101',           { Subject: 'x'.repeat(101) },                        'InvalidParameter'],
    ['a subject of two lines',     { Subject: 'a\nb' },                                 'InvalidParameter'],
    ['an empty subject',           { Subject: '' },                                     'InvalidParameter'],
    ['a structure without default', { MessageStructure: 'json', Message: '{}' },        'InvalidParameter'],
    ['a structure that is no JSON', { MessageStructure: 'json' },                       'InvalidParameter'],
    ['an attribute without value', { MessageAttributes: { a: { DataType: 'String' } } }, 'ParameterValueInvalid'],
    ['an attribute of no type',    { MessageAttributes: text('Text', 'x') },            'ParameterValueInvalid'],
    ['a number that is none',      { MessageAttributes: text('Number', 'x') },          'ParameterValueInvalid'],
    ['a deduplication id',         { MessageDeduplicationId: 'x' },                     'InvalidParameter'],
    ['a telephone',                { PhoneNumber: '+10000' },                           'InvalidParameter'],
  ])('is refused for %s', async ([, more, code]) => {
    expect((await aws.refused('Publish', { TopicArn, Message: 'm', ...more })).code).toBe(code);
    expect(messages()).toEqual([]);
  });

  test('may be as long as 256 KB', async () => {
    await aws.call('Publish', { TopicArn, Message: 'x'.repeat(262_144), Subject: 'x'.repeat(100) });
    expect(messages()).toHaveLength(1);
  });

  test('in a batch fails one by one, unless the batch is wrong', async () => {
    const entry = (Id: string, Message = 'm') => ({ Id, Message });
    const batch = (...entries: { Id: string; Message: string }[]) =>
      aws.call('PublishBatch', { TopicArn, PublishBatchRequestEntries: entries });
    expect(await batch(entry('a'), entry('b', ''), entry('c'))).toMatchObject({
      Successful: [{ Id: 'a' }, { Id: 'c' }],
      Failed: [{ Id: 'b', Code: 'InvalidParameter', SenderFault: true }],
    });
    expect(messages()).toHaveLength(2);
    const codes = await Promise.all(
      [
        [],
        Array.from({ length: 11 }, (_, at) => entry(`e${at}`)),
        [entry('a'), entry('a')],
        [entry('a b')],
        [entry('a', 'x'.repeat(200_000)), entry('b', 'x'.repeat(100_000))],
      ].map(async (entries) => (await refusal(batch(...entries))).split(':')[0]),
    );
    expect(codes).toEqual([
      'EmptyBatchRequest',
      'TooManyEntriesInBatchRequest',
      'BatchEntryIdsNotDistinct',
      'InvalidBatchEntryId',
      'BatchRequestTooLong',
    ]);
  });
});

describe('subscribers', () => {
  const subscribe = (Protocol: string, Endpoint: string, more: object = {}) =>
    aws.call('Subscribe', { TopicArn, Protocol, Endpoint, ...more });

  test('that are functions are invoked, if they let SNS in', async () => {
    const open = await toldFunction(aws, {
      name: 'open',
      admits: { Principal: 'sns.amazonaws.com', SourceArn: TopicArn },
    });
    const closed = await toldFunction(aws, { name: 'closed', admits: { Principal: 'events.amazonaws.com' } });
    const { SubscriptionArn } = await subscribe('lambda', open.arn);
    await subscribe('lambda', closed.arn);
    await aws.call('Publish', {
      TopicArn,
      Message: 'replica down',
      Subject: 'eu-west-1',
      MessageAttributes: { severity: { DataType: 'String', StringValue: 'high' } },
    });
    await aws.pass(2);
    expect(closed.told).toEqual([]);
    expect(open.told).toEqual([
      {
        Records: [
          {
            EventSource: 'aws:sns',
            EventVersion: '1.0',
            EventSubscriptionArn: SubscriptionArn,
            Sns: expect.objectContaining({
              Type: 'Notification',
              TopicArn,
              Subject: 'eu-west-1',
              Message: 'replica down',
              MessageId: messages()[0]?.id,
              MessageAttributes: { severity: { Type: 'String', Value: 'high' } },
            }) as object,
          },
        ],
      },
    ]);
  });

  test('are told what is meant for them', async () => {
    const { arn, told } = await toldFunction(aws, { name: 'open', admits: { Principal: 'sns.amazonaws.com' } });
    await subscribe('lambda', arn);
    await aws.call('Publish', { TopicArn, MessageStructure: 'json', Message: '{"default":"d","lambda":"l"}' });
    await aws.pass(2);
    expect(told).toMatchObject([{ Records: [{ Sns: { Message: 'l', Subject: null } }] }]);
  });

  test('are told again while Lambda does not answer', async () => {
    const { arn, told } = await toldFunction(aws, { name: 'open', admits: { Principal: 'sns.amazonaws.com' } });
    await subscribe('lambda', arn);
    let refusals = 6;
    aws.world.weather = {
      before({ operation }) {
        if (operation === 'Invoke' && refusals-- > 0)
          throw new AwsError('ServiceException', 'not now', { status: 500 });
      },
    };
    await aws.call('Publish', { TopicArn, Message: 'm' });
    await aws.pass(2);
    expect(told).toEqual([]);
    await aws.pass(8);
    expect(told).toHaveLength(1);
  });

  test('that are not simulated are kept, and shown as AWS shows them', async () => {
    const queue = `arn:aws:sqs:${VIRGINIA}:${ACCOUNT}:q`;
    expect((await subscribe('sqs', queue)).SubscriptionArn).toMatch(TopicArn);
    expect((await subscribe('sqs', queue)).SubscriptionArn).toMatch(TopicArn);
    expect(await subscribe('email', 'ops@example.com')).toEqual({ SubscriptionArn: 'pending confirmation' });
    const { SubscriptionArn } = await subscribe('https', 'https://example.com', { ReturnSubscriptionArn: true });
    const { Subscriptions = [] } = await aws.call('ListSubscriptionsByTopic', { TopicArn });
    expect(
      Subscriptions.map((one) => [one.Protocol, one.Endpoint, one.SubscriptionArn === 'PendingConfirmation']),
    ).toEqual([
      ['sqs', queue, false],
      ['email', 'ops@example.com', true],
      ['https', 'https://example.com', true],
    ]);
    expect((await aws.call('ListSubscriptions', {})).Subscriptions).toEqual(Subscriptions);
    await aws.call('Unsubscribe', { SubscriptionArn });
    await aws.call('Unsubscribe', { SubscriptionArn });
    expect((await aws.call('GetTopicAttributes', { TopicArn })).Attributes).toMatchObject({
      SubscriptionsConfirmed: '1',
      SubscriptionsPending: '1',
      SubscriptionsDeleted: '1',
    });
  });

  // biome-ignore format: a table is read down its columns
  test.for<[protocol: string, endpoint: string, more: object, says: RegExp]>([
    ['sms',    '+1000',                 {}, /sms is not simulated/],
    ['pigeon', 'x',                     {}, /does not support this protocol string: pigeon/],
    ['lambda', 'arn:aws:sqs:x',         {}, /Lambda endpoint ARN/],
    ['sqs',    'q',                     {}, /SQS endpoint ARN/],
    ['email',  'ops',                   {}, /Email address/],
    ['https',  'http://example.com',    {}, /Endpoint must match the specified protocol/],
    ['email',  'o@example.com', { Attributes: { FilterPolicy: '{}' } }, /filter policies are not simulated/],
    ['email',  'o@example.com', { Attributes: { RawMessageDelivery: 'true' } }, /does not support raw message delivery/],
  ])('are refused: %s to %s', async ([protocol, endpoint, more, says]) => {
    const error = await aws.refused('Subscribe', { TopicArn, Protocol: protocol, Endpoint: endpoint, ...more });
    expect(error).toMatchObject({ code: 'InvalidParameter', message: expect.stringMatching(says) as string });
  });
});
