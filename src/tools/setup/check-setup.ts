import { z } from 'zod';
import { examineSetup, type Setup, type SetupLine } from '../../pipeline/check-setup.ts';
import { count } from '../../support/text.ts';
import { defineTool, type Next } from '../define.ts';

export const checkSetup = defineTool({
  name: 'check_setup',
  title: 'Check the setup',
  toolset: 'setup',
  effect: 'read',
  description:
    'What a batch job needs of Google Cloud, checked: credentials, project, APIs, permissions, bucket and its region, service agent and, if named, the model at its location. Each failure comes with the command that mends it.',
  input: z.strictObject({
    model: z.string().min(1).optional(),
    location: z.string().optional(),
    bucket: z.string().min(1).optional().describe('gs://bucket. Default: the configured one.'),
  }),
  output: z.object({
    ready: z.boolean(),
    checks: z.array(
      z.object({
        check: z.string(),
        state: z.enum(['ok', 'warning', 'failed', 'skipped']),
        says: z.string(),
        fix: z.string().optional(),
      }),
    ),
  }),
  run: async (input, context) => {
    const setup = await examineSetup(input, context);
    const failed = setup.lines.filter(({ state }) => state === 'failed');
    const ready = failed.length === 0;
    return {
      data: { ready, checks: setup.lines },
      summary: [describe(setup.lines, failed), ...(context.emulated ? [TO_GOOGLE] : [])].join(' '),
      next: ready ? whenReady(input.model, setup) : again(input),
    };
  },
});

const TO_GOOGLE =
  'To go to Google: run `gcloud auth application-default login`, then start the server with --project PROJECT_ID and --bucket gs://BUCKET.';

function describe(lines: readonly SetupLine[], failed: readonly SetupLine[]): string {
  if (failed.length > 0)
    return `${failed.length} of ${count(lines.length, 'check')} failed${leading(failed)}`;
  // That the emulator answers is said below, and in every reply.
  const warnings = lines.filter(({ state, check }) => state === 'warning' && check !== 'backend');
  const unmade = lines.filter(({ state, fix }) => state === 'skipped' && fix).length;
  const passed = `No check failed${unmade > 0 ? `, though ${unmade} could not be made` : ''}`;
  if (warnings.length === 0) return `${passed}: nothing that was looked at stands in the way of a batch job.`;
  return `${passed}; ${count(warnings.length, 'warning')}${leading(warnings)}`;
}

const leading = ([first, ...more]: readonly SetupLine[]): string =>
  `${more.length > 0 ? '; the first' : ''}: ${first?.says}`;

const again = (input: Record<string, unknown>): Next => ({
  tool: 'check_setup',
  arguments: input,
  reason: 'check again once the commands have been run',
});

const whenReady = (model: string | undefined, { location }: Setup): Next =>
  model === undefined
    ? { tool: 'list_supported_models', arguments: {}, reason: 'choose a model' }
    : {
        tool: 'create_batch_job',
        arguments: { model, ...(location && { location }) },
        reason: 'run request rows on it, named as input',
      };
