import { beforeEach, describe, expect, test } from 'vitest';
import { type Principal, rootOf } from '../../../simulator/principal.ts';
import { eventbridgeHome } from '../../../simulator/services/eventbridge/state.ts';
import { ACCOUNT, documentOf, GuardedWorld, OTHER, trusting } from '../authorization/guarded-world.ts';

const HERE = 'us-east-1';
const TABLE = `arn:aws:dynamodb:${HERE}:${ACCOUNT}:table/state`;

interface Told {
  readonly account: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

let aws: GuardedWorld;
let caller: Principal;
beforeEach(async () => {
  aws = new GuardedWorld();
  caller = await aws.role('caller', [{ Action: '*', Resource: '*' }], { account: OTHER });
  const pattern = JSON.stringify({ 'detail-type': ['AWS API Call via CloudTrail'] });
  const State = 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';
  for (const account of [ACCOUNT, OTHER]) {
    const ask = (operation: string, input: object) => aws.call('eventbridge', operation, input, rootOf(account), HERE);
    await ask('PutRule', { Name: 'trail', EventPattern: pattern, State });
    // What nobody takes is kept, word for word.
    const Arn = `arn:aws:lambda:${HERE}:${account}:function:nobody`;
    await ask('PutTargets', { Rule: 'trail', Targets: [{ Id: '1', Arn }] });
  }
});

/** What CloudTrail told in an account of one operation. */
async function told(account: string, eventName: string): Promise<readonly Told[]> {
  await aws.clock.runFor(10_000);
  return aws.world
    .state(eventbridgeHome, { account, region: HERE })
    .deadLetters.map(({ payload }) => JSON.parse(payload) as Told)
    .filter(({ detail }) => detail['eventName'] === eventName);
}

describe('what somebody does in another account', () => {
  test('assuming a role is told in both, as one event, and the role’s account hears of an account', async () => {
    const member = { trust: trusting({ AWS: OTHER }) };
    await aws.role('member', [], member);
    const RoleArn = `arn:aws:iam::${ACCOUNT}:role/member`;
    await aws.call('sts', 'AssumeRole', { RoleArn, RoleSessionName: 'look' }, caller, HERE);
    const [theirs, ...more] = await told(OTHER, 'AssumeRole');
    const [ours] = await told(ACCOUNT, 'AssumeRole');
    expect(more).toEqual([]);
    expect(theirs).toMatchObject({
      account: OTHER,
      detail: { recipientAccountId: OTHER, userIdentity: { type: 'AssumedRole', arn: caller.arn } },
    });
    expect(ours).toMatchObject({ account: ACCOUNT, detail: { recipientAccountId: ACCOUNT } });
    expect(ours?.detail['userIdentity']).toEqual({
      type: 'AWSAccount',
      principalId: expect.stringMatching(/^AROA/) as string,
      accountId: OTHER,
    });
    expect(ours?.detail['sharedEventID']).toBe(theirs?.detail['sharedEventID']);
    expect(ours?.detail['eventID']).not.toBe(theirs?.detail['eventID']);
  });

  test('a role that does not trust them hears nothing', async () => {
    await aws.role('member', []);
    const input = { RoleArn: `arn:aws:iam::${ACCOUNT}:role/member`, RoleSessionName: 'look' };
    await expect(aws.call('sts', 'AssumeRole', input, caller, HERE)).rejects.toThrow('not authorized');
    expect(await told(OTHER, 'AssumeRole')).toMatchObject([{ detail: { errorCode: 'AccessDenied' } }]);
    expect(await told(ACCOUNT, 'AssumeRole')).toEqual([]);
  });

  test('what a session does is told in the role’s account alone', async () => {
    await aws.role('member', [{ Action: 'ec2:CreateVpc', Resource: '*' }], { trust: trusting({ AWS: OTHER }) });
    const RoleArn = `arn:aws:iam::${ACCOUNT}:role/member`;
    const { Credentials } = await aws.call<{ Credentials: { AccessKeyId: string } }>(
      'sts',
      'AssumeRole',
      { RoleArn, RoleSessionName: 'look' },
      caller,
      HERE,
    );
    const session = aws.world.sessions.get(Credentials.AccessKeyId) as Principal;
    await aws.call('ec2', 'CreateVpc', { CidrBlock: '10.0.0.0/16' }, session, HERE);
    expect(await told(ACCOUNT, 'CreateVpc')).toMatchObject([
      { detail: { userIdentity: { type: 'AssumedRole', arn: `arn:aws:sts::${ACCOUNT}:assumed-role/member/look` } } },
    ]);
    expect(await told(OTHER, 'CreateVpc')).toEqual([]);
  });

  test('a table that is changed by its ARN is told of in both, its items in neither', async () => {
    const ask = (operation: string, input: object, who = rootOf(ACCOUNT)) =>
      aws.call('dynamodb', operation, input, who, HERE);
    await ask('CreateTable', {
      TableName: 'state',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      ResourcePolicy: documentOf([{ Principal: { AWS: OTHER }, Action: 'dynamodb:*', Resource: TABLE }]),
    });
    await aws.clock.runFor(5_000);
    await ask('TagResource', { ResourceArn: TABLE, Tags: [{ Key: 'a', Value: 'b' }] }, caller);
    await ask('PutItem', { TableName: TABLE, Item: { pk: { S: 'x' } } }, caller);
    expect(await told(ACCOUNT, 'TagResource')).toMatchObject([{ detail: { userIdentity: { accountId: OTHER } } }]);
    expect(await told(OTHER, 'TagResource')).toHaveLength(1);
    expect([...(await told(ACCOUNT, 'PutItem')), ...(await told(OTHER, 'PutItem'))]).toEqual([]);
  });
});
