import { z } from 'zod';
import { ruleOf } from '../../batch/lint/rules.ts';
import { isMendable, type Linted, lint } from '../../pipeline/lint.ts';
import { quoteUntrusted } from '../../support/text.ts';
import { defineTool, type Next, type ToolContext } from '../define.ts';
import { severities, verdict } from './validate-words.ts';

const SUGGESTED_MODEL = 'gemini-3.5-flash-lite';
const MOST_FINDINGS = 20;
const MOST_EXAMPLE_CHARACTERS = 160;

export const validateBatchInput = defineTool({
  name: 'validate_batch_input',
  title: 'Validate batch input',
  toolset: 'inputs',
  // With `fix` a copy goes into the server's own folder. Nothing of the user's changes, here or at Google, and the
  // same call makes the same file: that is no more than a cache, and read-only sessions keep the tool.
  effect: 'read',
  description:
    'Checks a JSONL file of request rows against over a hundred known mistakes, with line, reason and mend. Costs nothing and changes nothing; fix: true puts a mended copy into the workspace and leaves the original as it is.',
  input: z.strictObject({
    input: z.string().min(1).describe('Local path or gs:// URI (wildcards allowed) of request rows.'),
    model: z.string().min(1).optional().describe('The model it is meant for. Default: any Gemini.'),
    fix: z.boolean().default(false).describe('Mend what can be mended without changing what a row means.'),
  }),
  output: z.object({
    ok: z.boolean(),
    rows: z.number(),
    bytes: z.number(),
    errors: z.number(),
    warnings: z.number(),
    notes: z.number(),
    rows_with_errors: z.number(),
    findings: z
      .array(z.looseObject({ rule: z.string() }))
      .describe('severity, count, lines, says, examples, why, mend, fixable.'),
    fixed_file: z.string().optional(),
    fixes: z.record(z.string(), z.number()).optional(),
  }),
  run: async (input, context) => {
    const linted = await lint(input, context);
    const { report, mended } = linted;
    const { errors, warnings, notes } = severities(report);
    return {
      data: {
        ok: errors === 0,
        rows: report.rows,
        bytes: report.bytes,
        errors,
        warnings,
        notes,
        rows_with_errors: report.rowsWithErrors,
        findings: report.findings
          .slice(0, MOST_FINDINGS)
          .map(({ rule, severity, count, lines, examples }) => {
            const { says, why, mend, fix } = ruleOf(rule);
            return {
              rule,
              severity,
              count,
              lines,
              says,
              examples: examples.map((example) => quoteUntrusted(example, MOST_EXAMPLE_CHARACTERS)),
              why,
              mend,
              fixable: fix !== undefined,
            };
          }),
        ...(mended && {
          fixed_file: mended.file,
          fixes: Object.fromEntries(mended.fixes.map(({ rule, rows }) => [rule, rows])),
        }),
      },
      summary: verdict(linted, input),
      next: nextStep(linted, input, context),
    };
  },
});

/** A job, where nothing speaks against it; the mending of what can be mended, where that is more than taste. */
function nextStep(
  { report, mended }: Linted,
  { input, model, fix }: { input: string; model?: string | undefined; fix: boolean },
  context: ToolContext,
): Next | undefined {
  const named = model === undefined ? {} : { model };
  if (severities(report).errors === 0) {
    if (!context.hasTool('create_batch_job')) return undefined;
    return {
      tool: 'create_batch_job',
      arguments: { input: mended?.file ?? input, model: model ?? SUGGESTED_MODEL },
      reason: 'start a job on it',
    };
  }
  const wrong = { ...report, findings: report.findings.filter(({ severity }) => severity === 'error') };
  if (fix || !isMendable(wrong)) return undefined;
  return {
    tool: 'validate_batch_input',
    arguments: { input, ...named, fix: true },
    reason: 'write a mended copy and check that',
  };
}
