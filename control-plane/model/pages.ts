import type { Dialogue, ReadCall } from './aws-call.ts';

/** Every page of a list: asks again with the token that the last page named, until a page names none. */
export function* allPages<Page, Token>(
  ask: (token: Token | undefined) => Dialogue<ReadCall, Page>,
  tokenOf: (page: Page) => Token | undefined,
): Dialogue<ReadCall, readonly Page[]> {
  const pages: Page[] = [];
  let token: Token | undefined;
  do {
    const page = yield* ask(token);
    pages.push(page);
    token = tokenOf(page);
  } while (token !== undefined);
  return pages;
}
