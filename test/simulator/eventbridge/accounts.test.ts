import { beforeEach, describe, expect, test } from 'vitest';
import { type Principal, rootOf } from '../../../simulator/principal.ts';
import { eventbridgeHome } from '../../../simulator/services/eventbridge/state.ts';
import {
  ACCOUNT,
  documentOf,
  GuardedWorld,
  OTHER,
  REGION,
  refusalOf,
  trusting,
} from '../authorization/guarded-world.ts';

const BUS = `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`;
const RULE = `arn:aws:events:${REGION}:${OTHER}:rule/out`;
const entry = { Source: 'landbridge.health', DetailType: 'Changed', Detail: '{}', EventBusName: BUS };

interface PutAnswer {
  readonly FailedEntryCount: number;
  readonly Entries: readonly { readonly EventId?: string; readonly ErrorCode?: string }[];
}

let aws: GuardedWorld;
beforeEach(() => {
  aws = new GuardedWorld();
});

const permit = (more: object, EventBusName?: string) =>
  aws.call('eventbridge', 'PutPermission', { ...more, EventBusName });

const policy = async () => {
  const { Policy } = await aws.call<{ Policy?: string }>('eventbridge', 'DescribeEventBus', {});
  return Policy === undefined ? undefined : (JSON.parse(Policy) as { Statement: Record<string, unknown>[] }).Statement;
};

/** What becomes of each entry: 'put', or its error. */
async function put(entries: readonly object[], principal: Principal): Promise<string[]> {
  const { Entries } = await aws.call<PutAnswer>('eventbridge', 'PutEvents', { Entries: entries }, principal);
  return Entries.map(({ ErrorCode, EventId }) => ErrorCode ?? (EventId === undefined ? 'nothing' : 'put'));
}

describe('a bus of another account', () => {
  const teller = () =>
    aws.role('teller', [{ Action: 'events:PutEvents', Resource: 'arn:aws:events:*:*:event-bus/default' }], {
      account: OTHER,
    });

  test('takes what its policy lets in, entry by entry', async () => {
    const who = await teller();
    const Policy = documentOf([
      {
        Sid: 'health',
        Principal: { AWS: OTHER },
        Action: 'events:PutEvents',
        Resource: BUS,
        Condition: { StringEquals: { 'events:source': 'landbridge.health' } },
      },
    ]);
    await permit({ Policy });
    expect(await put([entry, { ...entry, Source: 'orders' }, { ...entry, EventBusName: undefined }], who)).toEqual([
      'put',
      'AccessDeniedException',
      'put',
    ]);
    await aws.call('eventbridge', 'RemovePermission', { StatementId: 'health' });
    expect(await put([entry], who)).toEqual(['AccessDeniedException']);
  });

  test('is out of reach of whoever’s own policies do not lead there: that refuses the call', async () => {
    await permit({ StatementId: 'them', Principal: OTHER, Action: 'events:PutEvents' });
    const mute = await aws.role('mute', [{ Action: 'events:PutEvents', Resource: RULE }], { account: OTHER });
    const refused = await refusalOf(put([entry], mute));
    expect(refused.code).toBe('AccessDeniedException');
    expect(refused.message).toContain('because no identity-based policy allows');
  });

  test('says who sent the event, and from where', async () => {
    await permit({ StatementId: 'them', Principal: OTHER, Action: 'events:PutEvents' });
    await aws.call('sqs', 'CreateQueue', { QueueName: 'kept' });
    await aws.call('eventbridge', 'PutRule', { Name: 'in', EventPattern: JSON.stringify({ account: [OTHER] }) });
    const gone = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:gone`;
    await aws.call('eventbridge', 'PutTargets', { Rule: 'in', Targets: [{ Id: '1', Arn: gone }] });
    expect(await put([entry, { ...entry, EventBusName: undefined }], await teller())).toEqual(['put', 'put']);
    await aws.clock.runFor(1_000);
    const { deadLetters } = aws.world.state(eventbridgeHome, { account: ACCOUNT, region: REGION });
    expect(deadLetters.map(({ payload }) => JSON.parse(payload) as unknown)).toMatchObject([
      { account: OTHER, region: REGION, source: 'landbridge.health' },
    ]);
  });

  test('in another Region is meant by its ARN; one that is dark takes nothing', async () => {
    const there = BUS.replace(REGION, 'us-east-1');
    await aws.call(
      'eventbridge',
      'PutPermission',
      { StatementId: 'them', Principal: OTHER, Action: 'events:PutEvents' },
      rootOf(ACCOUNT),
      'us-east-1',
    );
    const who = await teller();
    expect(await put([{ ...entry, EventBusName: there }], who)).toEqual(['put']);
    aws.world.outages.darken('us-east-1');
    expect(await put([{ ...entry, EventBusName: there }], who)).toEqual(['InternalFailure']);
  });

  test('names a real account', async () => {
    const nobody = 'arn:aws:events:eu-west-1:me:event-bus/default';
    aws.world.authorization = 'ignored';
    expect(await put([{ ...entry, EventBusName: nobody }], rootOf(OTHER))).toEqual(['InvalidAccountIdException']);
  });

  test('is not mistaken for the own bus of the same name', async () => {
    aws.world.authorization = 'ignored';
    expect(await refusalOf(aws.call('eventbridge', 'DescribeEventBus', { Name: BUS }, rootOf(OTHER)))).toMatchObject({
      code: 'ResourceNotFoundException',
    });
    const rule = { Name: 'r', EventPattern: '{"source":["x"]}', EventBusName: BUS };
    expect(await refusalOf(aws.call('eventbridge', 'PutRule', rule, rootOf(OTHER)))).toMatchObject({
      code: 'ResourceNotFoundException',
    });
  });
});

describe('a rule that forwards to another account', () => {
  async function forwarding(statement: object): Promise<() => Promise<string[]>> {
    const { roleArn: RoleArn } = await aws.role('forwarder', [{ Action: 'events:PutEvents', Resource: BUS }], {
      account: OTHER,
      trust: trusting({ Service: 'events.amazonaws.com' }),
    });
    const other = rootOf(OTHER);
    await aws.call('eventbridge', 'PutRule', { Name: 'out', EventPattern: '{"source":["x"]}' }, other);
    expect(
      await refusalOf(aws.call('eventbridge', 'PutTargets', { Rule: 'out', Targets: [{ Id: '1', Arn: BUS }] }, other)),
      'a role is needed',
    ).toMatchObject({ code: 'ValidationException', message: `RoleArn is required for target ${BUS}.` });
    await aws.call('eventbridge', 'PutTargets', { Rule: 'out', Targets: [{ Id: '1', Arn: BUS, RoleArn }] }, other);
    await permit({ Policy: documentOf([statement]) });
    return async () => {
      await put([{ Source: 'x', DetailType: 'y', Detail: '{}' }], other);
      await aws.clock.runFor(1_000);
      return aws.world
        .state(eventbridgeHome, { account: OTHER, region: REGION })
        .deadLetters.map(({ errorCode }) => errorCode);
    };
  }
  const only = (rule: string) => ({
    Sid: 'one-rule',
    Principal: { AWS: OTHER },
    Action: 'events:PutEvents',
    Resource: BUS,
    Condition: { ArnEquals: { 'aws:SourceArn': rule } },
  });

  test('is let in as the rule that the bus’s policy names', async () => {
    expect(await (await forwarding(only(RULE)))()).toEqual([]);
  });

  test('is left undelivered as any other rule', async () => {
    expect(await (await forwarding(only(`${RULE}-else`)))()).toEqual(['AccessDeniedException']);
  });
});

describe('who may put events to a bus', () => {
  test('is said one by one, as AWS writes it, and taken back one by one', async () => {
    await permit({ StatementId: 'them', Principal: OTHER, Action: 'events:PutEvents' });
    await permit({
      StatementId: 'all-of-us',
      Principal: '*',
      Action: 'events:PutEvents',
      Condition: { Type: 'StringEquals', Key: 'aws:PrincipalOrgID', Value: 'o-1234567890' },
    });
    expect(await policy()).toEqual([
      {
        Sid: 'them',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${OTHER}:root` },
        Action: 'events:PutEvents',
        Resource: BUS,
      },
      {
        Sid: 'all-of-us',
        Effect: 'Allow',
        Principal: '*',
        Action: 'events:PutEvents',
        Resource: BUS,
        Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1234567890' } },
      },
    ]);
    await aws.call('eventbridge', 'RemovePermission', { StatementId: 'them' });
    expect((await policy())?.map(({ Sid }) => Sid)).toEqual(['all-of-us']);
    const remove = (input: object) => refusalOf(aws.call('eventbridge', 'RemovePermission', input));
    expect(await remove({ StatementId: 'them' })).toMatchObject({ code: 'ResourceNotFoundException' });
    await aws.call('eventbridge', 'RemovePermission', { RemoveAllPermissions: true });
    expect(await policy()).toBeUndefined();
    expect(await remove({ StatementId: 'all-of-us' })).toMatchObject({
      code: 'ResourceNotFoundException',
      message: 'EventBus does not have a policy.',
    });
  });

  test('a whole policy takes the place of the one before', async () => {
    await permit({ StatementId: 'them', Principal: OTHER, Action: 'events:PutEvents' });
    await permit({ Policy: documentOf([{ Sid: 'new', Principal: '*', Action: 'events:PutEvents', Resource: BUS }]) });
    expect((await policy())?.map(({ Sid }) => Sid)).toEqual(['new']);
  });

  const good = { StatementId: 'a', Principal: OTHER, Action: 'events:PutEvents' };
  // biome-ignore format: a table is read down its columns
  test.for<{ why: string; input: object; code: string }>([
    { why: 'an id with a space',       input: { ...good, StatementId: 'a b' },              code: 'ValidationException' },
    { why: 'an id of 65 characters',   input: { ...good, StatementId: 'a'.repeat(65) },     code: 'ValidationException' },
    { why: 'an ARN as principal',      input: { ...good, Principal: `arn:aws:iam::${OTHER}:root` }, code: 'ValidationException' },
    { why: 'another action',           input: { ...good, Action: 'events:PutRule' },        code: 'ValidationException' },
    { why: 'another condition',        input: { ...good, Condition: { Type: 'StringEquals', Key: 'events:source', Value: 'x' } }, code: 'ValidationException' },
    { why: 'a bus by its ARN',         input: { ...good, EventBusName: BUS },               code: 'ValidationException' },
    { why: 'a bus that is not there',  input: { ...good, EventBusName: 'orders' },          code: 'ResourceNotFoundException' },
    { why: 'a policy that is no JSON', input: { Policy: 'x' },                              code: 'ValidationException' },
    { why: 'a policy over 10 KB',      input: { Policy: documentOf([{ Sid: 'x'.repeat(10_240), Principal: '*', Action: 'events:PutEvents', Resource: BUS }]) }, code: 'PolicyLengthExceededException' },
  ])('refuses $why', async ({ input, code }) => {
    expect((await refusalOf(aws.call('eventbridge', 'PutPermission', input))).code).toBe(code);
    expect(await policy()).toBeUndefined();
  });
});
