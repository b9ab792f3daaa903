import { seededIds } from '../../support/ids.ts';
import { ServiceError } from '../errors.ts';
import { checkPlaces, readJob } from '../jobs/create.ts';
import { applyMask, pageOfJobs } from '../jobs/list.ts';
import { paceOf } from '../jobs/pace.ts';
import type { JobFacts, JobRecord } from '../jobs/store.ts';
import { stateAt } from '../jobs/timeline.ts';
import { jobName, jobView } from '../jobs/view.ts';
import type { JsonObject } from '../messages/messages.ts';
import { modelOfJob } from '../models-lookup.ts';
import { PARENT, type VertexCall, type VertexContext, vertexRoute } from './vertex-route.ts';

const COLLECTION = `${PARENT}/batchPredictionJobs`;
const TEST = 'test/contract/aiplatform.test.ts';

const FINISHED = [
  'JOB_STATE_SUCCEEDED',
  'JOB_STATE_FAILED',
  'JOB_STATE_CANCELLED',
  'JOB_STATE_EXPIRED',
  'JOB_STATE_PARTIALLY_SUCCEEDED',
];

export const JOB_ROUTES = [
  vertexRoute({
    rpc: 'projects.locations.batchPredictionJobs.create',
    method: 'POST',
    path: COLLECTION,
    fidelity:
      'Reads the job as strictly as the proto. Stricter than documented: the input objects and the output bucket are looked for at once, and a model outside its locations is a 404. BigQuery and dataset formats answer 501. Rows are read as a table load would: one type for a field, null for what other lines have; a map whose keys differ between lines (schema properties, labels) makes its rows 400.',
    test: TEST,
    handle: create,
  }),
  vertexRoute({
    rpc: 'projects.locations.batchPredictionJobs.list',
    method: 'GET',
    path: COLLECTION,
    fidelity:
      'Filter with AND, OR, NOT and parentheses over the five documented fields, pageSize up to 100, pageToken, readMask; newest first.',
    test: TEST,
    queries: ['filter', 'pageSize', 'pageToken', 'readMask'],
    handle: list,
  }),
  vertexRoute({
    rpc: 'projects.locations.batchPredictionJobs.get',
    method: 'GET',
    path: `${COLLECTION}/:job{[0-9]+}`,
    fidelity:
      'The state follows from the clock; outputInfo comes late, counts are strings, zero counts are left out.',
    test: TEST,
    handle: async (call, vertex) => view(await find(call, vertex), vertex),
  }),
  vertexRoute({
    rpc: 'projects.locations.batchPredictionJobs.cancel',
    method: 'POST',
    path: `${COLLECTION}/:job{[0-9]+:cancel}`,
    fidelity: 'CANCELLING, then CANCELLED; rows that are done are written. A finished job stays as it is.',
    test: TEST,
    handle: cancel,
  }),
  vertexRoute({
    rpc: 'projects.locations.batchPredictionJobs.delete',
    method: 'DELETE',
    path: `${COLLECTION}/:job{[0-9]+}`,
    fidelity: 'Finished jobs only; answers an operation that is done. Output objects stay.',
    test: TEST,
    handle: remove,
  }),
];

async function create(call: VertexCall, vertex: VertexContext): Promise<JsonObject> {
  const fields = readJob(call.body, call.param('version'));
  const location = call.param('location');
  const createdAt = vertex.clock.now();
  modelOfJob(String(fields.model), vertex.tunedModels, {
    project: vertex.project.id,
    location,
    now: createdAt,
  });
  await checkPlaces(fields, vertex.objects);
  const fate = vertex.faults.onJob(String(fields.displayName));
  for (let attempt = 0; ; attempt++) {
    const ids = seededIds(
      `${vertex.seed}/job/${location}/${createdAt}/${String(fields.displayName)}/${attempt}`,
    );
    const pace = paceOf(ids, vertex.speed, vertex.pace);
    const record: JobRecord = {
      id: nineteenDigits(ids.random),
      location,
      createdAt,
      seed: vertex.seed,
      fields,
      pacedBy: vertex.pacedBy,
      pace: fate?.state === 'JOB_STATE_EXPIRED' ? { ...pace, queue: pace.queueLimit * 2 } : pace,
      fate: fate?.state === 'JOB_STATE_EXPIRED' ? undefined : fate,
    };
    if (await vertex.jobs.create(record)) return view({ record, chunks: [] }, vertex);
  }
}

const nineteenDigits = (random: () => number): string =>
  `${1 + Math.floor(random() * 9)}${Array.from({ length: 18 }, () => Math.floor(random() * 10)).join('')}`;

async function list(call: VertexCall, vertex: VertexContext): Promise<JsonObject> {
  const [filter, pageSize, pageToken, readMask] = ['filter', 'pageSize', 'pageToken', 'readMask'].map(
    call.query,
  );
  const jobs = await vertex.jobs.list(call.param('location'));
  const page = pageOfJobs(jobs, { filter, pageSize, pageToken }, vertex.clock.now());
  const views = page.jobs.map((job) => applyMask(view(job, vertex), readMask));
  return {
    ...(views.length > 0 ? { batchPredictionJobs: views } : {}),
    ...(page.nextPageToken === undefined ? {} : { nextPageToken: page.nextPageToken }),
  };
}

async function cancel(call: VertexCall, vertex: VertexContext): Promise<JsonObject> {
  const job = await find(call, vertex);
  if (job.outcome === undefined) await vertex.jobs.add(job.record, 'cancelled', { at: vertex.clock.now() });
  return {};
}

async function remove(call: VertexCall, vertex: VertexContext): Promise<JsonObject> {
  const job = await find(call, vertex);
  const state = stateAt(job, vertex.clock.now());
  const name = jobName(vertex.project.number, job);
  if (!FINISHED.includes(state)) {
    throw new ServiceError(
      400,
      'FAILED_PRECONDITION',
      `The BatchPredictionJob ${name} is in state ${state} and cannot be deleted. Cancel it first.`,
    );
  }
  await vertex.jobs.remove(job.record);
  return await vertex.operations.deleted(name, vertex.clock.now());
}

async function find(call: VertexCall, vertex: VertexContext): Promise<JobFacts> {
  const id = call.param('job').replace(/:cancel$/, '');
  const job = await vertex.jobs.get(call.param('location'), id);
  if (job !== undefined) return job;
  throw new ServiceError(
    404,
    'NOT_FOUND',
    `The BatchPredictionJob does not exist: projects/${call.param('project')}/locations/${call.param('location')}/batchPredictionJobs/${id}`,
  );
}

const view = (job: JobFacts, { project, clock }: VertexContext): JsonObject =>
  jobView(job, project.number, clock.now());
