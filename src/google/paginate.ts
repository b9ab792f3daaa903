import { GoogleApiError } from './errors.ts';

interface Page {
  nextPageToken?: string | undefined;
}

/**
 * Items of all pages, fetched as they are asked for.
 * @throws GoogleApiError `REPEATED_PAGE_TOKEN` where a server hands out a token twice: it would never end
 */
export async function* paginate<P extends Page, Item>(
  fetchPage: (pageToken: string | undefined) => Promise<P>,
  itemsOf: (page: P) => readonly Item[] | undefined,
): AsyncGenerator<Item, void, undefined> {
  const seen = new Set<string>();
  let pageToken: string | undefined;
  do {
    const page = await fetchPage(pageToken);
    yield* itemsOf(page) ?? [];
    pageToken = page.nextPageToken || undefined;
    if (pageToken !== undefined && seen.has(pageToken)) {
      throw new GoogleApiError({
        status: 0,
        reason: 'REPEATED_PAGE_TOKEN',
        message: 'The list does not end: the server sent the same page token twice.',
        method: 'GET',
        path: '',
        retryable: false,
      });
    }
    if (pageToken !== undefined) seen.add(pageToken);
  } while (pageToken !== undefined);
}
