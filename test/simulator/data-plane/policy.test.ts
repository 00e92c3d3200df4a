import { describe, expect, test } from 'vitest';
import { evaluatePolicy } from '../../../simulator/data-plane/policy.ts';

const SELF = 'arn:aws:execute-api:eu-west-1:111122223333:a1b2c3';
const asked = {
  action: 'execute-api:Invoke',
  resource: `${SELF}/live/GET/payments`,
  principal: { kind: 'anonymous' },
  context: { 'aws:sourcevpce': 'vpce-1', 'aws:sourcevpc': 'vpc-1', 'aws:vpcsourceip': '10.64.1.10' },
} as const;

const allow = { Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' };
const when = (Condition: object) => [{ ...allow, Condition }];

describe('resource policies', () => {
  // biome-ignore format: a table is read down its columns
  test.for([
    { Statement: [allow],                                                         is: 'allow',         why: 'everyone may' },
    { Statement: [],                                                              is: 'implicit-deny', why: 'nothing allows it' },
    { Statement: [allow, { ...allow, Effect: 'Deny' }],                           is: 'explicit-deny', why: 'a deny wins, whatever the order' },
    { Statement: [{ ...allow, Principal: { AWS: '*' } }],                         is: 'allow',         why: 'another way to say everyone' },
    { Statement: [{ ...allow, Principal: { AWS: 'arn:aws:iam::1:root' } }],       is: 'implicit-deny', why: 'nobody signed this request' },
    { Statement: [{ ...allow, Action: '*' }],                                     is: 'allow',         why: 'all actions' },
    { Statement: [{ ...allow, Action: 'execute-api:ManageConnections' }],         is: 'implicit-deny', why: 'another action' },
    { Statement: [{ ...allow, Resource: '*' }],                                   is: 'allow',         why: 'all resources' },
    { Statement: [{ ...allow, Resource: 'execute-api:/live/GET/*' }],             is: 'allow',         why: 'the short form of its own ARN' },
    { Statement: [{ ...allow, Resource: 'execute-api:/test/*' }],                 is: 'implicit-deny', why: 'another stage' },
    { Statement: [{ ...allow, Resource: `${SELF}/live/G?T/payments` }],           is: 'allow',         why: '? is any one character' },
    { Statement: [{ ...allow, Resource: 'arn:aws:execute-api:*:*:other/*' }],     is: 'implicit-deny', why: 'another API' },
    { Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', NotResource: 'execute-api:/live/POST/*' }], is: 'allow', why: 'not what it excludes' },
    { Statement: when({ StringEquals: { 'aws:SourceVpce': 'vpce-1' } }),          is: 'allow',         why: 'this endpoint' },
    { Statement: when({ StringEquals: { 'aws:SourceVpce': ['vpce-0', 'vpce-1'] } }), is: 'allow',      why: 'one of these endpoints' },
    { Statement: when({ StringEquals: { 'AWS:sourceVPCE': 'vpce-1' } }),          is: 'allow',         why: 'keys have no case' },
    { Statement: when({ StringEquals: { 'aws:SourceVpce': 'vpce-2' } }),          is: 'implicit-deny', why: 'another endpoint' },
    { Statement: when({ StringNotEquals: { 'aws:SourceVpce': ['vpce-1', 'vpce-2'] } }), is: 'implicit-deny', why: 'none of these' },
    { Statement: when({ StringLike: { 'aws:SourceVpc': 'vpc-*' } }),              is: 'allow',         why: 'any VPC' },
    { Statement: when({ IpAddress: { 'aws:VpcSourceIp': ['10.65.0.0/16', '10.64.0.0/16'] } }), is: 'allow', why: 'an address in the block' },
    { Statement: when({ NotIpAddress: { 'aws:VpcSourceIp': '10.64.0.0/16' } }),   is: 'implicit-deny', why: 'an address out of the block' },
    { Statement: when({ StringEquals: { 'aws:SourceIp': '10.64.1.10' } }),        is: 'implicit-deny', why: 'through an endpoint there is no SourceIp' },
    { Statement: when({ StringNotEquals: { 'aws:SourceIp': '10.64.1.10' } }),     is: 'allow',         why: 'not-equals holds where the key is missing' },
    { Statement: when({ StringEqualsIfExists: { 'aws:SourceIp': '1.1.1.1' } }),   is: 'allow',         why: 'only if it exists' },
    { Statement: when({ Null: { 'aws:SourceIp': 'true' } }),                      is: 'allow',         why: 'it is missing' },
    { Statement: when({ Null: { 'aws:SourceVpce': 'true' } }),                    is: 'implicit-deny', why: 'it is not missing' },
    { Statement: when({ StringEquals: { 'aws:SourceVpce': 'vpce-1', 'aws:SourceVpc': 'vpc-2' } }), is: 'implicit-deny', why: 'all conditions have to hold' },
    { Statement: when({ DateGreaterThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' } }), is: 'implicit-deny', why: 'what is not understood allows nothing' },
  ])('$is: $why', ({ Statement, is }) => {
    expect(evaluatePolicy(JSON.stringify({ Version: '2012-10-17', Statement }), SELF, asked).decision).toBe(is);
  });

  test('say which statement decided, and on what', () => {
    const Statement = [
      allow,
      { ...allow, Sid: 'Ours', Effect: 'Deny', Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-9' } } },
    ];
    const { says } = evaluatePolicy(JSON.stringify({ Statement }), SELF, asked);
    expect(says).toBe('statement 2 (Ours) denies where aws:SourceVpce StringNotEquals vpce-9');
  });

  test('that are no JSON allow nothing', () => {
    expect(evaluatePolicy('{', SELF, asked).decision).toBe('implicit-deny');
  });
});
