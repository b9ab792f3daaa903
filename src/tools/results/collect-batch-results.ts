import { join } from 'node:path';
import { z } from 'zod';
import { roundUsd, usd, usdRange } from '../../batch/cost-words.ts';
import { OUTCOMES } from '../../batch/outcomes.ts';
import { type Collected, collect } from '../../pipeline/collect.ts';
import type { Report } from '../../pipeline/collect-report.ts';
import { count, list, quoteUntrusted } from '../../support/text.ts';
import { defineTool, type Next, type ToolContext } from '../define.ts';
import { jobArgument } from '../jobs/job-fields.ts';

const MOST_COLUMNS_SHOWN = 50;

const counts = z.record(z.string(), z.number());

export const collectBatchResults = defineTool({
  name: 'collect_batch_results',
  title: 'Collect batch results',
  toolset: 'results',
  effect: 'create',
  description:
    'Ties each answer of a job or run to its input row and writes a Parquet table of all rows in input order: source columns, outcome, answer, tokens, cost. Also while it runs; a repeat reads only what is new.',
  input: z.strictObject({
    job: jobArgument,
  }),
  output: z.object({
    run: z.string(),
    settled: z.boolean(),
    rows: z.number(),
    outcomes: counts,
    findings: counts.optional(),
    usd: z.number().optional(),
    estimate: counts.optional(),
    causes: z.array(z.looseObject({})),
    samples: z.array(z.looseObject({})),
    rows_file: z.string(),
    columns: z.array(z.string()),
    notes: z.array(z.string()),
  }),
  run: async ({ job }, context) => {
    const collected = await collect({ job }, context);
    const { report, folder } = collected;
    const { estimate } = report;
    const findings = (['duplicate', 'unmatched', 'cut'] as const).filter((name) => report.findings[name] > 0);
    return {
      data: {
        run: report.run,
        settled: report.settled,
        rows: report.rows,
        outcomes: Object.fromEntries(
          OUTCOMES.filter((outcome) => (report.tally[outcome] ?? 0) > 0).map((outcome) => [
            outcome,
            report.tally[outcome],
          ]),
        ),
        ...(findings.length > 0 && {
          findings: Object.fromEntries(findings.map((name) => [name, report.findings[name]])),
        }),
        usd: report.usd === undefined ? undefined : roundUsd(report.usd),
        estimate: estimate && {
          low: roundUsd(estimate.low),
          likely: roundUsd(estimate.likely),
          high: roundUsd(estimate.high),
        },
        causes: report.causes,
        samples: report.samples.map(({ key, answer }) => ({ key: shownName(key), answer })),
        rows_file: join(folder, 'rows.parquet'),
        columns: report.columns.slice(0, MOST_COLUMNS_SHOWN).map(shownName),
        notes: report.notes,
      },
      summary: summaryOf(collected),
      next: nextStep(report, job, context),
    };
  },
});

/** A plain name says nothing but itself; a longer one is somebody's text. */
const shownName = (name: string): string => (/^[\w.-]{1,60}$/.test(name) ? name : quoteUntrusted(name, 80));

function summaryOf({ report, unchanged }: Collected): string {
  const known = unchanged ? ` Nothing has changed since ${report.collected}, and nothing was read.` : '';
  return `${tallyWords(report)}${costWords(report)}${known}`;
}

/** `3,180 of 3,201 rows are ok; 12 truncated and 9 error_retriable.` */
function tallyWords({ tally, rows, settled }: Report): string {
  const ok = tally.ok ?? 0;
  const soFar = settled ? '' : ' so far';
  if (ok === rows) return rows === 1 ? 'The one row is ok.' : `All ${count(rows, 'row')} are ok.`;
  const others = OUTCOMES.filter((outcome) => outcome !== 'ok' && (tally[outcome] ?? 0) > 0).map(
    (outcome) =>
      `${(tally[outcome] ?? 0).toLocaleString('en-US')} ${outcome === 'missing' && !settled ? 'without an answer yet' : outcome}`,
  );
  return `${ok.toLocaleString('en-US')} of ${count(rows, 'row')} ${ok === 1 ? 'is' : 'are'} ok${soFar}; ${list(others)}.`;
}

function costWords({ usd: dollars, estimate, settled }: Report): string {
  if (dollars === undefined) return '';
  const expected = estimate ? `; ${usdRange(estimate)} had been expected` : '';
  return ` ${settled ? 'They cost' : 'They have cost'} ${usd(dollars)}${settled ? '' : ' so far'}${expected}.`;
}

function nextStep({ settled, tally, run }: Report, job: string, { hasTool }: ToolContext): Next | undefined {
  const step = (tool: string, reason: string, args: Next['arguments']): Next | undefined =>
    hasTool(tool) ? { tool, arguments: args, reason } : undefined;
  if (!settled)
    return step('get_job_status', 'wait for the end, then collect again', { job, wait_seconds: 30 });
  const failed = OUTCOMES.some((outcome) => outcome !== 'ok' && (tally[outcome] ?? 0) > 0);
  return (
    (failed ? step('retry_batch_failures', 'send the rows again that can succeed', { job }) : undefined) ??
    step('query_batch_results', 'ask the answers with SQL', {
      run,
      sql: 'SELECT outcome, count(*) AS n FROM rows GROUP BY ALL',
    })
  );
}
