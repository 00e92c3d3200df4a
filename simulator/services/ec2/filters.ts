import type { Filter } from '@aws-sdk/client-ec2';
import { AwsError } from '../../aws-error.ts';
import type { Ec2Call } from './operation.ts';

type Scalar = string | number | boolean | undefined;
export type FilterValue = Scalar | readonly Scalar[];

/** What each filter of a describe looks at, by the filter's name. */
export type FilterTable<Item> = Readonly<Record<string, (item: Item, call: Ec2Call) => FilterValue>>;

type Test = (value: string) => boolean;

/** `*` is any text, `?` any one character, a backslash takes the next character as it is; case counts. */
function testFor(wanted: string): Test {
  if (!/[*?\\]/.test(wanted)) return (value) => value === wanted;
  const pattern = wanted.replace(/\\(.)|([*?])|[\^$.|()[\]{}+/\\]/gs, (matched, escaped?: string, wild?: string) => {
    if (wild !== undefined) return wild === '*' ? '[^]*' : '[^]';
    return (escaped ?? matched).replace(/[\^$.*+?|()[\]{}/\\]/, '\\$&');
  });
  const expression = new RegExp(`^${pattern}$`);
  return (value) => expression.test(value);
}

const hasOne = (value: FilterValue, tests: readonly Test[]): boolean => {
  if (value === undefined) return false;
  if (typeof value === 'object') return value.some((one) => hasOne(one, tests));
  const text = String(value);
  return tests.some((test) => test(text));
};

/**
 * Values of one filter are alternatives, filters are conditions that must all hold.
 *
 * Tags can be filtered on everywhere: `tag:<key>` by value, `tag-key` by key.
 * Source    docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Filter.html
 */
export function matching<Item extends { readonly id: string }>(
  filters: readonly Filter[] | undefined,
  table: FilterTable<Item>,
  call: Ec2Call,
): (item: Item) => boolean {
  const conditions = (filters ?? []).map((filter): ((item: Item) => boolean) => {
    const name = filter.Name ?? '';
    const tests = (filter.Values ?? []).map(testFor);
    const { tags } = call.state;
    if (name.startsWith('tag:')) {
      const key = name.slice('tag:'.length);
      return (item) => hasOne(tags.get(item.id)?.get(key), tests);
    }
    if (name === 'tag-key') return (item) => hasOne([...(tags.get(item.id)?.keys() ?? [])], tests);
    const valueOf = Object.hasOwn(table, name) ? table[name] : undefined;
    if (valueOf === undefined) throw new AwsError('InvalidParameterValue', `The filter '${name}' is invalid`);
    return (item) => hasOne(valueOf(item, call), tests);
  });
  return (item) => conditions.every((holds) => holds(item));
}
