import { describe, expect, test } from 'vitest';
import type { Access } from '../../../simulator/authorization/access.ts';
import { conditionOf } from '../../../simulator/authorization/conditions.ts';
import { arnLike, like } from '../../../simulator/authorization/pattern.ts';
import { statementsFrom } from '../../../simulator/authorization/policy.ts';
import type { Question } from '../../../simulator/authorization/question.ts';
import { roleSession } from '../../../simulator/principal.ts';
import { ACCOUNT, GuardedWorld, REGION } from './guarded-world.ts';

const { world } = new GuardedWorld();

const asking = (access: Partial<Access>): Question => ({
  principal: roleSession(`arn:aws:iam::${ACCOUNT}:role/folder/applier`, 'run'),
  principalTags: new Map([['Team', 'payments']]),
  access: { action: 'ec2:CreateRoute', resource: `arn:aws:ec2:${REGION}:${ACCOUNT}:route-table/rtb-1`, ...access },
  place: { account: ACCOUNT, region: REGION },
  owner: ACCOUNT,
  world,
});

const tags = new Map([['landbridge:fleet', 'payments']]);
const requestTags = [
  { key: 'landbridge:fleet', value: 'payments' },
  { key: 'Name', value: 'a*b' },
];
const context = {
  'x:number': '10',
  'x:date': '2026-11-21T00:00:00Z',
  'x:ip': '10.1.2.3',
  'x:arn': `arn:aws:ec2:${REGION}:${ACCOUNT}:vpc/vpc-1`,
  'x:many': ['a', 'b'],
  'x:none': [],
};

type Row = readonly [
  operator: string,
  key: string,
  values: string | readonly string[],
  met: boolean | string,
  why: string,
];

// biome-ignore format: a table is read down its columns
const rows: readonly Row[] = [
  ['StringEquals',              'aws:ResourceTag/landbridge:fleet', 'payments',            true,  'a tag of the resource'],
  ['StringEquals',              'AWS:resourcetag/Landbridge:Fleet', 'payments',            true,  'names of keys have no case'],
  ['StringEquals',              'aws:ResourceTag/landbridge:fleet', 'PAYMENTS',            false, 'values have'],
  ['StringEquals',              'ec2:ResourceTag/landbridge:fleet', ['other', 'payments'], true,  'any of the values'],
  ['StringEquals',              'aws:ResourceTag/other',            'payments',            false, 'no such tag'],
  ['StringNotEquals',           'aws:ResourceTag/other',            'payments',            true,  'what is missing is not equal'],
  ['StringNotEquals',           'aws:ResourceTag/landbridge:fleet', ['x', 'payments'],     false, 'none of the values may match'],
  ['StringEqualsIfExists',      'aws:ResourceTag/other',            'payments',            true,  'missing, and may be'],
  ['StringEqualsIfExists',      'aws:ResourceTag/landbridge:fleet', 'other',               false, 'there, and different'],
  ['StringEqualsIgnoreCase',    'aws:ResourceTag/landbridge:fleet', 'PAYMENTS',            true,  'without regard to case'],
  ['StringNotEqualsIgnoreCase', 'aws:ResourceTag/landbridge:fleet', 'PAYMENTS',            false, 'without regard to case'],
  ['StringLike',                'aws:RequestTag/Name',              'a?b',                 true,  'one character'],
  ['StringLike',                'aws:RequestTag/Name',              'a*',                  true,  'any characters'],
  ['StringNotLike',             'aws:RequestTag/Name',              'a*',                  false, 'any characters'],
  ['StringEquals',              'aws:RequestTag/Name',              'a*',                  false, 'no pattern in StringEquals'],
  ['StringLike',                'aws:RequestTag/Name',              'a${*}b',              true,  'a star that is a star'],
  ['StringEquals',              'aws:RequestTag/landbridge:fleet',  '${aws:PrincipalTag/team}', true, 'a variable'],
  ['StringEquals',              'aws:RequestTag/landbridge:fleet',  '${aws:PrincipalTag/no}', false, 'a variable without a value'],
  ['StringEquals',              'aws:RequestTag/landbridge:fleet',  "${aws:PrincipalTag/no, 'payments'}", true, 'a variable with a default'],
  ['StringEquals',              'aws:PrincipalArn',                 `arn:aws:iam::${ACCOUNT}:role/folder/applier`, true, 'the role, not the session'],
  ['ArnLike',                   'aws:PrincipalArn',                 `arn:aws:iam::*:role/folder/*`, true, 'by part'],
  ['StringEquals',              'aws:PrincipalAccount',             ACCOUNT,               true,  'the caller’s account'],
  ['StringEquals',              'aws:RequestedRegion',              [REGION, 'x'],         true,  'the Region asked'],
  ['StringEquals',              'aws:ResourceAccount',              ACCOUNT,               true,  'whose resource'],
  ['ForAllValues:StringEquals', 'aws:TagKeys',                      ['landbridge:fleet', 'Name', 'x'], true, 'no key besides'],
  ['ForAllValues:StringEquals', 'aws:TagKeys',                      ['Name'],              false, 'one key besides'],
  ['ForAllValues:StringEquals', 'x:none',                           ['Name'],              true,  'all of none'],
  ['ForAnyValue:StringEquals',  'aws:TagKeys',                      ['Name'],              true,  'one of them'],
  ['ForAnyValue:StringEquals',  'x:none',                           ['Name'],              false, 'one of none'],
  ['ForAnyValue:StringNotEquals', 'x:many',                         ['a'],                 true,  'b is not a'],
  ['ForAllValues:StringNotEquals', 'x:many',                        ['a'],                 false, 'a is'],
  ['ForAllValues:StringLike',   'x:many',                           ['a*', 'b'],           true,  'each by some pattern'],
  ['ArnEquals',                 'x:arn',                            'arn:aws:ec2:*:*:vpc/vpc-1', true, 'wildcards within parts'],
  ['ArnLike',                   'x:arn',                            'arn:aws:*:vpc/vpc-1', false, 'no wildcard over parts'],
  ['ArnNotLike',                'x:arn',                            'arn:aws:ec2:*:*:vpc/*', false, 'it is like that'],
  ['NumericEquals',             'x:number',                         '10.0',                true,  'as numbers'],
  ['NumericNotEquals',          'x:number',                         '10',                  false, 'as numbers'],
  ['NumericLessThan',           'x:number',                         '9',                   false, '10 < 9 as numbers'],
  ['NumericLessThanEquals',     'x:number',                         '10',                  true,  '10 ≤ 10'],
  ['NumericGreaterThan',        'x:number',                         '9',                   true,  '10 > 9'],
  ['NumericGreaterThanEquals',  'x:number',                         'ten',                 false, 'no number'],
  ['DateLessThan',              'x:date',                           '2026-12-01T00:00:00Z', true, 'earlier'],
  ['DateGreaterThan',           'x:date',                           '1795219200',          false, 'seconds since 1970'],
  ['DateGreaterThanEquals',     'aws:CurrentTime',                  '1970-01-01T00:00:00Z', true, 'now'],
  ['Bool',                      'aws:SecureTransport',              'true',                true,  'all calls are'],
  ['Bool',                      'aws:MultiFactorAuthPresent',       'false',               false, 'no such key in a role’s session'],
  ['BoolIfExists',              'aws:MultiFactorAuthPresent',       'true',                true,  'no such key, and may be'],
  ['Null',                      'aws:MultiFactorAuthPresent',       'true',                true,  'it is missing'],
  ['Null',                      'aws:RequestTag/Name',              'true',                false, 'it is not'],
  ['Null',                      'aws:RequestTag/Name',              'false',               true,  'it is there'],
  ['Null',                      'x:none',                           'true',                true,  'nothing in it'],
  ['IpAddress',                 'x:ip',                             '10.1.0.0/16',         true,  'in the block'],
  ['IpAddress',                 'x:ip',                             '10.1.2.3',            true,  'a single address'],
  ['NotIpAddress',              'x:ip',                             ['10.2.0.0/16', '10.1.0.0/16'], false, 'in one of them'],
  ['StringResembles',           'x:ip',                             '10',                  'not-understood', 'no such operator'],
  ['ForSomeValues:StringEquals', 'x:ip',                            '10',                  'not-understood', 'no such quantifier'],
];

describe('a condition', () => {
  test.for(rows)('%s of %s with %j is %s: %s', ([operator, key, values, met]) => {
    const written = typeof values === 'string' ? [values] : values;
    expect(conditionOf(operator, key, written).met(asking({ tags, requestTags, context }))).toBe(met);
  });

  test('on what only a missing resource could tell is unknown, on what the request tells is not', () => {
    const question = asking({ absent: true, requestTags });
    expect(conditionOf('StringEquals', 'aws:ResourceTag/x', ['y']).met(question)).toBe('absent');
    expect(conditionOf('StringEquals', 'ec2:RequesterVpc', ['y']).met(question)).toBe('absent');
    expect(conditionOf('StringEquals', 'aws:RequestTag/x', ['y']).met(question)).toBe(false);
  });
});

// biome-ignore format: a table is read down its columns
test.for<[pattern: string, text: string, matches: boolean]>([
  ['*',                      'anything',               true],
  ['a*c',                    'abbc',                   true],
  ['a*c',                    'abbcd',                  false],
  ['a?c',                    'ac',                     false],
  ['a.c',                    'abc',                    false],
  ['(a|b)*',                 '(a|b)c',                 true],
  ['arn:aws:s3:::b/*',       'arn:aws:s3:::b/x:y/z',   true],
])('%s matches %s: %s', ([pattern, text, matches]) => {
  expect(like(pattern)(text)).toBe(matches);
});

// biome-ignore format: a table is read down its columns
test.for<[pattern: string, arn: string, matches: boolean]>([
  ['arn:aws:ec2:*:1:vpc/*',           'arn:aws:ec2:eu-west-1:1:vpc/vpc-1',      true],
  ['arn:aws:ec2:*:vpc/*',             'arn:aws:ec2:eu-west-1:1:vpc/vpc-1',      false],
  ['arn:aws:ec2:*',                   'arn:aws:ec2:eu-west-1:1:vpc/vpc-1',      true],
  ['*',                               'arn:aws:ec2:eu-west-1:1:vpc/vpc-1',      true],
  ['arn:aws:ec2:*:*:vpc/*',           'arn:aws:ec2:eu-west-1:1:subnet/vpc/x',   false],
  ['arn:aws:lambda:*:1:function:f*',  'arn:aws:lambda:eu-west-1:1:function:f:live', true],
  ['arn:aws:lambda:*:1:function:f',   'arn:aws:lambda:eu-west-1:1:function:f:live', false],
  ['arn:aws:logs:eu-*:1:log-group:/a/*:*', 'arn:aws:logs:eu-west-1:1:log-group:/a/b:log-stream:', true],
])('%s is %s: %s', ([pattern, arn, matches]) => {
  expect(arnLike(pattern)(arn)).toBe(matches);
});

describe('a statement', () => {
  const one = (written: object) => {
    const [statement] = statementsFrom([{ Effect: 'Allow', ...written }]);
    if (statement === undefined) throw new Error('No statement');
    return statement;
  };

  // biome-ignore format: a table is read down its columns
  test.for<[written: object, action: string, has: boolean]>([
    [{ Action: 'ec2:createroute' },          'ec2:CreateRoute', true],
    [{ Action: 'EC2:Create*' },              'ec2:CreateRoute', true],
    [{ Action: ['ec2:Describe*', 'ec2:?*e'] }, 'ec2:CreateRoute', true],
    [{ Action: 'ec2:Create' },               'ec2:CreateRoute', false],
    [{ NotAction: 'ec2:*' },                 'ec2:CreateRoute', false],
    [{ NotAction: ['iam:*', 'sts:*'] },      'ec2:CreateRoute', true],
    [{},                                     'ec2:CreateRoute', false],
  ])('%j speaks of %s: %s', ([written, action, has]) => expect(one(written).hasAction(action)).toBe(has));

  // biome-ignore format: a table is read down its columns
  test.for<[written: object, has: boolean]>([
    [{ Resource: '*' },                                                        true],
    [{ Resource: 'arn:aws:ec2:*:*:route-table/rtb-1' },                        true],
    [{ NotResource: 'arn:aws:ec2:*:*:route-table/*' },                         false],
    [{ NotResource: 'arn:aws:ec2:*:*:vpc/*' },                                 true],
    [{ Resource: 'arn:aws:ec2:*:*:${aws:RequestTag/kind}/*' },                 true],
    [{ Resource: 'arn:aws:ec2:*:*:${aws:RequestTag/none}/*' },                 false],
  ])('%j is of the resource: %s', ([written, has]) => {
    const question = asking({ requestTags: [{ key: 'kind', value: 'route-table' }] });
    expect(one(written).hasResource(question.access.resource, question)).toBe(has);
  });
});
