import { rowsDone } from '../../pipeline/job-facts.ts';
import { count } from '../../support/text.ts';
import type { Status } from './status.ts';

/** Why not every row is ok, in sentences; undefined where every one is. The job has ended. */
export function notOk({ data }: Status): string | undefined {
  const { state, shards, outcomes } = data;
  const reasons = [
    ...(shards && shards.submitted < shards.planned
      ? [`Only ${shards.submitted} of ${count(shards.planned, 'job')} of the run were submitted.`]
      : []),
    ...(outcomes ? rowsNotOk(outcomes) : countsNotOk(data)),
  ];
  if (reasons.length === 0) return undefined;
  const failed = state === 'JOB_STATE_SUCCEEDED' ? [] : [`The job ended as ${state}.`];
  return [...failed, ...reasons].join(' ');
}

function rowsNotOk({ ok = 0, ...others }: Record<string, number>): string[] {
  const rest = Object.values(others).reduce((sum, rows) => sum + rows, 0);
  return rest === 0 ? [] : [`${rest.toLocaleString('en-US')} of ${count(ok + rest, 'row')} are not ok.`];
}

/** Output that is too large to be read in passing is taken at Vertex AI's word, which knows errors only. */
function countsNotOk({ state, rows }: Status['data']): string[] {
  const missing = rows?.total === undefined ? 0 : rows.total - (rowsDone(rows) ?? 0);
  const bad = (rows?.failed ?? 0) + Math.max(0, missing);
  if (bad > 0) return [`${count(bad, 'row')} failed or were not run, by Vertex AI's own count.`];
  return state === 'JOB_STATE_SUCCEEDED' && rowsDone(rows) !== undefined
    ? []
    : ['Nobody can tell how its rows ended.'];
}
