import { AwsError } from '../../aws-error.ts';

const DEFAULT_PER_PAGE = 25;
const MOST_PER_PAGE = 500;

/** One page of a list, in API Gateway's manner: `position` is where to go on, `limit` at most 500 and 25 by default. */
export function pageOf<Item>(
  items: Iterable<Item>,
  { position, limit }: { readonly position?: string | undefined; readonly limit?: number | undefined },
  idOf: (item: Item) => string,
): { readonly items: Item[]; readonly position?: string } {
  const all = [...items];
  const most = limit ?? DEFAULT_PER_PAGE;
  if (most < 1 || most > MOST_PER_PAGE)
    throw new AwsError(
      'BadRequestException',
      `Invalid limit specified: ${most}. It must be between 1 and ${MOST_PER_PAGE}.`,
    );
  const from = position === undefined ? 0 : all.findIndex((item) => idOf(item) === position);
  if (from < 0) throw new AwsError('BadRequestException', 'Invalid position parameter.');
  const next = all[from + most];
  return { items: all.slice(from, from + most), ...(next !== undefined && { position: idOf(next) }) };
}
