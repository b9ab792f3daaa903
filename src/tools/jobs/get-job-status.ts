import { z } from 'zod';
import { OUTCOMES } from '../../batch/outcomes.ts';
import { jobAdvice } from '../../pipeline/job-advice.ts';
import { clockSentence, expectedEnd, type JobFacts, rowsDone } from '../../pipeline/job-facts.ts';
import type { OutputTally } from '../../pipeline/read-output.ts';
import { track } from '../../pipeline/track.ts';
import { timestamp } from '../../support/clock.ts';
import { count, list } from '../../support/text.ts';
import { defineTool, type Next } from '../define.ts';
import { jobArgument, jobLine, outcomeCounts } from './job-fields.ts';

export const getJobStatus = defineTool({
  name: 'get_job_status',
  title: 'Status of a batch job',
  toolset: 'jobs',
  effect: 'read',
  description:
    'State, row counts, clocks and advice for a batch job; for an ended one the tally of its rows with causes of failure and samples. Can wait for the end.',
  input: z.strictObject({
    job: jobArgument,
    wait_seconds: z.number().int().min(0).max(30).default(0).describe('Wait this long for the end.'),
  }),
  output: jobLine.extend({
    started: z.string().optional(),
    ended_at: z.string().optional(),
    updated: z.string().optional(),
    clock: z.string(),
    expected_end: z.string().optional(),
    outcomes: outcomeCounts.optional(),
    causes: z.array(z.object({ outcome: z.enum(OUTCOMES), cause: z.string(), rows: z.number() })).optional(),
    samples: z.array(z.object({ key: z.string(), prompt: z.string(), answer: z.string() })).optional(),
    error: z.string().optional(),
    partial_failures: z.array(z.string()).optional(),
    input: z.string().optional(),
    output: z.string().optional(),
    advice: z.array(z.string()),
  }),
  run: async ({ job, wait_seconds }, context) => {
    const { facts, output } = await track({ job, waitMs: wait_seconds * 1000 }, context);
    const now = context.clock.now();
    const end = expectedEnd(facts, now);
    const { id: _, ...told } = facts;
    return {
      data: {
        ...told,
        clock: clockSentence(facts, now),
        expected_end: end === undefined ? undefined : timestamp(end),
        outcomes: output && occurring(output),
        causes: output?.causes,
        samples: output?.samples,
        advice: jobAdvice(facts, now),
      },
      summary: summarise(facts, output, now),
      next: nextStep(facts),
    };
  },
});

/** The headline is the row tally, never the job's own word for itself. */
function summarise(facts: JobFacts, output: OutputTally | undefined, now: number): string {
  const clock = clockSentence(facts, now);
  if (output) return `${tallySentence(output)} The job ended as ${facts.state} and ${clock}.`;
  const rows = rowSentence(facts);
  return facts.ended
    ? `The job ended as ${facts.state} and ${clock}${rows}.`
    : `The job is ${facts.state}, ${clock}${rows}.`;
}

/** `: 12 of 3,201 rows done, 2 of them failed`, as far as anybody counted. */
function rowSentence({ rows }: JobFacts): string {
  const done = rowsDone(rows);
  if (done === undefined) return rows?.total === undefined ? '' : `, with ${count(rows.total, 'row')}`;
  const of =
    rows?.total === undefined
      ? count(done, 'row')
      : `${done.toLocaleString('en-US')} of ${count(rows.total, 'row')}`;
  return `: ${of} done${rows?.failed ? `, ${rows.failed.toLocaleString('en-US')} of them failed` : ''}`;
}

function tallySentence({ tally, rows }: OutputTally): string {
  const others = OUTCOMES.filter((outcome) => outcome !== 'ok' && tally[outcome] > 0);
  if (others.length === 0) return `All ${count(rows, 'row')} are ok.`;
  const parts = others.map((outcome) => `${tally[outcome].toLocaleString('en-US')} ${outcome}`);
  return `${tally.ok.toLocaleString('en-US')} of ${count(rows, 'row')} ${tally.ok === 1 ? 'is' : 'are'} ok; ${list(parts)}.`;
}

const occurring = ({ tally }: OutputTally) =>
  Object.fromEntries(
    OUTCOMES.filter((outcome) => tally[outcome] > 0).map((outcome) => [outcome, tally[outcome]]),
  );

function nextStep(facts: JobFacts): Next | undefined {
  if (facts.ended) return undefined;
  if (facts.state === 'JOB_STATE_PAUSED')
    return { tool: 'cancel_batch_job', arguments: { job: facts.job }, reason: 'if nobody will resume it' };
  return {
    tool: 'get_job_status',
    arguments: { job: facts.job, wait_seconds: 30 },
    reason: 'wait for the end',
  };
}
