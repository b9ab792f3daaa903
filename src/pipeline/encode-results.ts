import { closeSync, openSync, readSync } from 'node:fs';
import type { AnswerColumn } from '../batch/answer-columns.ts';
import { outcomeAt } from './join-rows.ts';
import { type PackedTexts, revived, textAt } from './packed-texts.ts';
import { columnEncoder, type EncodedColumn } from './parquet-column.ts';
import type { ResultRecord } from './result-record.ts';
import { type ResultsRow, resultsColumns } from './results-columns.ts';
import { type Counting, countRow, newCounting } from './run-summary.ts';

/** What the results of a run have in common: plain data, for threads. */
export interface EncodeSpec {
  /** By part: its file of records, and the id of its job. */
  files: readonly string[];
  jobs: readonly string[];
  answers: readonly AnswerColumn[];
  /** Members that records have. */
  extras: ReadonlySet<string>;
  duplicates: boolean;
}

/** Rows of a group in order; lists are by row. */
export interface GroupRows {
  rows: number;
  keys: PackedTexts;
  /** Keys of the rows whose answer is theirs too; empty for those that were asked themselves. */
  duplicateOf: PackedTexts;
  part: Uint16Array;
  outcomes: Uint8Array;
  starts: Float64Array;
  sizes: Uint32Array;
  attempts: Uint8Array;
}

export interface EncodedGroup {
  columns: EncodedColumn[];
  counting: Counting;
}

/** Encodes the columns of results, group by group; the bytes of one are written over by the next. */
export function resultsEncoder({ files, jobs, answers, extras, duplicates }: EncodeSpec) {
  const opened = files.map((file) => openSync(file, 'r'));
  const encoders = resultsColumns(answers, { extras, duplicates }).map(({ type, of }) => ({
    ...columnEncoder({ type }),
    of,
  }));
  let buffer = Buffer.allocUnsafeSlow(1 << 16);

  /** One by one where they are: in the order of rows they lie across files that came in any order. */
  function recordAt(file: number, start: number, size: number): ResultRecord {
    if (size > buffer.length) buffer = Buffer.allocUnsafeSlow(size * 2);
    readSync(file, buffer, 0, size, start);
    return JSON.parse(buffer.toString('utf8', 0, size));
  }

  function encode(group: GroupRows): EncodedGroup {
    const counting = newCounting();
    const keys = revived(group.keys);
    const originals = revived(group.duplicateOf);
    for (let at = 0; at < group.rows; at++) {
      const part = group.part[at] ?? 0;
      const outcome = outcomeAt(group.outcomes, at);
      const row: ResultsRow = {
        key: textAt(keys, at),
        outcome,
        record:
          outcome === 'missing'
            ? undefined
            : recordAt(opened[part] as number, group.starts[at] ?? 0, group.sizes[at] ?? 0),
        attempt: group.attempts[at] ?? 1,
        job: jobs[part] ?? '',
        duplicateOf: textAt(originals, at) || undefined,
      };
      countRow(counting, row);
      for (const encoder of encoders) encoder.add(encoder.of(row));
    }
    return { columns: encoders.map((encoder) => encoder.take()), counting };
  }

  return {
    encode,
    close: () => {
      for (const file of opened) closeSync(file);
    },
  };
}
