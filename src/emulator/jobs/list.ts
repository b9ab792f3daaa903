import { invalidArgument } from '../errors.ts';
import { type Filterable, parseFilter } from '../filter.ts';
import { camelCase, isObject, type Json, type JsonObject } from '../messages/messages.ts';
import { parseModelName } from '../model/names.ts';
import type { JobFacts } from './store.ts';
import { stateAt } from './timeline.ts';

const MOST_ON_PAGE = 100;

export interface ListQuery {
  filter?: string | undefined;
  pageSize?: string | undefined;
  pageToken?: string | undefined;
  readMask?: string | undefined;
}

export interface JobPage {
  jobs: JobFacts[];
  nextPageToken?: string;
}

/** The jobs that fit, newest first, one page. The token names the last job, so that new jobs shift nothing. */
export function pageOfJobs(jobs: readonly JobFacts[], query: ListQuery, now: number): JobPage {
  const fits = parseFilter(query.filter ?? '');
  const size = pageSize(query.pageSize);
  const after = query.pageToken ? decodeToken(query.pageToken) : undefined;
  const rest = jobs
    .filter((job) => fits(filterable(job, now)))
    .sort((a, b) => compareKeys(keyOf(b), keyOf(a)))
    .filter((job) => after === undefined || compareKeys(keyOf(job), after) < 0);
  const page = rest.slice(0, size);
  const last = page.at(-1);
  return {
    jobs: page,
    ...(rest.length > size && last !== undefined ? { nextPageToken: encodeToken(keyOf(last)) } : {}),
  };
}

function filterable(job: JobFacts, now: number): Filterable {
  const { fields, createdAt } = job.record;
  const model = String(fields.model ?? '');
  return {
    displayName: String(fields.displayName),
    modelDisplayName: parseModelName(model)?.id ?? model,
    state: stateAt(job, now),
    createTime: createdAt,
    labels: (fields.labels ?? {}) as Record<string, string>,
  };
}

type Key = readonly [createdAt: number, id: string];

const keyOf = ({ record }: JobFacts): Key => [record.createdAt, record.id];

const compareKeys = (a: Key, b: Key): number => a[0] - b[0] || (a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0);

export function pageSize(asked: string | undefined, most = MOST_ON_PAGE): number {
  const size = Number(asked ?? 0);
  if (!Number.isInteger(size) || size < 0) throw invalidArgument(`Invalid page size: ${asked}.`);
  return size === 0 ? most : Math.min(size, most);
}

const encodeToken = ([createdAt, id]: Key): string => Buffer.from(`${createdAt}/${id}`).toString('base64url');

function decodeToken(token: string): Key {
  const found = /^(\d+(?:\.\d+)?)\/(\d+)$/.exec(Buffer.from(token, 'base64url').toString());
  if (found === null) throw invalidArgument(`Invalid page token: ${token}.`);
  return [Number(found[1]), found[2] ?? ''];
}

const JOB_FIELDS =
  'name displayName model modelVersionId unmanagedContainerModel inputConfig instanceConfig modelParameters outputConfig dedicatedResources serviceAccount manualBatchTuningParameters generateExplanation explanationSpec outputInfo state error partialFailures resourcesConsumed completionStats createTime startTime endTime updateTime labels encryptionSpec modelMonitoringConfig modelMonitoringStatsAnomalies modelMonitoringStatus endpoint disableContainerLogging satisfiesPzs satisfiesPzi'.split(
    ' ',
  );

/** Only the fields of a mask: `name,createTime,input_config.gcs_source`. Throws 400 for a field that no job has. */
export function applyMask(job: JsonObject, mask: string | undefined): JsonObject {
  const paths = (mask ?? '').split(',').filter((path) => path.trim() !== '');
  if (paths.length === 0 || paths.includes('*')) return job;
  const masked: JsonObject = {};
  for (const path of paths) {
    const [first = '', ...steps] = path.trim().split('.').map(camelCase);
    if (!JOB_FIELDS.includes(first))
      throw invalidArgument(`Invalid field mask: ${path} is no field of a job.`);
    const picked = pick(job[first], steps);
    if (picked !== undefined) masked[first] = merge(masked[first], picked);
  }
  return masked;
}

type Value = Json | undefined;

function pick(value: Value, steps: readonly string[]): Value {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  const picked = isObject(value) ? pick(value[step], rest) : undefined;
  return picked === undefined ? undefined : { [step]: picked };
}

function merge(one: Value, other: Json): Json {
  if (!isObject(one) || !isObject(other)) return other;
  const merged = { ...one };
  for (const [name, value] of Object.entries(other)) merged[name] = merge(one[name], value);
  return merged;
}
