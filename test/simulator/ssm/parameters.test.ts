import { beforeEach, describe, expect, test } from 'vitest';
import { ssm } from '../../../simulator/services/ssm/index.ts';
import { ACCOUNT, ServiceWorld, VIRGINIA } from '../service-world.ts';

const newWorld = () => new ServiceWorld(ssm);
let aws: ReturnType<typeof newWorld>;
beforeEach(() => {
  aws = newWorld();
});
const put = (Name: string, Value = 'v', more: object = {}) =>
  aws.call('PutParameter', { Name, Value, Type: 'String', ...more });

describe('parameters', () => {
  test('have versions, of which the latest answers', async () => {
    expect(await put('/fleet/name', 'a')).toEqual({ Version: 1, Tier: 'Standard' });
    await aws.pass(60);
    expect(await put('/fleet/name', 'b', { Overwrite: true })).toEqual({ Version: 2, Tier: 'Standard' });
    expect((await aws.call('GetParameter', { Name: '/fleet/name' })).Parameter).toEqual({
      Name: '/fleet/name',
      ARN: `arn:aws:ssm:${VIRGINIA}:${ACCOUNT}:parameter/fleet/name`,
      Type: 'String',
      Value: 'b',
      Version: 2,
      LastModifiedDate: new Date(aws.clock.nowMs()),
      DataType: 'text',
    });
    expect((await aws.call('GetParameter', { Name: '/fleet/name:1' })).Parameter).toMatchObject({
      Value: 'a',
      Selector: ':1',
    });
    expect((await aws.refused('GetParameter', { Name: '/fleet/name:3' })).code).toBe('ParameterVersionNotFound');
    const { Parameters } = await aws.call('GetParameterHistory', { Name: '/fleet/name' });
    expect(Parameters?.map(({ Value }) => Value)).toEqual(['a', 'b']);
  });

  test('are overwritten only on request', async () => {
    await put('name');
    expect(await aws.refused('PutParameter', { Name: 'name', Value: 'x', Type: 'String' })).toMatchObject({
      code: 'ParameterAlreadyExists',
      message:
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    });
  });

  test('are found by path, one level or all, in pages', async () => {
    for (const name of ['/a/1', '/a/2', '/a/b/3', '/ab/4', '5']) await put(name);
    const names = async (input: object) =>
      (await aws.call('GetParametersByPath', { Path: '/a', ...input })).Parameters?.map(({ Name }) => Name);
    expect(await names({})).toEqual(['/a/1', '/a/2']);
    expect(await names({ Recursive: true })).toEqual(['/a/1', '/a/2', '/a/b/3']);
    const first = await aws.call('GetParametersByPath', { Path: '/', Recursive: true, MaxResults: 3 });
    expect(await names({ Path: '/', Recursive: true, NextToken: first.NextToken })).toEqual(['/ab/4']);
  });

  test('are got and deleted many at once, and what is not there is named', async () => {
    for (const name of ['a', 'b']) await put(name);
    expect(await aws.call('GetParameters', { Names: ['a', 'c'] })).toMatchObject({
      Parameters: [{ Name: 'a' }],
      InvalidParameters: ['c'],
    });
    expect(await aws.call('DeleteParameters', { Names: ['a', 'c'] })).toEqual({
      DeletedParameters: ['a'],
      InvalidParameters: ['c'],
    });
    await aws.call('DeleteParameter', { Name: 'b' });
    expect((await aws.refused('DeleteParameter', { Name: 'b' })).code).toBe('ParameterNotFound');
  });

  test('that are secret show themselves only on request', async () => {
    await put('secret', 'open sesame', { Type: 'SecureString' });
    expect((await aws.call('GetParameter', { Name: 'secret' })).Parameter?.Value).not.toContain('sesame');
    expect((await aws.call('GetParameter', { Name: 'secret', WithDecryption: true })).Parameter?.Value).toBe(
      'open sesame',
    );
    expect((await aws.call('DescribeParameters', {})).Parameters?.[0]).toMatchObject({ KeyId: 'alias/aws/ssm' });
  });

  test('are described by filters, and tagged', async () => {
    await put('/a/1', 'v', { Tags: [{ Key: 'owner', Value: 'me' }] });
    await put('/b/2', 'v', { Type: 'StringList' });
    const found = async (Key: string, Values: string[], Option?: string) =>
      (
        await aws.call('DescribeParameters', {
          ParameterFilters: [{ Key, Values, ...(Option !== undefined && { Option }) }],
        })
      ).Parameters?.map(({ Name }) => Name);
    expect(await found('Name', ['/a'], 'BeginsWith')).toEqual(['/a/1']);
    expect(await found('Type', ['StringList'])).toEqual(['/b/2']);
    expect(await found('tag:owner', ['me'])).toEqual(['/a/1']);
    expect(await found('Path', ['/b'], 'Recursive')).toEqual(['/b/2']);
    expect(
      (await aws.refused('DescribeParameters', { ParameterFilters: [{ Key: 'Label', Values: ['x'] }] })).code,
    ).toBe('InvalidFilterKey');
    const resource = { ResourceType: 'Parameter' as const, ResourceId: '/a/1' };
    await aws.call('AddTagsToResource', { ...resource, Tags: [{ Key: 'team', Value: 'x' }] });
    await aws.call('RemoveTagsFromResource', { ...resource, TagKeys: ['owner'] });
    expect(await aws.call('ListTagsForResource', resource)).toEqual({ TagList: [{ Key: 'team', Value: 'x' }] });
  });

  test('grow into the advanced tier, and stay there', async () => {
    expect(await put('big', 'x'.repeat(5_000), { Tier: 'Intelligent-Tiering' })).toEqual({
      Version: 1,
      Tier: 'Advanced',
    });
    expect(await put('big', 'x', { Overwrite: true })).toMatchObject({ Tier: 'Advanced' });
    expect(
      (await aws.refused('PutParameter', { Name: 'big', Value: 'x', Overwrite: true, Tier: 'Standard' })).message,
    ).toMatch(/can't downgrade/);
  });

  // biome-ignore format: a table is read down its columns
  test.for<[input: object, code: string, why: string]>([
    [{ Name: 'a b' },                              'ValidationException',                 'a name with a space'],
    [{ Name: 'aws-thing' },                        'ValidationException',                 'a reserved prefix'],
    [{ Name: '/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16' }, 'HierarchyLevelLimitExceededException', 'sixteen levels'],
    [{ Type: undefined },                          'ValidationException',                 'no type'],
    [{ Type: 'Number' },                           'UnsupportedParameterType',            'no such type'],
    [{ Value: '' },                                'ValidationException',                 'no value'],
    [{ Value: 'x'.repeat(4_097) },                 'ValidationException',                 'too long for its tier'],
    [{ Value: 'x'.repeat(8_193), Tier: 'Advanced' }, 'ValidationException',               'too long for any'],
    [{ AllowedPattern: '\\d+' },                   'ParameterPatternMismatchException',   'not what the pattern wants'],
    [{ Overwrite: true, Tags: [{ Key: 'a', Value: 'b' }] }, 'ValidationException',        'tags with an overwrite'],
    [{ Policies: '[{}]' },                         'ValidationException',                 'policies are not simulated'],
  ])('%j are refused: %s', async ([input, code]) => {
    expect((await aws.refused('PutParameter', { Name: 'n', Value: 'v', Type: 'String', ...input })).code).toBe(code);
  });
});
