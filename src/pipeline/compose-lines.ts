import { type GenerateContentRequest, makeRow } from '../batch/request-row.ts';
import { count } from '../support/text.ts';
import type { Row, Table } from '../tables/table.ts';
import type { tallyRows } from './compose-tally.ts';
import { deduplicator } from './dedupe.ts';
import type { DuplicatesWriter } from './duplicates.ts';
import { inOrder } from './in-order.ts';
import { jsonText } from './json-text.ts';
import type { Ports } from './ports.ts';
import type { RowKeys } from './row-keys.ts';
import type { ShardLine } from './shards.ts';

export interface LinesPlan {
  table: Pick<Table, 'rows' | 'unit'>;
  /** Take only the first rows. */
  limit?: number | undefined;
  keys: RowKeys;
  requestOf(row: Row): GenerateContentRequest | Promise<GenerateContentRequest>;
  /** True where `requestOf` waits for media: several rows are then at work at once. */
  waits: boolean;
  tally: ReturnType<typeof tallyRows>;
  /** Set where requests that repeat an earlier one are left out and written down here. */
  duplicates?: DuplicatesWriter | undefined;
}

/** Rows whose media are read or uploaded at the same time. */
const AT_ONCE = 8;
const ROWS_BETWEEN_PROGRESS = 5_000;

interface Made {
  key: string;
  place: number;
  request: GenerateContentRequest;
}

type Telling = Pick<Ports, 'signal' | 'progress'>;

/** Lines of the request file, in the order of the table; every row is told to the tally or the duplicates. */
export async function* composeLines(
  plan: LinesPlan,
  ports: Telling,
): AsyncGenerator<ShardLine, void, undefined> {
  const { table, duplicates } = plan;
  const { duplicateOf } = deduplicator();
  for await (const { key, place, request } of requests(plan, ports)) {
    const first = duplicates && duplicateOf({ key, request });
    if (first === undefined)
      yield { text: `${jsonText(makeRow(key, request))}\n`, place: `${table.unit} ${place}` };
    else await duplicates?.add(key, first);
  }
}

function requests(plan: LinesPlan, ports: Telling): AsyncIterable<Made> {
  const { requestOf, waits } = plan;
  if (!waits)
    return taken(plan, ports, (row, key) => {
      return { key, place: row.place, request: requestOf(row) as GenerateContentRequest };
    });
  const rows = taken(plan, ports, (row, key) => ({ row, key }));
  return inOrder(rows, AT_ONCE, async ({ row, key }) => {
    return { key, place: row.place, request: await requestOf(row) };
  });
}

/** The rows that make a request, each with its key, as `make` has them. */
async function* taken<T>(
  { table, limit = Infinity, keys, tally }: LinesPlan,
  { signal, progress }: Telling,
  make: (row: Row, key: string) => T,
): AsyncGenerator<T> {
  for await (const row of table.rows) {
    if ('skipped' in row) tally.skip(row);
    else if (tally.taken() >= limit) tally.skip({ place: row.place, skipped: 'beyond the limit' });
    else {
      tally.take(row);
      const n = tally.taken();
      yield make(row, keys.keyOf(row, n));
      if (n % ROWS_BETWEEN_PROGRESS !== 0) continue;
      signal.throwIfAborted();
      progress({ done: n, message: `composed ${count(n, 'row')}` });
    }
  }
}
