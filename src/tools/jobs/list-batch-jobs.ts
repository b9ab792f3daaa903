import { z } from 'zod';
import type { JobFacts } from '../../pipeline/job-facts.ts';
import { listJobs } from '../../pipeline/list-jobs.ts';
import { count, list } from '../../support/text.ts';
import { defineTool, type Next } from '../define.ts';
import { jobLine, lineOfJob } from './job-fields.ts';

export const listBatchJobs = defineTool({
  name: 'list_batch_jobs',
  title: 'List batch jobs',
  toolset: 'jobs',
  effect: 'read',
  description:
    'Batch prediction jobs of the project, newest first, from all locations at once, also those that other tools started.',
  input: z.strictObject({
    state: z.string().optional().describe('active, ended, or a state such as running or JOB_STATE_FAILED.'),
    model: z.string().optional().describe('Part of the model name.'),
    name: z.string().optional().describe('Part of the display name.'),
    labels: z.record(z.string(), z.string()).optional(),
    run: z.string().optional().describe('Only the jobs of this run.'),
    location: z.string().optional().describe('Default: all.'),
    created_after: z.iso.datetime({ offset: true }).optional(),
    created_before: z.iso.datetime({ offset: true }).optional(),
    limit: z.number().int().min(1).max(100).default(20),
  }),
  output: z.object({
    total: z.number(),
    jobs: z.array(jobLine),
    unreachable: z.array(z.unknown()),
  }),
  run: async ({ limit, created_after, created_before, ...asked }, context) => {
    const spec = { ...asked, createdAfter: created_after, createdBefore: created_before };
    const { jobs, searched, unreachable } = await listJobs(spec, context);
    const shown = jobs.slice(0, limit);
    const last = shown.at(-1);
    const first = shown[0];
    const missing = unreachable.length
      ? ` ${list(unreachable.map(({ location }) => location))} did not answer, so jobs there are not counted.`
      : '';
    const of = shown.length < jobs.length ? `; the newest ${shown.length} are shown` : '';
    const more = shown.length < jobs.length && last?.created;
    return {
      data: {
        total: jobs.length,
        jobs: shown.map(lineOfJob),
        unreachable,
      },
      summary: `${count(jobs.length, 'job')} in ${count(searched.length, 'location')}${of}.${missing}`,
      next: more
        ? {
            tool: 'list_batch_jobs',
            arguments: {
              ...asked,
              ...(created_after && { created_after }),
              created_before: last.created,
              limit,
            },
            reason: 'see older ones',
          }
        : first && nextLook(first, asked.run),
    };
  },
});

const nextLook = ({ job }: JobFacts, run: string | undefined): Next =>
  run === undefined
    ? { tool: 'get_job_status', arguments: { job }, reason: 'look at the newest' }
    : { tool: 'get_job_status', arguments: { job: run }, reason: 'see what they come to together' };
