import type { TableFacts } from '../../tables/query.ts';
import { nameLiteral } from '../../tables/sandbox.ts';

export interface Example {
  question: string;
  sql: string;
}

/** Questions that these tables can answer: of one run, or of the first two of several. */
export function examplesFor(tables: readonly TableFacts[]): Example[] {
  const [first, second] = tables.filter(({ table }) => /(^|_)rows$/.test(table));
  if (!first) return [];
  return second ? comparing(first, second) : asking(first);
}

function asking(rows: TableFacts): Example[] {
  const [label] = answerColumns(rows);
  return [
    {
      question: 'How did the rows end, and what did they cost?',
      sql: `SELECT outcome, count(*) AS n, sum(usd) AS usd FROM ${rows.table} GROUP BY ALL ORDER BY n DESC`,
    },
    {
      question: 'Why did rows fail?',
      sql: `SELECT outcome, coalesce(error_message, block_reason, finish_reason) AS cause, count(*) AS n, min(key) AS example FROM ${rows.table} WHERE outcome <> 'ok' GROUP BY ALL ORDER BY n DESC`,
    },
    label
      ? {
          question: 'What was answered, how often?',
          sql: `SELECT ${label}, count(*) AS n FROM ${rows.table} WHERE outcome = 'ok' GROUP BY ALL ORDER BY n DESC`,
        }
      : {
          question: 'Which answers took most?',
          sql: `SELECT key, usd, thought_tokens, answer_tokens, left(answer, 200) AS answer FROM ${rows.table} ORDER BY usd DESC NULLS LAST LIMIT 5`,
        },
  ];
}

function comparing(a: TableFacts, b: TableFacts): Example[] {
  const both = `FROM ${a.table} AS a JOIN ${b.table} AS b USING (key)`;
  const [label] = answerColumns(a).filter((column) => answerColumns(b).includes(column));
  const [of, shown] = label
    ? [label, (side: string) => `${side}.${label}`]
    : ['answer', (side: string) => `left(${side}.answer, 300)`];
  return [
    {
      question: 'How often do they agree?',
      sql: `SELECT a.${of} = b.${of} AS same, count(*) AS n ${both} GROUP BY ALL ORDER BY n DESC`,
    },
    {
      question: 'Where do they differ?',
      sql: `SELECT key, ${shown('a')} AS a, ${shown('b')} AS b ${both} WHERE a.${of} IS DISTINCT FROM b.${of} LIMIT 20`,
    },
    {
      question: 'What did each cost, and how did its rows end?',
      sql: [a, b]
        .map(
          ({ table }) =>
            `SELECT '${table}' AS run, outcome, count(*) AS n, sum(usd) AS usd FROM ${table} GROUP BY ALL`,
        )
        .join(' UNION ALL '),
    },
  ];
}

/** Columns that answers were parsed into, as SQL writes them: those between the answer and why it ended. */
function answerColumns({ columns }: TableFacts): string[] {
  const names = columns.map(({ name }) => name);
  return names.slice(names.indexOf('answer') + 1, names.indexOf('finish_reason')).map(nameLiteral);
}
