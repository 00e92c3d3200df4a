import { beforeEach, describe, expect, test } from 'vitest';
import { sqs } from '../../../simulator/services/sqs/index.ts';
import { ACCOUNT, IRELAND, refusal, refusalCode, ServiceWorld, VIRGINIA } from '../service-world.ts';

const newWorld = () => new ServiceWorld(sqs);
let aws: ReturnType<typeof newWorld>;
let QueueUrl: string;
beforeEach(async () => {
  aws = newWorld();
  QueueUrl = (await aws.call('CreateQueue', { QueueName: 'work', tags: { team: 'net' } })).QueueUrl ?? '';
});

const send = (MessageBody: string, more: object = {}) => aws.call('SendMessage', { QueueUrl, MessageBody, ...more });
const receive = async (more: object = {}) =>
  (await aws.call('ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10, ...more })).Messages ?? [];
const bodies = async (more: object = {}) => (await receive(more)).map(({ Body }) => Body);
const arnOf = (name: string) => `arn:aws:sqs:${VIRGINIA}:${ACCOUNT}:${name}`;

describe('a queue', () => {
  test('is made once under one name', async () => {
    expect(QueueUrl).toBe(`https://sqs.${VIRGINIA}.amazonaws.com/${ACCOUNT}/work`);
    expect(await aws.call('CreateQueue', { QueueName: 'work' })).toEqual({ QueueUrl });
    expect(await aws.call('CreateQueue', { QueueName: 'work', Attributes: { DelaySeconds: '0' } })).toEqual({
      QueueUrl,
    });
    expect(await aws.call('ListQueues', {})).toEqual({ QueueUrls: [QueueUrl] });
    expect(await aws.call('ListQueues', {}, IRELAND)).toEqual({});
    expect(await aws.call('GetQueueUrl', { QueueName: 'work' })).toEqual({ QueueUrl });
  });

  // biome-ignore format: a table is read down its columns
  test.for<[why: string, call: () => Promise<unknown>, code: string]>([
    ['another attribute',   () => aws.call('CreateQueue', { QueueName: 'work', Attributes: { DelaySeconds: '5' } }), 'QueueNameExists'],
    ['a bad name',          () => aws.call('CreateQueue', { QueueName: 'w ork' }), 'InvalidParameterValue'],
    ['a FIFO name',         () => aws.call('CreateQueue', { QueueName: 'w.fifo' }), 'UnsupportedOperation'],
    ['an unknown attribute', () => aws.call('CreateQueue', { QueueName: 'w', Attributes: { Colour: 'red' } as object }), 'InvalidAttributeName'],
    ['an attribute of its own', () => aws.call('SetQueueAttributes', { QueueUrl, Attributes: { QueueArn: 'x' } }), 'InvalidAttributeName'],
    ['too long a delay',    () => aws.call('SetQueueAttributes', { QueueUrl, Attributes: { DelaySeconds: '901' } }), 'InvalidAttributeValue'],
    ['a policy that is none', () => aws.call('SetQueueAttributes', { QueueUrl, Attributes: { Policy: '{' } }), 'InvalidAttributeValue'],
    ['redrive to nowhere',  () => aws.call('SetQueueAttributes', { QueueUrl, Attributes: { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf('none'), maxReceiveCount: 1 }) } }), 'InvalidAttributeValue'],
    ['redrive without a count', () => aws.call('SetQueueAttributes', { QueueUrl, Attributes: { RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf('work') }) } }), 'InvalidAttributeValue'],
    ['no such queue',       () => aws.call('GetQueueAttributes', { QueueUrl: `${QueueUrl}x` }), 'QueueDoesNotExist'],
    ['no such name',        () => aws.call('GetQueueUrl', { QueueName: 'none' }), 'QueueDoesNotExist'],
    ['an empty message',    () => send(''), 'MissingParameter'],
    ['what XML has no word for', () => send('\u0001'), 'InvalidMessageContents'],
    ['a long message',      () => send('x'.repeat(1_048_577)), 'InvalidParameterValue'],
    ['an attribute without value', () => send('a', { MessageAttributes: { A: { DataType: 'String', StringValue: '' } } }), 'InvalidParameterValue'],
    ['eleven messages',     () => receive({ MaxNumberOfMessages: 11 }), 'InvalidParameterValue'],
    ['no handle',           () => aws.call('DeleteMessage', { QueueUrl, ReceiptHandle: 'abc' }), 'ReceiptHandleIsInvalid'],
    ['an empty batch',      () => aws.call('SendMessageBatch', { QueueUrl, Entries: [] }), 'EmptyBatchRequest'],
    ['ids that are the same', () => aws.call('SendMessageBatch', { QueueUrl, Entries: [{ Id: 'a', MessageBody: 'a' }, { Id: 'a', MessageBody: 'b' }] }), 'BatchEntryIdsNotDistinct'],
  ])('refuses %s', async ([, call, code]) => {
    expect(await refusalCode(call())).toBe(code);
  });

  test('has attributes and tags', async () => {
    await aws.call('SetQueueAttributes', { QueueUrl, Attributes: { VisibilityTimeout: '60' } });
    const { Attributes } = await aws.call('GetQueueAttributes', { QueueUrl, AttributeNames: ['All'] });
    expect(Attributes).toMatchObject({ QueueArn: arnOf('work'), VisibilityTimeout: '60', DelaySeconds: '0' });
    await aws.call('TagQueue', { QueueUrl, Tags: { a: '1' } });
    await aws.call('UntagQueue', { QueueUrl, TagKeys: ['team'] });
    expect(await aws.call('ListQueueTags', { QueueUrl })).toEqual({ Tags: { a: '1' } });
  });

  test('is gone once it is deleted, and its name is free a minute later', async () => {
    await aws.call('DeleteQueue', { QueueUrl });
    expect(await refusal(aws.call('DeleteQueue', { QueueUrl }))).toBe(
      'QueueDoesNotExist: The specified queue does not exist.',
    );
    expect(await refusalCode(aws.call('CreateQueue', { QueueName: 'work' }))).toBe('QueueDeletedRecently');
    await aws.pass(60);
    expect(await aws.call('CreateQueue', { QueueName: 'work' })).toEqual({ QueueUrl });
  });

  test('is purged once a minute', async () => {
    await send('a');
    await aws.call('PurgeQueue', { QueueUrl });
    expect(await receive()).toEqual([]);
    expect(await refusalCode(aws.call('PurgeQueue', { QueueUrl }))).toBe('PurgeQueueInProgress');
  });
});

describe('a message', () => {
  test('is out of sight while somebody is at work on it, and comes back if nobody deletes it', async () => {
    await send('a');
    expect(await bodies()).toEqual(['a']);
    expect(await bodies()).toEqual([]);
    await aws.pass(30);
    const [again] = await receive({ MessageSystemAttributeNames: ['ApproximateReceiveCount'] });
    expect(again).toMatchObject({ Body: 'a', Attributes: { ApproximateReceiveCount: '2' } });
    await aws.call('DeleteMessage', { QueueUrl, ReceiptHandle: again?.ReceiptHandle });
    await aws.pass(60);
    expect(await bodies()).toEqual([]);
  });

  test('is not deleted by who received it before somebody else did', async () => {
    await send('a');
    const [first] = await receive({ VisibilityTimeout: 1 });
    await aws.pass(1);
    await receive({ VisibilityTimeout: 1 });
    await aws.call('DeleteMessage', { QueueUrl, ReceiptHandle: first?.ReceiptHandle });
    await aws.pass(1);
    expect(await bodies()).toEqual(['a']);
  });

  test('stays out of sight for as long as its receiver asks', async () => {
    await send('a');
    const [{ ReceiptHandle } = {}] = await receive();
    await aws.call('ChangeMessageVisibility', { QueueUrl, ReceiptHandle, VisibilityTimeout: 100 });
    await aws.pass(99);
    expect(await bodies()).toEqual([]);
    await aws.pass(1);
    expect(
      await refusalCode(aws.call('ChangeMessageVisibility', { QueueUrl, ReceiptHandle, VisibilityTimeout: 1 })),
    ).toBe('MessageNotInflight');
    expect(await bodies()).toEqual(['a']);
  });

  test('may be delayed, and is forgotten when it is too old', async () => {
    await aws.call('SetQueueAttributes', { QueueUrl, Attributes: { MessageRetentionPeriod: '60' } });
    await send('late', { DelaySeconds: 10 });
    const counted = async () =>
      (await aws.call('GetQueueAttributes', { QueueUrl, AttributeNames: ['ApproximateNumberOfMessagesDelayed'] }))
        .Attributes;
    expect(await counted()).toEqual({ ApproximateNumberOfMessagesDelayed: '1' });
    expect(await bodies()).toEqual([]);
    await aws.pass(10);
    expect(await bodies({ VisibilityTimeout: 0 })).toEqual(['late']);
    await aws.pass(50);
    expect(await bodies()).toEqual([]);
  });

  test('is waited for, and ends the wait when it comes', async () => {
    const waiting = bodies({ WaitTimeSeconds: 20 });
    const nobody = bodies({ WaitTimeSeconds: 2 });
    aws.clock.after(5_000, () => void send('a'));
    const startMs = aws.clock.nowMs();
    expect(await aws.clock.runUntil(nobody)).toEqual([]);
    expect(aws.clock.nowMs() - startMs).toBe(2_000);
    expect(await aws.clock.runUntil(waiting)).toEqual(['a']);
    expect(aws.clock.nowMs() - startMs).toBe(5_000);
  });

  test('goes to the dead-letter queue once it was received too often', async () => {
    const { QueueUrl: deadUrl } = await aws.call('CreateQueue', { QueueName: 'dead' });
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf('dead'), maxReceiveCount: '2' });
    await aws.call('SetQueueAttributes', { QueueUrl, Attributes: { RedrivePolicy } });
    await send('a');
    for (let time = 0; time < 2; time += 1) expect(await bodies({ VisibilityTimeout: 0 })).toEqual(['a']);
    expect(await bodies()).toEqual([]);
    const { Messages } = await aws.call('ReceiveMessage', { QueueUrl: deadUrl, MessageSystemAttributeNames: ['All'] });
    expect(Messages).toMatchObject([{ Body: 'a', Attributes: { DeadLetterQueueSourceArn: arnOf('work') } }]);
  });

  test('has attributes that are shown to who asks for them, and digests as AWS computes them', async () => {
    const MessageAttributes = {
      'a.b': { DataType: 'String', StringValue: '1' },
      n: { DataType: 'Number', StringValue: '2' },
    };
    expect(await send('hello', { MessageAttributes })).toMatchObject({
      MD5OfMessageBody: '5d41402abc4b2a76b9719d911017c592',
    });
    expect((await receive({ VisibilityTimeout: 0 }))[0]?.MessageAttributes).toBeUndefined();
    expect((await receive({ VisibilityTimeout: 0, MessageAttributeNames: ['a.*'] }))[0]?.MessageAttributes).toEqual({
      'a.b': MessageAttributes['a.b'],
    });
    expect((await receive({ MessageAttributeNames: ['All'] }))[0]?.MessageAttributes).toEqual(MessageAttributes);
  });

  test('of a batch is refused alone', async () => {
    const Entries = [
      { Id: 'good', MessageBody: 'a' },
      { Id: 'bad', MessageBody: '' },
    ];
    expect(await aws.call('SendMessageBatch', { QueueUrl, Entries })).toMatchObject({
      Successful: [{ Id: 'good' }],
      Failed: [{ Id: 'bad', Code: 'MissingParameter', SenderFault: true }],
    });
    const [one] = await receive();
    const deleted = await aws.call('DeleteMessageBatch', {
      QueueUrl,
      Entries: [
        { Id: 'one', ReceiptHandle: one?.ReceiptHandle },
        { Id: 'two', ReceiptHandle: 'none' },
      ],
    });
    expect(deleted).toMatchObject({
      Successful: [{ Id: 'one' }],
      Failed: [{ Id: 'two', Code: 'ReceiptHandleIsInvalid' }],
    });
  });
});
