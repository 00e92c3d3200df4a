import type { Call, InputOf } from '../../service.ts';
import type { Access, Needs, RequestTags } from '../access.ts';

/** What one operation needs, read from its input and the state as it is before the call. */
export type ActionEntry<Input, State> = (input: Input, call: Call<State>) => readonly Access[] | Needs;

/** What the operations of a service need, by their name on the wire. */
export type ActionTable<Client, State> = {
  readonly [Method in keyof Client & string as Capitalize<Method>]?: ActionEntry<
    InputOf<Client, Capitalize<Method>>,
    State
  >;
};

/** For actions that AWS knows no resource for: the answer is made once. */
export const anywhere = (action: string): (() => readonly Access[]) => {
  const access = [{ action, resource: '*' }];
  return () => access;
};

/** Many such actions at once, by the names of their operations. */
export const anywhereEach = <Name extends string>(
  service: string,
  names: readonly Name[],
): Readonly<Record<Name, () => readonly Access[]>> =>
  Object.fromEntries(names.map((name) => [name, anywhere(`${service}:${name}`)])) as Readonly<
    Record<Name, () => readonly Access[]>
  >;

type TagsAsGiven =
  | readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[]
  | readonly { readonly key?: string | undefined; readonly value?: string | undefined }[]
  | Readonly<Record<string, string>>
  | undefined;

/** Tags of a request in any of AWS's three spellings; undefined where there are none. */
export function requestTags(given: TagsAsGiven): RequestTags | undefined {
  if (given === undefined) return undefined;
  if (!Array.isArray(given)) {
    const entries = Object.entries(given as Readonly<Record<string, string>>);
    return entries.length === 0 ? undefined : entries.map(([key, value]) => ({ key, value }));
  }
  if (given.length === 0) return undefined;
  return given.map((tag: { Key?: string; Value?: string; key?: string; value?: string }) => ({
    key: tag.Key ?? tag.key ?? '',
    value: tag.Value ?? tag.value ?? '',
  }));
}

/** The access itself, and where the request brings tags, the action that writes them. */
export const withTagging = (access: Access, tagAction: string): readonly Access[] =>
  access.requestTags === undefined ? [access] : [access, { ...access, action: tagAction }];
