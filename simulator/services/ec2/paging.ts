import { AwsError } from '../../aws-error.ts';

/** How many items one page may hold, and how many it holds where the caller does not say. */
export interface PageBounds {
  readonly least: number;
  readonly most: number;
}

export interface PageInput {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

export interface Page<Item> {
  readonly items: Item[];
  readonly NextToken?: string;
}

const tokenAfter = (id: string): string => Buffer.from(`after ${id}`).toString('base64');

function idInToken(token: string): string {
  const text = Buffer.from(token, 'base64').toString();
  if (!text.startsWith('after ')) throw new AwsError('InvalidNextToken', 'The specified NextToken is not valid.');
  return text.slice('after '.length);
}

/**
 * One page of a list. Pages go by id and a token names the last id given out, so that what is created or deleted
 * between two pages neither hides nor repeats anything else.
 */
export function pageOf<Item extends { readonly id: string }>(
  items: Item[],
  { MaxResults, NextToken }: PageInput,
  { least, most }: PageBounds,
): Page<Item> {
  if (MaxResults !== undefined && (MaxResults < least || MaxResults > most))
    throw new AwsError(
      'InvalidParameterValue',
      MaxResults < least
        ? `Value ( ${MaxResults} ) for parameter maxResults is invalid. Expecting a value greater than ${least}.`
        : `Value ( ${MaxResults} ) for parameter maxResults is invalid. Expecting a value less than or equal to ${most}.`,
    );
  const size = MaxResults ?? most;
  if (NextToken === undefined && items.length <= size) return { items };
  const after = NextToken === undefined ? '' : idInToken(NextToken);
  const rest = items.filter(({ id }) => id > after).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const page = rest.slice(0, size);
  const last = page.at(-1);
  return last !== undefined && rest.length > size ? { items: page, NextToken: tokenAfter(last.id) } : { items: page };
}
