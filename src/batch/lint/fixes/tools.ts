import { isRecord } from '../../../support/records.ts';
import type { Fix } from '../rule.ts';
import { recordsOf, requestOf, some } from './parts-of-row.ts';

/** The member that keeps the object alive through the load, reported in googleapis/python-genai#2123. */
export const fillGoogleSearch: Fix = (row) =>
  some(recordsOf(requestOf(row).tools), (tool) =>
    some(['googleSearch', 'google_search'], (name) => {
      const search = tool[name];
      if (!isRecord(search) || Object.keys(search).length > 0) return false;
      search.timeRangeFilter = null;
      return true;
    }),
  );
