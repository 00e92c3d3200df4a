import { describe, expect, test } from 'vitest';
import { accessPolicy, accessPolicyText, canonicalPolicy } from '../../../control-plane/model/access-policy.ts';

const ARN = 'arn:aws:execute-api:eu-west-1:111122223333:abc123';
const ours = accessPolicyText('vpce-1');
const [allow, deny] = accessPolicy('vpce-1').Statement;
const written = (...statements: readonly unknown[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });

describe('a policy, however it is written', () => {
  // biome-ignore format: a table is read down its columns
  test.for([
    { same: true,  text: ours,                                                     why: 'as we wrote it' },
    { same: true,  text: ours.replaceAll('"', String.raw`\"`),                     why: 'API Gateway escapes the quotes' },
    { same: true,  text: ours.replaceAll('execute-api:/*', `${ARN}/*`),            why: 'and expands the resource' },
    { same: true,  text: written(deny, allow),                                     why: 'order means nothing' },
    { same: true,  text: written({ ...allow, Action: ['execute-api:Invoke'] }, deny), why: 'a list of one is its item' },
    { same: true,  text: written({ ...allow, Principal: { AWS: '*' } }, deny),     why: 'everybody, the long way' },
    { same: false, text: written(allow),                                           why: 'loosened: no Deny' },
    { same: false, text: written(allow, { ...deny, Condition: { StringNotEquals: { 'aws:SourceVpce': ['vpce-1', 'vpce-2'] } } }), why: 'a second endpoint let in' },
    { same: false, text: accessPolicyText('vpce-2'),                               why: 'another endpoint' },
    { same: false, text: ours.replaceAll('execute-api:/*', 'arn:aws:execute-api:eu-west-1:111122223333:other/*'), why: "another API's ARN" },
    { same: false, text: '{"Statement":',                                          why: 'no policy at all' },
    { same: false, text: undefined,                                                why: 'none' },
  ])('$why: $same', ({ same, text }) => {
    expect(canonicalPolicy(text, ARN) === canonicalPolicy(ours, '')).toBe(same);
  });
});
