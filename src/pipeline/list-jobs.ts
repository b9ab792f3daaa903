import { describeState, isJobState } from '../batch/job-states.ts';
import { GoogleApiError } from '../google/errors.ts';
import type { BatchPredictionJob } from '../google/vertex-types.ts';
import { UserError } from '../support/errors.ts';
import { list, quoteUntrusted } from '../support/text.ts';
import { parseRunId } from './find-run.ts';
import { type JobFacts, jobFacts } from './job-facts.ts';
import { LABELS } from './job-labels.ts';
import type { Ports } from './ports.ts';
import { likelyLocations } from './search-locations.ts';

export interface ListSpec {
  location?: string | undefined;
  /** `active`, `ended`, or a state with or without `JOB_STATE_`. */
  state?: string | undefined;
  /** Part of a model's name. */
  model?: string | undefined;
  /** Part of the display name. */
  name?: string | undefined;
  labels?: Record<string, string> | undefined;
  /** A run's id, as `parseRunId` takes it. */
  run?: string | undefined;
  createdAfter?: string | undefined;
  createdBefore?: string | undefined;
}

export interface Listed {
  /** Newest first. */
  jobs: JobFacts[];
  searched: string[];
  /** Locations that did not answer; their jobs are not in the list. */
  unreachable: { location: string; why: string }[];
}

/** Jobs that match, from every location of the catalogue, each list read to its end. */
export async function listJobs(spec: ListSpec, ports: Ports): Promise<Listed> {
  const places = spec.location ? [spec.location] : likelyLocations(ports.settings);
  const filter = filterOf(spec);
  const answers = await Promise.allSettled(places.map((location) => readAll(location, filter, ports)));
  const unreachable: Listed['unreachable'] = [];
  const jobs = answers.flatMap((answer, index) => {
    if (answer.status === 'fulfilled') return answer.value;
    if (!(answer.reason instanceof GoogleApiError) || places.length === 1) throw answer.reason;
    unreachable.push({ location: places[index] ?? '', why: quoteUntrusted(answer.reason.message, 120) });
    return [];
  });
  // One location may be switched off; when none answers, that is the news.
  const [first] = answers;
  if (unreachable.length === places.length && first?.status === 'rejected') throw first.reason;
  const matching = jobs.filter(matcher(spec)).map(jobFacts);
  matching.sort((a, b) => (b.created ?? '').localeCompare(a.created ?? ''));
  return { jobs: matching, searched: places, unreachable };
}

async function readAll(location: string, filter: string, { vertex, signal }: Ports) {
  const jobs: BatchPredictionJob[] = [];
  const query = { pageSize: 100, signal, ...(filter && { filter }) };
  for await (const job of vertex.batchPredictionJobs.list(location, query)) jobs.push(job);
  return jobs;
}

/** What Vertex AI's filter can say; values are quoted so that none can end its string. */
function filterOf({ state, labels = {}, run, createdAfter, createdBefore }: ListSpec): string {
  const quoted = (value: string) => `"${value.replace(/[\\"]/g, '\\$&')}"`;
  return [
    ...(state && !isGroup(state) ? [`state=${quoted(stateName(state))}`] : []),
    ...Object.entries(labels).map(([key, value]) => `labels.${labelKey(key)}=${quoted(value)}`),
    ...(run !== undefined ? [`labels.${LABELS.run}=${quoted(runId(run))}`] : []),
    ...(createdAfter ? [`create_time>${quoted(createdAfter)}`] : []),
    ...(createdBefore ? [`create_time<${quoted(createdBefore)}`] : []),
  ].join(' AND ');
}

/** The rest is told apart here: a model's resource name and free text have no place in that grammar. */
function matcher({ state, model, name }: ListSpec) {
  const has = (text: string | undefined, part: string | undefined) =>
    part === undefined || (text ?? '').toLowerCase().includes(part.toLowerCase());
  return (job: BatchPredictionJob) => {
    const { terminal } = describeState(job.state ?? '');
    const inGroup = state === 'active' ? !terminal : state === 'ended' ? terminal : true;
    return inGroup && has(job.model, model) && has(job.displayName, name);
  };
}

const isGroup = (state: string) => state === 'active' || state === 'ended';

function stateName(state: string): string {
  const name = `JOB_STATE_${state.toUpperCase().replace(/^JOB_STATE_/, '')}`;
  if (isJobState(name)) return name;
  throw new UserError('bad_state', {
    what: `${quoteUntrusted(state, 60)} is no state of a batch job.`,
    fix: `Use active, ended, or ${list(['queued', 'pending', 'running', 'succeeded', 'failed', 'cancelled', 'expired', 'partially_succeeded', 'paused'])}.`,
  });
}

function runId(text: string): string {
  const run = parseRunId(text);
  if (run) return run;
  throw new UserError('bad_run_id', {
    what: `${quoteUntrusted(text, 60)} is no id of a run.`,
    fix: 'Give it as run-0123456789; each job in the list shows its run.',
  });
}

function labelKey(key: string): string {
  if (/^[\p{Ll}\p{Lo}\p{N}_-]+$/u.test(key)) return key;
  throw new UserError('bad_label', {
    what: `${quoteUntrusted(key, 80)} cannot be a label key.`,
    fix: 'Keys hold lower-case letters, digits, _ and -.',
  });
}
