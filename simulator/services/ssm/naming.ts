import { AwsError } from '../../aws-error.ts';
import type { Call } from '../../service.ts';
import type { ParameterVersion, SsmState, StoredParameter } from './state.ts';

export type SsmCall = Call<SsmState>;

export const validation = (message: string): AwsError => new AwsError('ValidationException', message);

export const notFound = (message = 'Parameter not found.'): AwsError => new AwsError('ParameterNotFound', message);

/** 'arn:aws:ssm:eu-west-1:111122223333:parameter/path/name' for '/path/name' as for 'path/name' */
export const arnOf = ({ account, region }: SsmCall['place'], name: string): string =>
  `arn:aws:ssm:${region}:${account}:parameter${name.startsWith('/') ? '' : '/'}${name}`;

/** Parameters are named by name or ARN. */
export function findParameter({ state }: SsmCall, given: string | undefined): StoredParameter | undefined {
  if (given?.startsWith('arn:') !== true) return state.parameters.get(given ?? '');
  const name = given.slice(given.indexOf(':parameter/') + ':parameter'.length);
  return state.parameters.get(name) ?? state.parameters.get(name.slice(1));
}

export const latestOf = ({ versions }: StoredParameter): ParameterVersion => versions.at(-1) as ParameterVersion;

const MAX_LEVELS = 15;
const MAX_ARN_LENGTH = 1_011;

/** Source: PutParameter, Name: what it may hold, 15 levels, no 'aws' or 'ssm' in front. */
export function checkedName(name: string | undefined, place: SsmCall['place']): string {
  if (name === undefined || !/^[\w.\-/]+$/.test(name) || (name.slice(1).includes('/') && !name.startsWith('/')))
    throw validation(
      'Parameter name must be a fully qualified name: only a mix of letters, numbers and the following symbols is allowed: .-_/ and a name with levels starts with a slash.',
    );
  if (/^\/?(aws|ssm)/i.test(name))
    throw validation('Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).');
  if (name.split('/').length - 1 > MAX_LEVELS)
    throw new AwsError(
      'HierarchyLevelLimitExceededException',
      `Parameter hierarchies may have a maximum of ${MAX_LEVELS} levels.`,
    );
  if (arnOf(place, name).length > MAX_ARN_LENGTH) throw validation('Parameter name: the ARN would be too long.');
  return name;
}

/** One page of a list, from the token of the page before. */
export function paged<Item>(
  items: readonly Item[],
  token: string | undefined,
  size: number,
): { readonly page: Item[]; readonly next: { NextToken?: string } } {
  const from = token === undefined ? 0 : Number(Buffer.from(token, 'base64').toString());
  if (!Number.isInteger(from) || from < 0) throw new AwsError('InvalidNextToken', 'The specified token is not valid.');
  const until = from + size;
  return {
    page: items.slice(from, until),
    next: until < items.length ? { NextToken: Buffer.from(String(until)).toString('base64') } : {},
  };
}
