import type { Message, ReceiveMessageResult } from '@aws-sdk/client-sqs';
import { describe, expect, test } from 'vitest';
import { AwsError } from '../../../simulator/aws-error.ts';
import { recordTrail } from '../../../simulator/engine/cloud-trail.ts';
import { roleSession } from '../../../simulator/principal.ts';
import { eventbridge } from '../../../simulator/services/eventbridge/index.ts';
import { ACCOUNT, failing, HOME, machine, ROLE, type ToyFunction, toyWorld } from './toy-world.ts';

const functionArn = (name: string, region = 'us-east-1') => `arn:aws:lambda:${region}:${ACCOUNT}:function:${name}`;

/** A world with a rule that sends to functions, and a way to put events on its bus. */
async function bus(
  functions: Readonly<Record<string, ToyFunction>>,
  rule: object,
  targets: object[],
  region = 'us-east-1',
) {
  const toy = toyWorld(functions);
  await toy.call('eventbridge', 'PutRule', { Name: 'rule', ...rule }, region);
  await toy.call('eventbridge', 'PutTargets', { Rule: 'rule', Targets: targets }, region);
  const put = (detail: object, more: object = {}) =>
    toy.call<{ FailedEntryCount: number; Entries: { EventId?: string; ErrorCode?: string }[] }>(
      'eventbridge',
      'PutEvents',
      {
        Entries: [{ Source: 'probe', DetailType: 'Seen', Detail: JSON.stringify(detail), ...more }],
      },
    );
  return { ...toy, put };
}
const PATTERN = { EventPattern: '{"source":["probe"]}' };
const seen: ToyFunction = () => null;

describe('delivery (EventBridge user guide, Event bus targets)', () => {
  test('the event arrives within fractions of a second, whole', async () => {
    const { put, clock, invoked } = await bus({ seen }, PATTERN, [{ Id: '1', Arn: functionArn('seen') }]);
    const { Entries } = await put({ a: 1 }, { Resources: ['arn:x'] });
    await clock.runFor(1_000);
    expect(invoked).toHaveLength(1);
    expect(invoked[0]?.atSeconds).toBeGreaterThan(0);
    expect(invoked[0]?.atSeconds).toBeLessThan(0.2);
    expect(invoked[0]?.event).toEqual({
      version: '0',
      id: Entries[0]?.EventId,
      'detail-type': 'Seen',
      source: 'probe',
      account: ACCOUNT,
      time: '2026-01-01T00:00:00Z',
      region: 'us-east-1',
      resources: ['arn:x'],
      detail: { a: 1 },
    });
  });

  test.for([
    { why: 'a constant', target: { Input: '{"c":1}' }, event: { c: 1 } },
    { why: 'a part of the event', target: { InputPath: '$.detail.a' }, event: { b: 'x"y' } },
    {
      why: 'a template: JSON outside of quotes, text inside',
      target: {
        InputTransformer: {
          InputPathsMap: { b: '$.detail.a.b', d: '$.detail.a' },
          InputTemplate: '{"as": <b>, "in": "is <b>", "all": <d>, "rule": "<aws.events.rule-name>"}',
        },
      },
      event: { as: 'x"y', in: 'is x"y', all: { b: 'x"y' }, rule: 'rule' },
    },
    {
      why: 'a template of text',
      target: { InputTransformer: { InputPathsMap: { r: '$.region' }, InputTemplate: '"in <r>"' } },
      event: 'in us-east-1',
    },
  ])('a target is sent $why (Input transformation)', async ({ target, event }) => {
    const { put, clock, invoked } = await bus({ seen }, PATTERN, [{ Id: '1', Arn: functionArn('seen'), ...target }]);
    await put({ a: { b: 'x"y' } });
    await clock.runFor(1_000);
    expect(invoked[0]?.event).toEqual(event);
  });

  test("a state machine is started, under the target's role", async () => {
    const toy = await bus({}, PATTERN, []);
    const Arn = await toy.create(machine({ A: { Type: 'Pass', Output: '{% $states.input.detail %}' } }));
    await expect(toy.call('eventbridge', 'PutTargets', { Rule: 'rule', Targets: [{ Id: '1', Arn }] })).rejects.toThrow(
      /RoleArn is required/,
    );
    await toy.call('eventbridge', 'PutTargets', { Rule: 'rule', Targets: [{ Id: '1', Arn, RoleArn: ROLE }] });
    await toy.put({ a: 1 });
    await toy.clock.runFor(1_000);
    const { executions } = await toy.call<{ executions: { executionArn: string }[] }>('sfn', 'ListExecutions', {
      stateMachineArn: Arn,
    });
    expect((await toy.ended(executions[0]?.executionArn ?? '')).output).toEqual({ a: 1 });
  });

  test('a bus of another Region gets the event as it was, and sends it no further (Sending events between Regions)', async () => {
    const busArn = (region: string) => `arn:aws:events:${region}:${ACCOUNT}:event-bus/default`;
    const toy = await bus({ seen }, PATTERN, [{ Id: '1', Arn: busArn('eu-west-1'), RoleArn: ROLE }]);
    await toy.call('eventbridge', 'PutRule', { Name: 'there', ...PATTERN }, 'eu-west-1');
    const Targets = [
      { Id: '1', Arn: functionArn('seen', 'eu-west-1') },
      { Id: '2', Arn: busArn('us-east-1'), RoleArn: ROLE },
    ];
    await toy.call('eventbridge', 'PutTargets', { Rule: 'there', Targets }, 'eu-west-1');
    await toy.put({ a: 1 });
    await toy.clock.runFor(10_000);
    expect(toy.invoked).toMatchObject([{ region: 'eu-west-1', event: { region: 'us-east-1', detail: { a: 1 } } }]);
  });

  test('what is throttled is tried again; what cannot be mended is kept as a dead letter (Retrying event delivery)', async () => {
    const throttled: ToyFunction = (_event, attempt) => {
      if (attempt < 4) throw new AwsError('TooManyRequestsException', 'Rate exceeded');
      return null;
    };
    const toy = await bus({ throttled }, PATTERN, [
      { Id: '1', Arn: functionArn('throttled') },
      { Id: '2', Arn: functionArn('absent'), DeadLetterConfig: { Arn: 'arn:aws:sqs:us-east-1:111122223333:dlq' } },
    ]);
    await toy.put({ a: 1 });
    await toy.clock.runFor(60_000);
    expect(toy.invoked).toHaveLength(4);
    expect(toy.world.state(eventbridge, HOME).deadLetters).toMatchObject([
      {
        targetArn: functionArn('absent'),
        queueArn: 'arn:aws:sqs:us-east-1:111122223333:dlq',
        errorCode: 'ResourceNotFoundException',
        attempts: 1,
      },
    ]);
  });

  test.for([
    { why: 'for 24 hours by default', policy: undefined, attempts: 150, hours: 25 },
    { why: 'as often as its policy says', policy: { MaximumRetryAttempts: 2 }, attempts: 3, hours: 1 },
    { why: 'as long as its policy says', policy: { MaximumEventAgeInSeconds: 60 }, attempts: 5, hours: 1 },
  ])('a target that never answers is tried $why', async ({ policy, attempts, hours }) => {
    const down: ToyFunction = () => {
      throw new AwsError('ServiceException', 'down', { status: 500 });
    };
    const toy = await bus({ down }, PATTERN, [
      { Id: '1', Arn: functionArn('down'), ...(policy === undefined ? {} : { RetryPolicy: policy }) },
    ]);
    await toy.put({ a: 1 });
    await toy.clock.runFor(hours * 3_600_000);
    expect(toy.world.state(eventbridge, HOME).deadLetters).toHaveLength(1);
    expect(toy.invoked.length).toBeGreaterThanOrEqual(attempts);
    expect(toy.invoked.length).toBeLessThanOrEqual(186);
  });

  const QUEUE = `arn:aws:sqs:us-east-1:${ACCOUNT}:failures`;
  const RULE = `arn:aws:events:us-east-1:${ACCOUNT}:rule/rule`;
  const letting = (SourceArn: string) =>
    JSON.stringify({
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Resource: QUEUE,
          Condition: { ArnEquals: { 'aws:SourceArn': SourceArn } },
        },
      ],
    });
  const throttled = () => {
    throw new AwsError('TooManyRequestsException', 'Rate exceeded');
  };
  // biome-ignore format: a table is read down its columns
  test.for([
    { why: 'once its retries are used up', name: 'throttled', policy: letting(RULE), says: [{ ERROR_CODE: 'THROTTLING', ERROR_MESSAGE: 'Rate exceeded', RETRY_ATTEMPTS: '2', EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts' }] },
    { why: 'at once where trying again mends nothing', name: 'absent', policy: letting(RULE), says: [{ ERROR_CODE: 'NO_RESOURCE', ERROR_MESSAGE: 'Function not found: absent', RETRY_ATTEMPTS: '0', EXHAUSTED_RETRY_CONDITION: undefined }] },
    { why: 'of its own only: another rule is not let in', name: 'absent', policy: letting(`${RULE}-other`), says: [] },
    { why: 'of its own only: without a policy nobody is let in', name: 'absent', policy: '', says: [] },
  ])('what is not delivered goes to a dead-letter queue $why (Using dead-letter queues)', async ({ name, policy, says }) => {
    const toy = await bus({ throttled }, PATTERN, [
      { Id: '1', Arn: functionArn(name), DeadLetterConfig: { Arn: QUEUE }, RetryPolicy: { MaximumRetryAttempts: 2 } },
    ]);
    const { QueueUrl } = await toy.call<{ QueueUrl: string }>('sqs', 'CreateQueue', {
      QueueName: 'failures',
      Attributes: { Policy: policy },
    });
    await toy.put({ a: 1 });
    await toy.clock.runFor(60_000);
    const { Messages = [] } = await toy.call<ReceiveMessageResult>('sqs', 'ReceiveMessage', {
      QueueUrl,
      MessageAttributeNames: ['All'],
    });
    const told = ({ MessageAttributes = {} }: Message) => (key: string) => MessageAttributes[key]?.StringValue;
    expect(
      Messages.map((message) =>
        Object.fromEntries(Object.keys(says[0] ?? {}).map((key) => [key, told(message)(key)])),
      ),
    ).toEqual(says);
    for (const message of Messages) {
      expect(JSON.parse(message.Body ?? '')).toMatchObject({ detail: { a: 1 } });
      expect([told(message)('RULE_ARN'), told(message)('TARGET_ARN')]).toEqual([RULE, functionArn(name)]);
    }
  });

  test.for([
    { fate: 'lost', times: 0 },
    { fate: 'doubled', times: 2 },
    { fate: 'delivered', times: 1 },
  ] as const)('in weather that leaves it $fate, it arrives $times times', async ({ fate, times }) => {
    const { put, clock, invoked, world } = await bus({ seen }, PATTERN, [{ Id: '1', Arn: functionArn('seen') }]);
    world.weather = { event: () => fate };
    await put({});
    await clock.runFor(1_000);
    expect(invoked).toHaveLength(times);
  });

  test('a function that throws has taken the event', async () => {
    const { put, clock, invoked } = await bus({ boom: failing('Boom') }, PATTERN, [
      { Id: '1', Arn: functionArn('boom') },
    ]);
    await put({});
    await clock.runFor(60_000);
    expect(invoked).toHaveLength(1);
  });
});

describe('schedules', () => {
  test('fire on time for a day, and not while the rule is disabled', async () => {
    const toy = await bus({ seen }, { ScheduleExpression: 'rate(1 minute)' }, [{ Id: '1', Arn: functionArn('seen') }]);
    await toy.clock.runFor(3_600_500);
    expect(toy.invoked).toHaveLength(60);
    expect(toy.invoked.at(-1)?.event).toMatchObject({ time: '2026-01-01T01:00:00Z' });
    expect(toy.invoked[0]?.event).toMatchObject({
      source: 'aws.events',
      'detail-type': 'Scheduled Event',
      resources: [`arn:aws:events:us-east-1:${ACCOUNT}:rule/rule`],
      detail: {},
    });
    await toy.call('eventbridge', 'DisableRule', { Name: 'rule' });
    await toy.clock.runFor(600_000);
    expect(toy.invoked).toHaveLength(60);
    await toy.call('eventbridge', 'EnableRule', { Name: 'rule' });
    await toy.clock.runFor(61_000);
    expect(toy.invoked).toHaveLength(61);
  });
});

describe('the API (EventBridge API reference)', () => {
  const put = (Entries: object[]) =>
    toyWorld().call<{ FailedEntryCount: number; Entries: { ErrorCode?: string }[] }>('eventbridge', 'PutEvents', {
      Entries,
    });
  const entry = { Source: 'probe', DetailType: 'T', Detail: '{}' };
  test.for([
    { why: 'no source', entry: { ...entry, Source: undefined }, code: 'InvalidArgument' },
    { why: 'a detail that is no object', entry: { ...entry, Detail: '[1]' }, code: 'MalformedDetail' },
    { why: 'a source of AWS', entry: { ...entry, Source: 'aws.ec2' }, code: 'NotAuthorizedForSourceException' },
    { why: 'an unknown bus', entry: { ...entry, EventBusName: 'nowhere' }, code: 'ResourceNotFoundException' },
  ])('one entry may fail alone: $why', async ({ entry: bad, code }) => {
    const answer = await put([entry, bad]);
    expect(answer).toMatchObject({
      FailedEntryCount: 1,
      Entries: [{ EventId: expect.any(String) }, { ErrorCode: code }],
    });
  });

  test.for([
    { why: 'eleven entries', entries: Array.from({ length: 11 }, () => entry) },
    { why: 'none', entries: [] },
    { why: 'more than 256 KB', entries: [{ ...entry, Detail: JSON.stringify({ x: 'x'.repeat(262_144) }) }] },
  ])('refused as a whole: $why', async ({ entries }) => {
    await expect(put(entries)).rejects.toMatchObject({ code: 'ValidationException' });
  });

  test.for([
    {
      why: 'a bad pattern',
      operation: 'PutRule',
      input: { Name: 'r', EventPattern: '{"a":1}' },
      code: 'InvalidEventPatternException',
    },
    {
      why: 'a bad schedule',
      operation: 'PutRule',
      input: { Name: 'r', ScheduleExpression: 'rate(1 minutes)' },
      code: 'ValidationException',
    },
    { why: 'neither', operation: 'PutRule', input: { Name: 'r' }, code: 'ValidationException' },
    {
      why: 'targets of no rule',
      operation: 'PutTargets',
      input: { Rule: 'none', Targets: [] },
      code: 'ResourceNotFoundException',
    },
    {
      why: 'a queue',
      operation: 'PutTargets',
      input: { Rule: 'rule', Targets: [{ Id: '1', Arn: 'arn:aws:sqs:us-east-1:111122223333:q' }] },
      code: 'ValidationException',
    },
    {
      why: 'six targets',
      operation: 'PutTargets',
      input: { Rule: 'rule', Targets: [1, 2, 3, 4, 5, 6].map((id) => ({ Id: `${id}`, Arn: functionArn('seen') })) },
      code: 'LimitExceededException',
    },
    { why: 'a rule with targets', operation: 'DeleteRule', input: { Name: 'rule' }, code: 'ValidationException' },
    { why: 'the default bus', operation: 'DeleteEventBus', input: { Name: 'default' }, code: 'ValidationException' },
    { why: 'an absent rule', operation: 'DescribeRule', input: { Name: 'absent' }, code: 'ResourceNotFoundException' },
  ])('refused: $why', async ({ operation, input, code }) => {
    const { call } = await bus({ seen }, PATTERN, [{ Id: '1', Arn: functionArn('seen') }]);
    await expect(call('eventbridge', operation, input)).rejects.toMatchObject({ code });
  });

  test('rules and targets are told as they were put', async () => {
    const { call } = await bus({ seen }, { ...PATTERN, Description: 'd' }, [
      { Id: '1', Arn: functionArn('seen'), Input: '{}' },
    ]);
    expect(await call('eventbridge', 'DescribeRule', { Name: 'rule' })).toMatchObject({
      ...PATTERN,
      State: 'ENABLED',
      Description: 'd',
      EventBusName: 'default',
    });
    expect(await call('eventbridge', 'ListTargetsByRule', { Rule: 'rule' })).toEqual({
      Targets: [{ Id: '1', Arn: functionArn('seen'), Input: '{}' }],
    });
    expect(await call('eventbridge', 'ListRuleNamesByTarget', { TargetArn: functionArn('seen') })).toEqual({
      RuleNames: ['rule'],
    });
  });
});

describe('status changes of executions (Automating Step Functions event delivery with EventBridge)', () => {
  test('each one is an event on the default bus', async () => {
    const toy = await bus({ seen }, { EventPattern: '{"source":["aws.states"]}' }, [
      { Id: '1', Arn: functionArn('seen'), InputPath: '$.detail.status' },
    ]);
    await toy.run(machine({ W: { Type: 'Wait', Seconds: 5 } }));
    await toy.start(await toy.create(machine({ F: { Type: 'Fail' } }), 'EXPRESS'));
    await toy.clock.runFor(1_000);
    expect(toy.invoked.map(({ event }) => event)).toEqual(['RUNNING', 'SUCCEEDED']);
  });
});

describe('CloudTrail (CloudTrail user guide, Record contents; EventBridge user guide, AWS service events via CloudTrail)', () => {
  const trailed = async (pattern: object) => {
    const toy = await bus({ seen }, { EventPattern: JSON.stringify(pattern) }, [{ Id: '1', Arn: functionArn('seen') }]);
    recordTrail(toy.world);
    return toy;
  };

  test('a write comes back as an event, one to five seconds late, with who made it', async () => {
    const { world, clock, invoked } = await trailed({
      source: ['aws.events'],
      detail: { eventName: ['CreateEventBus'] },
    });
    const input = { Name: 'orders', Tags: [{ Key: 'k', Value: 'v' }] };
    await world.invoke({
      service: 'eventbridge',
      operation: 'CreateEventBus',
      input,
      place: HOME,
      principal: roleSession(ROLE, 'someone'),
    });
    await clock.runFor(10_000);
    expect(invoked[0]?.atSeconds).toBeGreaterThanOrEqual(1);
    expect(invoked[0]?.atSeconds).toBeLessThan(5.2);
    expect(invoked[0]?.event).toMatchObject({
      source: 'aws.events',
      'detail-type': 'AWS API Call via CloudTrail',
      region: 'us-east-1',
      detail: {
        eventSource: 'events.amazonaws.com',
        eventName: 'CreateEventBus',
        awsRegion: 'us-east-1',
        eventTime: '2026-01-01T00:00:00Z',
        readOnly: false,
        requestParameters: { name: 'orders', tags: [{ key: 'k', value: 'v' }] },
        responseElements: { eventBusArn: `arn:aws:events:us-east-1:${ACCOUNT}:event-bus/orders` },
        userIdentity: {
          type: 'AssumedRole',
          arn: `arn:aws:sts::${ACCOUNT}:assumed-role/workflow/someone`,
          sessionContext: { sessionIssuer: { type: 'Role', arn: ROLE, userName: 'workflow' } },
        },
      },
    });
  });

  test('a write that was refused is recorded with its error; reads and data events are not', async () => {
    const { call, clock, invoked } = await trailed({ source: ['aws.events'] });
    await call('eventbridge', 'ListRules', {});
    await call('eventbridge', 'PutEvents', { Entries: [{ Source: 's', DetailType: 'd', Detail: '{}' }] });
    await call('eventbridge', 'DeleteEventBus', { Name: 'default' }).catch(() => undefined);
    await clock.runFor(10_000);
    expect(invoked).toHaveLength(1);
    expect(invoked[0]?.event).toMatchObject({
      detail: {
        errorCode: 'ValidationException',
        errorMessage: 'Cannot delete event bus default.',
        responseElements: null,
      },
    });
  });

  test('it goes to the bus of the Region of the call', async () => {
    const { call, clock, invoked } = await trailed({
      source: ['aws.events'],
      detail: { eventName: ['CreateEventBus'] },
    });
    await call('eventbridge', 'CreateEventBus', { Name: 'a' }, 'eu-west-1');
    await clock.runFor(10_000);
    expect(invoked).toHaveLength(0);
  });
});
