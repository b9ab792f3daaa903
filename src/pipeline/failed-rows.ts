import { OUTCOMES, type Outcome } from '../batch/outcomes.ts';
import type { Failure } from '../batch/repair-row.ts';
import { UserError } from '../support/errors.ts';

export interface FailedRow extends Failure {
  /** How often it was tried. */
  attempts: number;
}

const COLUMNS = ['key', 'outcome', 'finish_reason', 'thought_tokens', 'attempt'] as const;

/**
 * The rows of a results table that are not ok, by key. Rows whose answer is another row's are that row's business.
 * Memory: what is here of the failed rows alone.
 */
export async function failedRows(path: string, signal: AbortSignal): Promise<Map<string, FailedRow>> {
  const [{ asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema }, { compressors }] =
    await Promise.all([import('hyparquet'), import('hyparquet-compressors')]);
  const file = await asyncBufferFromFile(path);
  const metadata = await parquetMetadataAsync(file);
  const there = new Set(parquetSchema(metadata).children.map(({ element }) => element.name));
  const columns = [...COLUMNS, 'duplicate_of'].filter((name) => there.has(name));
  const failed = new Map<string, FailedRow>();
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    signal.throwIfAborted();
    const rowEnd = rowStart + Number(group.num_rows);
    const rows = await parquetReadObjects({ file, metadata, compressors, columns, rowStart, rowEnd });
    rowStart = rowEnd;
    for (const row of rows) {
      const outcome = row.outcome as Outcome;
      if (outcome === 'ok' || (row.duplicate_of ?? '') !== '') continue;
      if (!OUTCOMES.includes(outcome)) throw unreadable(path);
      failed.set(String(row.key), {
        outcome,
        ...(typeof row.finish_reason === 'string' && { finishReason: row.finish_reason }),
        thoughtTokens: Number(row.thought_tokens ?? 0),
        attempts: Number(row.attempt ?? 1),
      });
    }
  }
  return failed;
}

const unreadable = (path: string) =>
  new UserError('bad_results', {
    what: `The results table ${path} holds something else than results.`,
    fix: 'Remove its folder and collect again with collect_batch_results.',
  });
