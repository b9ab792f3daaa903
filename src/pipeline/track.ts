import { findJob } from './find-job.ts';
import { type JobFacts, jobFacts, rowsDone } from './job-facts.ts';
import type { Ports } from './ports.ts';
import { type OutputTally, tallyOutput } from './read-output.ts';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

export interface Tracked {
  facts: JobFacts;
  /** The rows of an ended job, where its output can be read in passing. */
  output?: OutputTally | undefined;
}

/** Where a job stands; waits up to `waitMs` for its end, asking less and less often. */
export async function track(spec: { job: string; waitMs: number }, ports: Ports): Promise<Tracked> {
  const { clock, signal, vertex, progress } = ports;
  const until = clock.now() + spec.waitMs;
  let facts = jobFacts(await findJob(spec.job, ports));
  for (let pause = FIRST_PAUSE_MS; !facts.ended && clock.now() < until; pause *= 1.5) {
    report(facts, progress);
    await clock.sleep(Math.min(pause, LONGEST_PAUSE_MS, until - clock.now()), signal);
    facts = jobFacts(await vertex.batchPredictionJobs.get(facts.job, { signal }));
  }
  report(facts, progress);
  return { facts, output: facts.ended ? await tallyOutput(facts, ports) : undefined };
}

function report({ rows, state }: JobFacts, progress: Ports['progress']): void {
  progress({ done: rowsDone(rows) ?? 0, total: rows?.total, message: state });
}
