import { describe, expect, test } from 'vitest';
import { letsThrough } from '../../../control-plane/health/reachability-policy.ts';
import { accessPolicyText, canonicalPolicy } from '../../../control-plane/model/access-policy.ts';
import { cidrOf } from '../../../control-plane/model/cidr.ts';

const selfArn = 'arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5';
const asked = {
  selfArn,
  resource: `${selfArn}/live/GET/health`,
  endpointId: 'vpce-1',
  vpcId: 'vpc-1',
  callers: cidrOf('10.65.0.0/20'),
};
const ANY = { Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' };
const allow = { Effect: 'Allow', ...ANY };
const deny = { Effect: 'Deny', ...ANY };
const where = (Condition: object): object => ({ Condition });

// biome-ignore format: a table is read down its columns
const rows: readonly { statements: readonly object[]; lets: boolean; why: string }[] = [
  { statements: [], lets: false, why: 'what nothing allows is denied' },
  { statements: [allow], lets: true, why: 'everybody may' },
  { statements: [allow, deny], lets: false, why: 'a deny wins' },
  { statements: [{ ...allow, Principal: { AWS: '*' } }], lets: true, why: 'everybody, as AWS writes it' },
  { statements: [{ ...allow, Principal: { AWS: 'arn:aws:iam::111122223333:root' } }], lets: false, why: 'calls are not signed' },
  { statements: [allow, { ...deny, Principal: undefined, NotPrincipal: { AWS: 'arn:aws:iam::111122223333:root' } }], lets: false, why: 'all but one are denied' },
  { statements: [{ ...allow, Action: 'execute-api:*' }], lets: true, why: 'a pattern of actions' },
  { statements: [{ ...allow, Action: 'execute-api:ManageConnections' }], lets: false, why: 'another action' },
  { statements: [{ ...allow, Resource: 'execute-api:/live/GET/*' }], lets: true, why: 'the short form of a resource' },
  { statements: [{ ...allow, Resource: 'execute-api:/live/POST/*' }], lets: false, why: 'another method' },
  { statements: [{ ...allow, Resource: `${selfArn}/*` }], lets: true, why: 'the long form of a resource' },
  { statements: [{ ...allow, Resource: undefined, NotResource: 'execute-api:/test/*' }], lets: true, why: 'all but another stage' },
  { statements: [{ ...allow, ...where({ StringEquals: { 'aws:SourceVpce': ['vpce-0', 'vpce-1'] } }) }], lets: true, why: 'one of these endpoints' },
  { statements: [{ ...allow, ...where({ StringEquals: { 'aws:SourceVpc': 'vpc-2' } }) }], lets: false, why: 'another VPC' },
  { statements: [{ ...allow, ...where({ StringLike: { 'aws:SourceVpce': 'vpce-*' } }) }], lets: true, why: 'a pattern of endpoints' },
  { statements: [allow, { ...deny, ...where({ StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } }) }], lets: true, why: 'denied to other endpoints' },
  { statements: [allow, { ...deny, ...where({ StringNotEquals: { 'aws:PrincipalOrgID': 'o-1' } }) }], lets: false, why: 'a key that is missing is not equal' },
  { statements: [{ ...allow, ...where({ StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }) }], lets: false, why: 'a key that is missing is equal to nothing' },
  { statements: [{ ...allow, ...where({ StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-1' } }) }], lets: true, why: 'unless it need not be there' },
  { statements: [{ ...allow, ...where({ Null: { 'aws:PrincipalOrgID': 'true' } }) }], lets: true, why: 'it must not be there' },
  { statements: [{ ...allow, ...where({ IpAddress: { 'aws:VpcSourceIp': '10.65.0.0/16' } }) }], lets: true, why: 'all callers are in the block' },
  { statements: [{ ...allow, ...where({ IpAddress: { 'aws:VpcSourceIp': '10.65.0.0/24' } }) }], lets: false, why: 'not all callers are' },
  { statements: [allow, { ...deny, ...where({ IpAddress: { 'aws:VpcSourceIp': '10.65.1.7' } }) }], lets: false, why: 'one caller is denied' },
  { statements: [allow, { ...deny, ...where({ NotIpAddress: { 'aws:VpcSourceIp': '10.65.0.0/16' } }) }], lets: true, why: 'only others are denied' },
  { statements: [allow, { ...deny, ...where({ NotIpAddress: { 'aws:VpcSourceIp': '10.65.0.0/24' } }) }], lets: false, why: 'some callers are denied' },
  { statements: [allow, { ...deny, ...where({ DateGreaterThan: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' } }) }], lets: false, why: 'an operator that is not known proves nothing' },
];

describe('a policy', () => {
  test.for(rows)('lets callers through: $lets, $why', ({ statements, lets }) => {
    const text = JSON.stringify({ Version: '2012-10-17', Statement: statements });
    expect(letsThrough(text, asked)).toBe(lets);
    expect(letsThrough(canonicalPolicy(text, selfArn), asked), 'in its canonical form').toBe(lets);
  });

  test('of the fleet’s own lets in its endpoint and no other', () => {
    expect(letsThrough(accessPolicyText('vpce-1'), asked)).toBe(true);
    expect(letsThrough(accessPolicyText('vpce-2'), asked)).toBe(false);
  });

  test.for(['', 'nonsense', '[]', 'null'])('that cannot be read lets nobody in: %j', (text) => {
    expect(letsThrough(text, asked)).toBe(false);
  });
});
