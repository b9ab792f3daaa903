import { type GenerateContentRequest, makeRow } from '../batch/request-row.ts';
import { count } from '../support/text.ts';
import type { Row, Skipped, Table } from '../tables/table.ts';
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

interface Asked {
  row: Row;
  key: string;
}

interface Made {
  key: string;
  place: number;
  request: GenerateContentRequest;
}

/** Lines of the request file, in the order of the table; every row is told to the tally or the duplicates. */
export async function* composeLines(
  plan: LinesPlan,
  ports: Pick<Ports, 'signal' | 'progress'>,
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

function requests(plan: LinesPlan, ports: Pick<Ports, 'signal' | 'progress'>): AsyncIterable<Made> {
  const { requestOf, waits } = plan;
  const make = async ({ row, key }: Asked): Promise<Made> => ({
    key,
    place: row.place,
    request: await requestOf(row),
  });
  return waits ? inOrder(asked(plan, ports), AT_ONCE, make) : made(plan, ports);
}

async function* made(plan: LinesPlan, ports: Pick<Ports, 'signal' | 'progress'>): AsyncGenerator<Made> {
  for await (const { row, key } of asked(plan, ports)) {
    const request = plan.requestOf(row);
    yield { key, place: row.place, request: request as GenerateContentRequest };
  }
}

async function* asked(
  { table, limit = Infinity, keys, tally }: LinesPlan,
  { signal, progress }: Pick<Ports, 'signal' | 'progress'>,
): AsyncGenerator<Asked> {
  for await (const row of table.rows as AsyncIterable<Row | Skipped>) {
    if ('skipped' in row) tally.skip(row);
    else if (tally.taken() >= limit) tally.skip({ place: row.place, skipped: 'beyond the limit' });
    else {
      tally.take(row);
      const n = tally.taken();
      yield { row, key: keys.keyOf(row, n) };
      if (n % ROWS_BETWEEN_PROGRESS !== 0) continue;
      signal.throwIfAborted();
      progress({ done: n, message: `composed ${count(n, 'row')}` });
    }
  }
}
