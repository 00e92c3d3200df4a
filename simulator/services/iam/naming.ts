import { AwsError } from '../../aws-error.ts';
import type { Call } from '../../service.ts';
import type { IamRole, IamState } from './state.ts';

export type IamCall = Call<IamState>;

export const validationError = (message: string): AwsError => new AwsError('ValidationError', message);

export const noSuchEntity = (message: string): AwsError => new AwsError('NoSuchEntity', message, { status: 404 });

export function findRole({ state }: IamCall, name: string | undefined): IamRole {
  const role = state.roles.get(name ?? '');
  if (role === undefined) throw noSuchEntity(`The role with name ${name} cannot be found.`);
  return role;
}

/** Refuses names that IAM would not take. `member` is the parameter's name, for the message. */
export function checkedName(member: 'roleName' | 'policyName', name: string | undefined, maxLength: number): string {
  if (name === undefined || !/^[\w+=,.@-]+$/.test(name))
    throw validationError(
      `The specified value for ${member} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`,
    );
  if (name.length > maxLength)
    throw validationError(
      `1 validation error detected: Value '${name}' at '${member}' failed to satisfy constraint: Member must have length less than or equal to ${maxLength}`,
    );
  return name;
}

export function checkedPath(path = '/'): string {
  if (!/^\/([!-~]+\/)?$/.test(path))
    throw validationError(
      'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.',
    );
  return path;
}

/** 'AROA' and 17 more for a role, 'ANPA' for a policy. */
export const uniqueId = (prefix: 'AROA' | 'ANPA', { world }: IamCall): string =>
  prefix + world.random.alphanumeric(17).toUpperCase();

interface PageRequest {
  readonly Marker?: string | undefined;
  readonly MaxItems?: number | undefined;
}

/** One page of a list, and the members of the output that tell of the next. */
export function paged<Item>(
  items: readonly Item[],
  { Marker: marker, MaxItems: maxItems = 100 }: PageRequest,
): { readonly page: Item[]; readonly next: { IsTruncated: boolean; Marker?: string } } {
  const from = marker === undefined ? 0 : Number(Buffer.from(marker, 'base64').toString());
  if (!Number.isInteger(from) || from < 0) throw validationError('Invalid Marker.');
  const until = from + maxItems;
  return {
    page: items.slice(from, until),
    next:
      until < items.length
        ? { IsTruncated: true, Marker: Buffer.from(String(until)).toString('base64') }
        : { IsTruncated: false },
  };
}

interface Tag {
  readonly Key: string | undefined;
  readonly Value: string | undefined;
}
const MAX_TAGS = 50;

/** Adds tags to those there are. */
export function addTags(to: Map<string, string>, tags: readonly Tag[] | undefined): void {
  const merged = new Map([...to, ...(tags ?? []).map(({ Key: key = '', Value: value = '' }) => [key, value] as const)]);
  if (merged.size > MAX_TAGS)
    throw new AwsError('LimitExceeded', `The number of tags has reached the maximum limit: ${MAX_TAGS}`, {
      status: 409,
    });
  for (const [key, value] of merged) to.set(key, value);
}

export const tagList = (tags: ReadonlyMap<string, string>) => [...tags].map(([Key, Value]) => ({ Key, Value }));
