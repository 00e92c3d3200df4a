import type { PatchOperation } from '@aws-sdk/client-api-gateway';
import { AwsError } from '../../aws-error.ts';

/** What a patch does to one thing. `rest` are the segments that `*` stood for, unescaped. */
type Patch<Target> = (target: Target, value: string, rest: readonly string[]) => void;

/** The patches a thing takes, by operation and path: 'replace /name', 'add /variables/*'. `*` stands for one segment. */
export type Patches<Target> = Readonly<Record<string, Patch<Target>>>;

/** '~1' is a slash and '~0' a tilde within a segment. Source: RFC 6901, section 4 */
const unescaped = (segment: string): string => segment.replaceAll('~1', '/').replaceAll('~0', '~');

function matched(pattern: string, path: string): string[] | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const rest: string[] = [];
  for (const [index, segment] of wanted.entries()) {
    const at = given[index] ?? '';
    if (segment === '*') rest.push(unescaped(at));
    else if (segment !== at) return undefined;
  }
  return rest;
}

/**
 * Applies patch operations in their order. All of them are looked up before the first is done.
 *
 * Faults  BadRequestException for an operation or path that the thing does not take
 * Source  docs.aws.amazon.com/apigateway/latest/api/patch-operations.html
 */
export function applyPatches<Target>(
  target: Target,
  operations: readonly PatchOperation[] | undefined,
  patches: Patches<Target>,
): void {
  const planned = (operations ?? []).map(({ op = '', path = '', value = '' }) => {
    for (const [known, patch] of Object.entries(patches)) {
      const [knownOp = '', pattern = ''] = known.split(' ');
      if (knownOp !== op) continue;
      const rest = matched(pattern, path);
      if (rest !== undefined) return () => patch(target, value, rest);
    }
    const paths = Object.keys(patches)
      .filter((known) => known.startsWith(`${op} `))
      .map((known) => known.slice(op.length + 1));
    throw new AwsError(
      'BadRequestException',
      `Invalid patch path  '${path}' specified for op '${op}'. Must be one of: [${paths.join(', ')}]`,
    );
  });
  for (const patch of planned) patch();
}

export function asBoolean(value: string): boolean {
  if (value === 'true') return true;
  if (value === 'false') return false;
  throw new AwsError('BadRequestException', `Invalid patch value: ${value} is not true or false.`);
}

export function asNumber(value: string): number {
  const number = Number(value);
  if (value === '' || Number.isNaN(number))
    throw new AwsError('BadRequestException', `Invalid patch value: ${value} is not a number.`);
  return number;
}
