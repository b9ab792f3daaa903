import { z } from 'zod';
import { checkLabels } from '../../batch/labels.ts';
import { RESERVED_LABELS } from '../../pipeline/job-labels.ts';
import { planRun } from '../../pipeline/plan-run.ts';
import { UserError } from '../../support/errors.ts';
import { list } from '../../support/text.ts';
import { defineTool, type ToolContext } from '../define.ts';
import { replyTo, submitOutput } from './submit-reply.ts';

export const createBatchJob = defineTool({
  name: 'create_batch_job',
  title: 'Create a batch job',
  toolset: 'jobs',
  effect: 'create',
  spends: true,
  description:
    'Starts Gemini batch prediction on JSONL of request rows. A person agrees to the price first: the server asks, or replies with the plan and a `confirm` value. Safe to repeat: the same call finds its jobs again, or finishes a run that broke off.',
  input: z.strictObject({
    model: z.string().min(1).describe('Model id, full resource name, or a tuned model.'),
    input: z
      .string()
      .min(1)
      .describe(
        'Request rows: input id of compose_batch_input, local path, or gs:// URI (wildcards allowed).',
      ),
    location: z.string().optional().describe('Default: configured, else the first that offers the model.'),
    output: z.string().optional().describe('gs://bucket/prefix. Default: the configured bucket.'),
    name: z.string().min(1).max(128).optional().describe('Display name.'),
    labels: z.record(z.string(), z.string()).optional(),
    kms_key: z.string().optional().describe('CMEK key resource name, same region as the job.'),
    dry_run: z.boolean().default(false).describe('Only say what would be done.'),
    confirm: z.string().optional().describe('From an earlier reply, once the person agreed to its price.'),
    allow_duplicate: z.boolean().default(false).describe('Run the same plan once more, as a run of its own.'),
  }),
  output: submitOutput,
  run: async (input, context) => {
    const labels = input.labels ?? {};
    checkLabels(labels);
    refuseReserved(labels);
    const plan = await planRun(
      {
        ...{ model: input.model, location: input.location, input: input.input, name: input.name, labels },
        place: outputPlace(input.output, context),
        kmsKey: input.kms_key,
        again: input.allow_duplicate,
      },
      context,
    );
    return replyTo(plan, { tool: 'create_batch_job', input }, context);
  },
});

/** Where staged inputs and outputs go. */
function outputPlace(asked: string | undefined, { bucket }: ToolContext): string {
  const place = asked ?? bucket;
  if (!place)
    throw new UserError('no_output_place', {
      what: 'It is not said where the output goes.',
      why: 'No bucket is configured and the call names no `output`.',
      fix: 'Give `output` as gs://bucket/prefix, or start the server with --bucket.',
    });
  const uri = place.startsWith('gs://') ? place : `gs://${place}`;
  // One place, one plan, however it is spelled.
  return uri.replace(/\/+$/, '');
}

function refuseReserved(labels: Record<string, string>): void {
  const taken = Object.keys(labels).filter((key) => RESERVED_LABELS.includes(key));
  if (taken.length === 0) return;
  throw new UserError('reserved_label', {
    what: `The ${taken.length === 1 ? 'label' : 'labels'} ${list(taken)} cannot be set.`,
    why: `This server keeps ${list(RESERVED_LABELS)} to find its jobs again.`,
    fix: 'Use other keys.',
  });
}
