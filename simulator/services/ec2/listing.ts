import type { Filter } from '@aws-sdk/client-ec2';
import { type FilterTable, matching } from './filters.ts';
import type { Ec2Call } from './operation.ts';
import { type Page, type PageBounds, type PageInput, pageOf } from './paging.ts';

interface ListInput extends PageInput {
  readonly Filters?: readonly Filter[] | undefined;
}

/** What most describes accept. */
const PAGES: PageBounds = { least: 5, most: 1_000 };

/** The part of `items` that a describe asks for: those that pass its filters, one page of them. */
export const listed = <Item extends { readonly id: string }>(
  items: Item[],
  input: ListInput,
  filters: FilterTable<Item>,
  call: Ec2Call,
  bounds: PageBounds = PAGES,
): Page<Item> =>
  pageOf(
    input.Filters === undefined || input.Filters.length === 0
      ? items
      : items.filter(matching(input.Filters, filters, call)),
    input,
    bounds,
  );

/** The rest of an answer that may have further pages. */
export const furtherPages = ({ NextToken }: Page<unknown>): { NextToken?: string } =>
  NextToken === undefined ? {} : { NextToken };
