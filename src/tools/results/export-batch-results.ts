import { z } from 'zod';
import { type Exported, exportResults } from '../../pipeline/export-results.ts';
import { bytes, count } from '../../support/text.ts';
import { defineTool } from '../define.ts';

export const exportBatchResults = defineTool({
  name: 'export_batch_results',
  title: 'Export batch results',
  toolset: 'results',
  effect: 'create',
  description:
    'Writes collected rows, in input order, to a .csv, .tsv, .jsonl (also .gz), .xlsx or .parquet file: under exports in the workspace, or in an allowed folder. Formulas become text.',
  input: z.strictObject({
    run: z.string(),
    to: z.string(),
    columns: z.array(z.string()).min(1).optional(),
    where: z.string().optional().describe("SQL condition: outcome = 'ok'."),
    overwrite: z.boolean().default(false),
    bom: z.boolean().default(false),
  }),
  output: z.object({
    file: z.string(),
    rows: z.number(),
    bytes: z.number(),
    neutralised_cells: z.number().optional(),
    clipped_cells: z.number().optional(),
  }),
  run: async (input, context) => {
    const exported = await exportResults(input, context);
    const { path, rows, bytes: size, neutralised, clipped } = exported;
    return {
      data: {
        file: path,
        rows,
        bytes: size,
        ...(neutralised > 0 && { neutralised_cells: neutralised }),
        ...(clipped > 0 && { clipped_cells: clipped }),
      },
      summary: summaryOf(exported),
      next:
        rows === 0 && context.hasTool('query_batch_results')
          ? {
              tool: 'query_batch_results',
              arguments: {
                run: exported.run,
                sql: 'SELECT outcome, count(*) AS n FROM rows GROUP BY ALL ORDER BY n DESC',
              },
              reason: 'see what rows there are',
            }
          : undefined,
    };
  },
});

function summaryOf({ rows, columns, bytes: size, neutralised, clipped, replaced }: Exported): string {
  const wrote = `${replaced ? 'Replaced the file with' : 'Wrote'} ${count(rows, 'row')} of ${count(columns.length, 'column')} (${bytes(size)}).`;
  const apostrophes =
    neutralised > 0 &&
    `${count(neutralised, 'cell')} that a spreadsheet would have run as ${neutralised === 1 ? 'a formula begins' : 'formulas begin'} with an apostrophe now.`;
  const clips =
    clipped > 0 &&
    `${count(clipped, 'text')} ${clipped === 1 ? 'is' : 'are'} cut to the 32,767 characters of an Excel cell.`;
  return [wrote, apostrophes, clips].filter(Boolean).join(' ');
}
