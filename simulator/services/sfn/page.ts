import { AwsError } from '../../aws-error.ts';

/** One page of a list. Tokens are opaque to callers and name the place to go on from. */
export function page<Item>(
  items: readonly Item[],
  { maxResults, nextToken }: { maxResults?: number | undefined; nextToken?: string | undefined },
): { items: readonly Item[]; nextToken?: string } {
  // Source: API reference, ListExecutions: "The default is 100 ... A value of 0 uses the default", at most 1,000.
  const size = maxResults === undefined || maxResults === 0 ? 100 : Math.min(maxResults, 1_000);
  const from = nextToken === undefined ? 0 : Number(Buffer.from(nextToken, 'base64url').toString('latin1'));
  if (!Number.isInteger(from) || from < 0) throw new AwsError('InvalidToken', `Invalid Token: '${nextToken ?? ''}'`);
  const to = from + size;
  const shown = items.slice(from, to);
  return to < items.length
    ? { items: shown, nextToken: Buffer.from(String(to), 'latin1').toString('base64url') }
    : { items: shown };
}
