import type { ParameterStringFilter } from '@aws-sdk/client-ssm';
import { AwsError } from '../../aws-error.ts';
import { latestOf } from './naming.ts';
import type { StoredParameter } from './state.ts';

type Key = 'Name' | 'Path' | 'Type' | 'KeyId' | 'Tier' | 'DataType' | 'tag';

/** All filters must hold; of one filter's values, any. Source: DescribeParameters, ParameterFilters. */
export function filterFrom(
  filters: readonly ParameterStringFilter[] | undefined,
  keys: readonly Key[],
): (parameter: StoredParameter) => boolean {
  const tests = (filters ?? []).map((filter) => testFrom(filter, keys));
  return (parameter) => tests.every((test) => test(parameter));
}

function testFrom(
  {
    Key: key = '',
    Option: option = key === 'Path' ? 'OneLevel' : 'Equals',
    Values: values = [],
  }: ParameterStringFilter,
  keys: readonly Key[],
): (parameter: StoredParameter) => boolean {
  const kind = key.startsWith('tag:') ? 'tag' : keys.find((known) => known === key);
  if (kind === undefined || !keys.includes(kind))
    throw new AwsError('InvalidFilterKey', `The specified filter key isn't valid, or is not simulated: ${key}`);
  if (kind === 'tag') {
    const tagKey = key.slice('tag:'.length);
    return ({ tags }) => (values.length === 0 ? tags.has(tagKey) : values.includes(tags.get(tagKey) ?? ''));
  }
  if (values.length === 0) throw new AwsError('InvalidFilterValue', `The filter ${key} needs at least one value.`);
  if (kind === 'Path') return pathTest(option, values);
  const compare = comparison(option);
  return (parameter) => {
    const { type, keyId, tier, dataType } = latestOf(parameter);
    const actual = { Name: parameter.name, Type: type, KeyId: keyId ?? '', Tier: tier, DataType: dataType }[kind];
    return values.some((value) => compare(actual, value));
  };
}

function comparison(option: string): (actual: string, value: string) => boolean {
  switch (option) {
    case 'Equals':
      return (actual, value) => actual === value;
    case 'BeginsWith':
      return (actual, value) => actual.startsWith(value);
    case 'Contains':
      return (actual, value) => actual.includes(value);
    default:
      throw new AwsError('InvalidFilterOption', `The specified filter option isn't valid: ${option}`);
  }
}

function pathTest(option: string, values: readonly string[]): (parameter: StoredParameter) => boolean {
  if (option !== 'OneLevel' && option !== 'Recursive')
    throw new AwsError('InvalidFilterOption', `The specified filter option isn't valid: ${option}`);
  return ({ name }) =>
    values.some((path) => {
      const folder = path.endsWith('/') ? path : `${path}/`;
      return name.startsWith(folder) && (option === 'Recursive' || !name.slice(folder.length).includes('/'));
    });
}
