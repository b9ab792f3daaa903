import type { AnswerColumn } from '../batch/answer-columns.ts';
import type { Outcome } from '../batch/outcomes.ts';
import type { Row } from '../tables/table.ts';
import type { Column, ColumnType } from './parquet-column.ts';
import type { ResultRecord } from './result-record.ts';
import { cellOf } from './template.ts';

/** How one row ended, on its way into columns. */
export interface ResultsRow {
  key: string;
  outcome: Outcome;
  /** Left out where no line came. */
  record?: ResultRecord | undefined;
  attempt: number;
  job: string;
  /** Key of the row whose answer is this row's too, and which paid for it. */
  duplicateOf?: string | undefined;
}

type Made = Column & { of: (row: ResultsRow) => unknown };

/** Columns that are there where any row has something in them, by the member of its record. */
export const OPTIONAL = ['candidates', 'calls', 'citations', 'embedding', 'images'] as const;

const tokens = (at: number) => (row: ResultsRow) =>
  row.duplicateOf === undefined ? row.record?.tokens[at] : undefined;

const BEFORE: readonly Made[] = [
  { name: 'key', type: 'text', of: ({ key }) => key },
  { name: 'outcome', type: 'text', of: ({ outcome }) => outcome },
  { name: 'answer', type: 'text', of: ({ record }) => record?.answer },
];

const AFTER: readonly Made[] = [
  { name: 'finish_reason', type: 'text', of: ({ record }) => record?.finish },
  { name: 'block_reason', type: 'text', of: ({ record }) => record?.block },
  { name: 'error_code', type: 'count', of: ({ record }) => record?.code },
  { name: 'error_message', type: 'text', of: ({ record }) => record?.message },
  { name: 'prompt_tokens', type: 'count', of: tokens(0) },
  { name: 'cached_tokens', type: 'count', of: tokens(1) },
  { name: 'answer_tokens', type: 'count', of: tokens(2) },
  { name: 'thought_tokens', type: 'count', of: tokens(3) },
  { name: 'tool_tokens', type: 'count', of: tokens(4) },
  {
    name: 'usd',
    type: 'number',
    of: ({ record, duplicateOf }) => (duplicateOf === undefined ? record?.usd : 0),
  },
  { name: 'attempt', type: 'count', of: ({ attempt }) => attempt },
  { name: 'job', type: 'text', of: ({ job }) => job },
];

const optional = (name: (typeof OPTIONAL)[number]): Made => ({
  name,
  type: 'text',
  of: ({ record }) => {
    const value = record?.[name];
    return typeof value === 'object' ? JSON.stringify(value) : value;
  },
});

const DUPLICATE_OF: Made = { name: 'duplicate_of', type: 'text', of: ({ duplicateOf }) => duplicateOf };

/** Names that no column of an answer may have. */
export const OWN_NAMES: readonly string[] = [...BEFORE, ...AFTER, DUPLICATE_OF]
  .map(({ name }) => name)
  .concat(OPTIONAL);

const TYPES: Record<AnswerColumn['type'], ColumnType> = {
  text: 'text',
  json: 'text',
  integer: 'integer',
  number: 'number',
  boolean: 'boolean',
};

/** Columns for what a table was composed of, all of them text. Names differ from those of all other columns. */
export function sourceColumns(
  source: readonly string[],
  answers: readonly AnswerColumn[],
): (Column & { of: (cells: Row['cells']) => unknown })[] {
  const taken = new Set([...OWN_NAMES, ...answers.map(({ name }) => name)].map((name) => name.toLowerCase()));
  return source.map((column) => ({
    name: freeName(column, taken),
    type: 'text' as const,
    of: (cells) => textOf(cellOf(cells, column)),
  }));
}

/** Columns for how rows ended: the key and the outcome, the answer and its parts, what it took. */
export const resultsColumns = (
  answers: readonly AnswerColumn[],
  {
    extras,
    duplicates,
  }: {
    /** Members that records have. */
    extras: ReadonlySet<string>;
    duplicates: boolean;
  },
): Made[] => [
  ...BEFORE,
  ...answers.map(({ name, type }, at) => ({
    name,
    type: TYPES[type],
    of: ({ record }: ResultsRow) => record?.cells?.[at],
  })),
  ...AFTER,
  ...OPTIONAL.filter((name) => extras.has(name)).map(optional),
  ...(duplicates ? [DUPLICATE_OF] : []),
];

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string'
    ? value
    : value === undefined || value === null
      ? undefined
      : JSON.stringify(value);

/** `key_source`, `key_source_2`, …: a source may have columns of the names that the table has itself. */
function freeName(column: string, taken: Set<string>): string {
  let name = column;
  for (let n = 1; taken.has(name.toLowerCase()); n++)
    name = n === 1 ? `${column}_source` : `${column}_source_${n}`;
  taken.add(name.toLowerCase());
  return name;
}
