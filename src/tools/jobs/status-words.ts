import { usd } from '../../batch/cost-words.ts';
import { OUTCOMES } from '../../batch/outcomes.ts';
import { clockSentence } from '../../pipeline/job-clocks.ts';
import type { JobCost } from '../../pipeline/job-cost.ts';
import { type JobFacts, type RowCounts, rowsDone } from '../../pipeline/job-facts.ts';
import type { OutputTally } from '../../pipeline/read-output.ts';
import type { RunFacts } from '../../pipeline/run-facts.ts';
import type { Tracked } from '../../pipeline/track.ts';
import { count, duration, list } from '../../support/text.ts';
import { stateWord } from './job-fields.ts';

type Measured = Pick<Tracked, 'output' | 'cost' | 'partOf'>;

/** The headline is the row tally, never the job's own word for itself. */
export function jobSummary(facts: JobFacts, { output, cost, partOf }: Measured, now: number): string {
  const clock = clockSentence(facts, now);
  const rows = rowSentence(facts);
  const ended = `The job ended as ${facts.state} and ${clock}`;
  const told = facts.ended
    ? `${ended}${output ? '' : rows}${costOfRows(cost)}.`
    : `The job is ${facts.state}, ${clock}${rows}${costOfRows(cost)}.`;
  return [output && tallySentence(output), told, partOf && partSentence(facts, partOf)]
    .filter(Boolean)
    .join(' ');
}

const partSentence = ({ shard }: JobFacts, run: string): string =>
  shard === undefined ? `${run} has other jobs too.` : `It is shard ${shard.replaceAll('-', ' ')} of ${run}.`;

export function runSummary(run: RunFacts, { output, cost }: Measured, now: number): string {
  const { jobs, ended, shards } = run;
  const clock = runClock(run, now);
  const told = ended
    ? `The run's ${endsOf(jobs)} and ${clock}${output ? '' : rowSentence(run)}${costOfRows(cost)}.`
    : `The run has ${jobsIn(jobs)}, ${clock}${rowSentence(run)}${costOfRows(cost)}.`;
  const missing =
    shards && shards.submitted < shards.planned
      ? `${shards.submitted} of ${count(shards.planned, 'job')} submitted; the same create_batch_job call submits the rest.`
      : undefined;
  return [output && tallySentence(output), told, missing].filter(Boolean).join(' ');
}

/** `3 jobs running and 4 queued`, or `3 running and 4 queued`. */
function jobsIn(jobs: readonly JobFacts[], noun = 'job'): string {
  const states = [...new Set(jobs.map(({ state }) => state))];
  const parts = states.map((state, at) => {
    const n = jobs.filter((job) => job.state === state).length;
    return `${at === 0 && noun ? count(n, noun) : n.toLocaleString('en-US')} ${stateWord(state)}`;
  });
  return list(parts);
}

/** `7 jobs succeeded`, `7 jobs ended, 6 succeeded and 1 failed,`. */
function endsOf(jobs: readonly JobFacts[]): string {
  const alike = new Set(jobs.map(({ state }) => state)).size === 1;
  return alike ? jobsIn(jobs) : `${count(jobs.length, 'job')} ended, ${jobsIn(jobs, '')},`;
}

/** `3 h after its first job was created`; the limits are those of each job. */
export function runClock({ created, ended, ended_at }: RunFacts, now: number): string {
  const from = created ? Date.parse(created) : now;
  return ended
    ? `took ${duration((ended_at ? Date.parse(ended_at) : now) - from)}`
    : `${duration(now - from)} after its first job was created`;
}

/** `: 12 of 3,201 rows done, 2 of them failed`, as far as anybody counted. */
function rowSentence({ rows }: { rows?: RowCounts | undefined }): string {
  const done = rowsDone(rows);
  if (done === undefined) return rows?.total === undefined ? '' : `, with ${count(rows.total, 'row')}`;
  const about = rows?.about === undefined ? '' : 'about ';
  const of =
    rows?.total === undefined
      ? count(done, 'row')
      : `${done.toLocaleString('en-US')} of ${count(rows.total, 'row')}`;
  return `: ${about}${of} done${rows?.failed ? `, ${rows.failed.toLocaleString('en-US')} of them failed` : ''}`;
}

function tallySentence({ tally, rows }: OutputTally): string {
  const others = OUTCOMES.filter((outcome) => outcome !== 'ok' && tally[outcome] > 0);
  if (others.length === 0) return `All ${count(rows, 'row')} are ok.`;
  const parts = others.map((outcome) => `${tally[outcome].toLocaleString('en-US')} ${outcome}`);
  return `${tally.ok.toLocaleString('en-US')} of ${count(rows, 'row')} ${tally.ok === 1 ? 'is' : 'are'} ok; ${list(parts)}.`;
}

/** Of the rows that are done, which are all that is billed. */
function costOfRows({ actual, soFar, committed }: JobCost): string {
  if (actual !== undefined) return `; its answers come to ${usd(actual)}`;
  if (soFar === undefined || soFar === 0 || !committed) return '';
  return `; they come to about ${usd(soFar)} of ${usd(committed.likely)} expected`;
}
