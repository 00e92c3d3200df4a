import { AwsError } from '../../aws-error.ts';

/** One page of a list; EventBridge's pages hold 100 unless told otherwise. */
export function page<Item>(
  items: readonly Item[],
  { Limit = 100, NextToken }: { Limit?: number | undefined; NextToken?: string | undefined },
): { items: readonly Item[]; NextToken?: string } {
  const from = NextToken === undefined ? 0 : Number(Buffer.from(NextToken, 'base64url').toString('latin1'));
  if (!Number.isInteger(from) || from < 0)
    throw new AwsError('ValidationException', 'Parameter NextToken is not valid.');
  const to = from + Limit;
  const shown = items.slice(from, to);
  return to < items.length
    ? { items: shown, NextToken: Buffer.from(String(to), 'latin1').toString('base64url') }
    : { items: shown };
}
