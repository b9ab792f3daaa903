import { join } from 'node:path';
import { z } from 'zod';
import { count } from '../support/text.ts';
import type { JobFacts } from './job-facts.ts';
import type { Ports } from './ports.ts';
import type { Workspace } from './workspace.ts';

const group = z.object({ outcome: z.string(), what: z.string(), rows: z.number() });
const recordSchema = z.object({ attempt: z.number(), again: z.array(group), left: z.array(group) });

/** What an attempt sent again and what it changed, and what it left. */
export type RetryRecord = z.infer<typeof recordSchema>;

/** Requests, changes by row, and record of an attempt: `retries/RUN/attempt-N` and what each one ends with. */
export const retryFile = (workspace: Workspace, run: string, attempt: number, end: string): string =>
  join(workspace.folder, 'retries', run, `attempt-${attempt}${end}`);

export const writeRetry = (workspace: Workspace, run: string, record: RetryRecord): Promise<void> =>
  workspace.writeJson(retryFile(workspace, run, record.attempt, '.json'), record);

/** A sentence for each attempt of these jobs, as far as this workspace made it. */
export async function retryNotes(
  jobs: readonly Pick<JobFacts, 'run' | 'attempt'>[],
  { workspace }: Pick<Ports, 'workspace'>,
): Promise<string[]> {
  const attempts = new Map(
    jobs.flatMap(({ run, attempt }) => (run && attempt ? [[attempt, run] as const] : [])),
  );
  const notes: string[] = [];
  for (const [attempt, run] of attempts) {
    const path = retryFile(workspace, run, attempt, '.json');
    const { data } = recordSchema.safeParse(await workspace.readJson(path).catch(() => undefined));
    if (!data) continue;
    const sent = data.again.map(({ outcome, what, rows }) => `${count(rows, `${outcome} row`)}: ${what}`);
    notes.push(`Attempt ${attempt} sent again ${sent.join('; ')}.`);
  }
  return notes;
}
