import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { unwrap } from '../batch/unwrap.ts';
import { UserError } from '../support/errors.ts';
import { count, list, quoteUntrusted } from '../support/text.ts';
import { localFile } from '../tables/local-file.ts';
import { openTable } from '../tables/open-table.ts';
import type { Source } from '../tables/table.ts';
import { type Report, readReport, rowsFile } from './collect-report.ts';
import type { Ports } from './ports.ts';

/** Results that `collect` left in the workspace. */
export interface CollectedRun {
  /** Name of their folder: the run's id, or `job-` and the id of a job that is not the whole of its run. */
  run: string;
  /** Path of `rows.parquet`. */
  path: string;
  source: Source;
  columns: readonly string[];
  /** Undefined where it cannot be read. */
  report: Report | undefined;
}

/**
 * Finds collected results by the run's id, or by the name of a job of it, without asking Vertex AI.
 * Throws `results_not_collected`.
 */
export async function findCollected(
  named: string,
  ports: Pick<Ports, 'workspace' | 'signal'>,
): Promise<CollectedRun> {
  const folders = await resultFolders(ports);
  const run = (await folderOf(named, folders, ports)) ?? '';
  const path = rowsFile(join(resultsFolder(ports), run));
  const file = run === '' ? undefined : await stat(path).catch(() => undefined);
  if (!file) throw notCollected(named, folders);
  const source = localFile({ path, name: 'rows.parquet', size: file.size });
  const { columns } = await openTable(source, ports.signal);
  return { run, path, source, columns, report: await readReport(join(resultsFolder(ports), run), ports) };
}

const resultsFolder = ({ workspace }: Pick<Ports, 'workspace'>): string => join(workspace.folder, 'results');

const resultFolders = (ports: Pick<Ports, 'workspace'>): Promise<string[]> =>
  readdir(resultsFolder(ports)).catch(() => []);

async function folderOf(
  named: string,
  folders: readonly string[],
  ports: Pick<Ports, 'workspace'>,
): Promise<string | undefined> {
  const names = unwrap(named);
  const known = names.find((name) => folders.includes(name));
  if (known !== undefined) return known;
  const ids = names.map((name) => /(?:^|batchPredictionJobs\/|job-)(\d+)$/.exec(name)?.[1]).filter(Boolean);
  for (const folder of folders) {
    if (ids.some((id) => folder === `job-${id}`)) return folder;
    const report = await readReport(join(resultsFolder(ports), folder), ports);
    if (report?.jobs.length === 1 && ids.some((id) => report.jobs[0]?.job.endsWith(`/${id}`))) return folder;
  }
  return undefined;
}

const MOST_NAMED = 5;

function notCollected(named: string, folders: readonly string[]): UserError {
  const known = folders.slice(-MOST_NAMED);
  return new UserError('results_not_collected', {
    what: `The results of ${quoteUntrusted(named, 160)} are not in the workspace.`,
    why:
      known.length === 0
        ? 'Nothing has been collected yet.'
        : `There are those of ${list(known)}${folders.length > known.length ? `, and of ${count(folders.length - known.length, 'more run')}` : ''}.`,
    fix: `Call collect_batch_results with job ${quoteUntrusted(named, 160)}, then ask again.`,
  });
}
