import { z } from 'zod';
import { checkLabels } from '../../batch/labels.ts';
import { chooseModel } from '../../pipeline/choose-model.ts';
import { jobFacts } from '../../pipeline/job-facts.ts';
import { RESERVED_LABELS } from '../../pipeline/job-labels.ts';
import { submit } from '../../pipeline/submit.ts';
import { UserError } from '../../support/errors.ts';
import { count, list } from '../../support/text.ts';
import { defineTool, type ToolContext } from '../define.ts';

export const createBatchJob = defineTool({
  name: 'create_batch_job',
  title: 'Create a batch job',
  toolset: 'jobs',
  effect: 'create',
  spends: true,
  description:
    'Starts a Gemini batch prediction job on a JSONL file of request rows, local (uploaded first) or gs://. Safe to repeat: the same call finds its job again instead of starting a second one.',
  input: z.strictObject({
    model: z.string().min(1).describe('Model id, full resource name, or a tuned model.'),
    input: z.string().min(1).describe('Local path or gs:// URI (wildcards allowed) of request rows.'),
    location: z.string().optional().describe('Default: configured, else the first that offers the model.'),
    output: z.string().optional().describe('gs://bucket/prefix. Default: the configured bucket.'),
    name: z.string().min(1).max(128).optional().describe('Display name.'),
    labels: z.record(z.string(), z.string()).optional(),
    kms_key: z.string().optional().describe('CMEK key resource name, same region as the job.'),
    allow_duplicate: z.boolean().default(false).describe('Run the same plan once more, as a job of its own.'),
  }),
  output: z.object({
    job: z.string(),
    run: z.string(),
    state: z.string(),
    created_now: z.boolean(),
    model: z.string(),
    location: z.string(),
    rows: z.number().optional(),
    input: z.string().optional(),
    output: z.string().optional(),
    notes: z.array(z.string()),
  }),
  run: async (input, context) => {
    const labels = input.labels ?? {};
    checkLabels(labels);
    refuseReserved(labels);
    const model = await chooseModel(input, context);
    const { job, run, rows, adopted } = await submit(
      {
        model: model.resource,
        location: model.location,
        accepts: model,
        input: input.input,
        place: outputPlace(input.output, context),
        name: input.name,
        labels,
        kmsKey: input.kms_key,
        again: input.allow_duplicate,
      },
      context,
    );
    const facts = jobFacts(job);
    const again =
      adopted && facts.ended ? ' It has ended: allow_duplicate: true runs the same plan again.' : '';
    return {
      data: {
        job: facts.job,
        run,
        state: facts.state,
        created_now: !adopted,
        model: facts.model,
        location: facts.location,
        rows,
        input: facts.input,
        output: facts.output,
        notes: model.notes,
      },
      summary: adopted
        ? `This plan was submitted before: its job is ${facts.state}, and nothing new was started.${again}`
        : `Started a batch job${rows === undefined ? '' : ` of ${count(rows, 'row')}`} on ${facts.model} in ${facts.location}.`,
      next: {
        tool: 'get_job_status',
        arguments: { job: facts.job, wait_seconds: 30 },
        reason: 'see how far it is',
      },
    };
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
  return place.startsWith('gs://') ? place : `gs://${place}`;
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
