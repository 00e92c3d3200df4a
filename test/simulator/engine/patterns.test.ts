import { describe, expect, test } from 'vitest';
import { compilePattern } from '../../../simulator/engine/events/pattern.ts';
import { compileSchedule } from '../../../simulator/engine/events/schedule.ts';

const event = {
  version: '0',
  source: 'aws.ec2',
  'detail-type': 'AWS API Call via CloudTrail',
  region: 'eu-west-1',
  resources: ['arn:a', 'arn:b'],
  detail: {
    eventName: 'DeleteVpcPeeringConnection',
    count: 5,
    price: -0.5,
    ok: true,
    nothing: null,
    empty: '',
    list: [],
    ip: '10.0.1.7',
    ip6: '2001:db8::1',
    file: 'logs/2026/a.txt',
    star: 'a*b',
    tags: [
      { key: 'env', value: 'prod' },
      { key: 'team', value: 'net' },
    ],
    obj: { inner: 1 },
  },
};

describe('the pattern language (EventBridge user guide, Comparison operators for use in event patterns)', () => {
  test.for<{ why: string; pattern: object; matches: boolean }>([
    { why: 'equals', pattern: { source: ['aws.ec2'] }, matches: true },
    { why: 'any of a list', pattern: { source: ['aws.s3', 'aws.ec2'] }, matches: true },
    { why: 'every field has to match', pattern: { source: ['aws.ec2'], region: ['us-east-1'] }, matches: false },
    { why: 'nested fields', pattern: { detail: { eventName: ['DeleteVpcPeeringConnection'] } }, matches: true },
    { why: 'case counts', pattern: { source: ['AWS.EC2'] }, matches: false },
    { why: 'any item of an array in the event', pattern: { resources: ['arn:b'] }, matches: true },
    { why: 'numbers are not texts', pattern: { detail: { count: ['5'] } }, matches: false },
    { why: 'a number', pattern: { detail: { count: [5] } }, matches: true },
    { why: 'a boolean', pattern: { detail: { ok: [true] } }, matches: true },
    { why: 'null', pattern: { detail: { nothing: [null] } }, matches: true },
    { why: 'null is not empty', pattern: { detail: { empty: [null] } }, matches: false },
    { why: 'empty', pattern: { detail: { empty: [''] } }, matches: true },
    { why: 'prefix', pattern: { detail: { eventName: [{ prefix: 'Delete' }] } }, matches: true },
    {
      why: 'prefix in any case',
      pattern: { detail: { eventName: [{ prefix: { 'equals-ignore-case': 'dELETE' } }] } },
      matches: true,
    },
    { why: 'suffix', pattern: { detail: { file: [{ suffix: '.txt' }] } }, matches: true },
    {
      why: 'suffix in any case',
      pattern: { detail: { file: [{ suffix: { 'equals-ignore-case': '.TXT' } }] } },
      matches: true,
    },
    { why: 'equals-ignore-case', pattern: { source: [{ 'equals-ignore-case': 'AWS.ec2' }] }, matches: true },
    { why: 'anything-but', pattern: { region: [{ 'anything-but': 'us-east-1' }] }, matches: true },
    {
      why: 'anything-but a list',
      pattern: { region: [{ 'anything-but': ['us-east-1', 'eu-west-1'] }] },
      matches: false,
    },
    { why: 'anything-but numbers', pattern: { detail: { count: [{ 'anything-but': [1, 2] }] } }, matches: true },
    {
      why: 'anything-but a prefix',
      pattern: { detail: { eventName: [{ 'anything-but': { prefix: 'Delete' } }] } },
      matches: false,
    },
    {
      why: 'anything-but several prefixes',
      pattern: { detail: { eventName: [{ 'anything-but': { prefix: ['Get', 'List'] } }] } },
      matches: true,
    },
    {
      why: 'anything-but a suffix',
      pattern: { detail: { file: [{ 'anything-but': { suffix: '.txt' } }] } },
      matches: false,
    },
    {
      why: 'anything-but a wildcard',
      pattern: { detail: { file: [{ 'anything-but': { wildcard: 'logs/*.csv' } }] } },
      matches: true,
    },
    {
      why: 'anything-but in any case',
      pattern: { region: [{ 'anything-but': { 'equals-ignore-case': ['EU-WEST-1'] } }] },
      matches: false,
    },
    { why: 'anything-but wants a field', pattern: { detail: { absent: [{ 'anything-but': 'x' }] } }, matches: false },
    { why: 'numeric equality', pattern: { detail: { price: [{ numeric: ['=', -0.5] }] } }, matches: true },
    { why: 'a numeric range', pattern: { detail: { count: [{ numeric: ['>', 0, '<=', 5] }] } }, matches: true },
    { why: 'and its open end', pattern: { detail: { count: [{ numeric: ['>', 0, '<', 5] }] } }, matches: false },
    { why: 'exists', pattern: { detail: { eventName: [{ exists: true }] } }, matches: true },
    { why: 'exists, and is null', pattern: { detail: { nothing: [{ exists: true }] } }, matches: true },
    { why: 'does not exist', pattern: { detail: { errorCode: [{ exists: false }] } }, matches: true },
    {
      why: 'does not exist, in something that does not',
      pattern: { detail: { absent: { deeper: [{ exists: false }] } } },
      matches: true,
    },
    { why: 'exists tests leaves only', pattern: { detail: { obj: [{ exists: true }] } }, matches: false },
    { why: 'an empty array has no leaf', pattern: { detail: { list: [{ exists: false }] } }, matches: true },
    { why: 'an IPv4 block', pattern: { detail: { ip: [{ cidr: '10.0.0.0/16' }] } }, matches: true },
    { why: 'another IPv4 block', pattern: { detail: { ip: [{ cidr: '10.1.0.0/16' }] } }, matches: false },
    { why: 'an IPv6 block', pattern: { detail: { ip6: [{ cidr: '2001:db8::/32' }] } }, matches: true },
    { why: 'a wildcard', pattern: { detail: { file: [{ wildcard: 'logs/*/a.*' }] } }, matches: true },
    { why: 'an escaped star', pattern: { detail: { star: [{ wildcard: String.raw`a\*b` }] } }, matches: true },
    {
      why: 'an escaped star is only a star',
      pattern: { detail: { file: [{ wildcard: String.raw`logs\*` }] } },
      matches: false,
    },
    { why: 'one of $or', pattern: { $or: [{ region: ['us-east-1'] }, { source: ['aws.ec2'] }] }, matches: true },
    { why: 'none of $or', pattern: { $or: [{ region: ['us-east-1'] }, { source: ['aws.s3'] }] }, matches: false },
    {
      why: '$or inside a field, and beside one',
      pattern: { detail: { ok: [true], $or: [{ count: [1] }, { eventName: [{ prefix: 'Delete' }] }] } },
      matches: true,
    },
    {
      why: 'one item of an array of objects',
      pattern: { detail: { tags: { key: ['env'], value: ['prod'] } } },
      matches: true,
    },
    {
      why: 'not half of one and half of another',
      pattern: { detail: { tags: { key: ['env'], value: ['net'] } } },
      matches: false,
    },
  ])('$why: $pattern', ({ pattern, matches }) => {
    expect(compilePattern(JSON.stringify(pattern)).matches(event)).toBe(matches);
  });

  test.for<{ why: string; pattern: string; says: RegExp }>([
    { why: 'no JSON', pattern: '{', says: /not JSON/ },
    { why: 'no object', pattern: '["x"]', says: /Filter is not an object/ },
    { why: 'nothing in it', pattern: '{}', says: /Empty/ },
    { why: 'a bare value', pattern: '{"source":"aws.ec2"}', says: /"source" must be an object or an array/ },
    { why: 'an empty list', pattern: '{"source":[]}', says: /Empty arrays/ },
    { why: 'an unknown operator', pattern: '{"source":[{"like":"x"}]}', says: /Unrecognized match type like/ },
    { why: 'two operators at once', pattern: '{"source":[{"prefix":"x","suffix":"y"}]}', says: /Only one key/ },
    { why: 'two stars in a row', pattern: '{"source":[{"wildcard":"a**b"}]}', says: /Consecutive/ },
    { why: 'a mixed anything-but', pattern: '{"source":[{"anything-but":["a",1]}]}', says: /anything-but/ },
    { why: 'a block that is none', pattern: '{"source":[{"cidr":"10.0.0.0"}]}', says: /CIDR/ },
    { why: 'exists of a text', pattern: '{"source":[{"exists":"yes"}]}', says: /true or false/ },
    { why: 'an unknown comparison', pattern: '{"x":[{"numeric":["<>",1]}]}', says: /numeric/ },
  ])('refused: $why', ({ pattern, says }) => {
    expect(() => compilePattern(pattern)).toThrow(says);
  });

  test.for([
    { pattern: { source: ['aws.ec2'] }, source: 'aws.ec2', could: true },
    { pattern: { source: ['aws.ec2'] }, source: 'aws.s3', could: false },
    { pattern: { detail: { x: [1] } }, source: 'aws.s3', could: true },
  ])('could $pattern match something of $source: $could', ({ pattern, source, could }) => {
    expect(compilePattern(JSON.stringify(pattern)).couldMatch(source, 'T')).toBe(could);
  });
});

describe('schedules (EventBridge user guide, Cron expressions; Rate expressions)', () => {
  // 2026-01-01 is a Thursday.
  test.for([
    {
      expression: 'rate(1 minute)',
      from: '2026-01-01T00:00:30',
      next: '2026-01-01T00:01:00',
      why: 'counts from when it was enabled',
    },
    { expression: 'rate(5 minutes)', from: '2026-01-01T00:05:00', next: '2026-01-01T00:10:00', why: 'does not drift' },
    { expression: 'rate(2 days)', from: '2026-01-01T00:00:00', next: '2026-01-03T00:00:00', why: 'days' },
    {
      expression: 'cron(0 10 * * ? *)',
      from: '2026-01-01T10:00:00',
      next: '2026-01-02T10:00:00',
      why: 'every day at 10:00',
    },
    {
      expression: 'cron(0/15 * * * ? *)',
      from: '2026-01-01T10:01:00',
      next: '2026-01-01T10:15:00',
      why: 'every 15 minutes',
    },
    {
      expression: 'cron(0 18 ? * MON-FRI *)',
      from: '2026-01-02T18:00:00',
      next: '2026-01-05T18:00:00',
      why: 'over the weekend',
    },
    {
      expression: 'cron(0 8 1 * ? *)',
      from: '2026-01-01T09:00:00',
      next: '2026-02-01T08:00:00',
      why: 'the first of the month',
    },
    { expression: 'cron(0 0 L * ? *)', from: '2026-02-01T00:00:00', next: '2026-02-28T00:00:00', why: 'the last day' },
    {
      expression: 'cron(0 0 LW * ? *)',
      from: '2026-02-01T00:00:00',
      next: '2026-02-27T00:00:00',
      why: 'the last weekday',
    },
    {
      expression: 'cron(0 0 3W * ? *)',
      from: '2026-01-01T00:00:00',
      next: '2026-01-02T00:00:00',
      why: 'the weekday nearest to Saturday the third',
    },
    {
      expression: 'cron(0 0 1W * ? *)',
      from: '2026-01-31T00:00:00',
      next: '2026-02-02T00:00:00',
      why: 'never in another month',
    },
    {
      expression: 'cron(0 0 ? * 6L *)',
      from: '2026-01-01T00:00:00',
      next: '2026-01-30T00:00:00',
      why: 'the last Friday',
    },
    {
      expression: 'cron(0 0 ? * 3#2 *)',
      from: '2026-01-01T00:00:00',
      next: '2026-01-13T00:00:00',
      why: 'the second Tuesday',
    },
    {
      expression: 'cron(30 6 ? JUN,SEP SUN 2027)',
      from: '2026-01-01T00:00:00',
      next: '2027-06-06T06:30:00',
      why: 'names and a year',
    },
    { expression: 'cron(0 0 29 2 ? *)', from: '2026-01-01T00:00:00', next: '2028-02-29T00:00:00', why: 'leap years' },
    {
      expression: 'cron(0 0 ? * FRI-MON *)',
      from: '2026-01-03T12:00:00',
      next: '2026-01-04T00:00:00',
      why: 'a range over the end of the week',
    },
    { expression: 'cron(0 0 1 1 ? 2025)', from: '2026-01-01T00:00:00', next: undefined, why: 'a year that is past' },
  ])('$expression after $from: $next, $why', ({ expression, from, next }) => {
    const at = compileSchedule(expression)?.next(Date.parse(`${from}Z`), Date.parse('2026-01-01T00:00:00Z'));
    expect(at === undefined ? undefined : new Date(at).toISOString().slice(0, 19)).toBe(next);
  });

  test.for([
    'rate(1 minutes)',
    'rate(5 minute)',
    'rate(0 minutes)',
    'rate(5 seconds)',
    'cron(0 10 * * * *)',
    'cron(0 10 ? * ? *)',
    'cron(60 10 * * ? *)',
    'cron(0 10 * * ?)',
    'cron(0 10 ? * 3#6 *)',
    'every 5 minutes',
  ])('%s is no schedule', (expression) => {
    expect(compileSchedule(expression)).toBeUndefined();
  });
});
