import { locations } from '../batch/catalogue.ts';
import { type JobRef, jobResourceName, parseJobName } from '../batch/job-name.ts';
import { GoogleApiError, isNotFound } from '../google/errors.ts';
import type { BatchPredictionJob } from '../google/vertex-types.ts';
import { UserError } from '../support/errors.ts';
import { count } from '../support/text.ts';
import type { Ports } from './ports.ts';

/**
 * The job that a person means by a resource name, a bare id or a console URL, fresh from Vertex AI.
 * A bare id is looked for where jobs usually go first, then at every location of the catalogue.
 * Throws `bad_job_name`, `job_not_found`.
 */
export async function findJob(named: string, ports: Ports): Promise<BatchPredictionJob> {
  const name = parseJobName(named);
  if (name.location) return getJob(name, name.location, ports);
  const likely = ports.settings.location ?? 'global';
  const first = await getJob(name, likely, ports).catch(onlyNotFound);
  if (first) return first;
  const others = locations().filter((location) => location !== likely);
  const found = await Promise.all(
    others.map((location) => getJob(name, location, ports).catch(onlyNotFound)),
  );
  const job = found.find((candidate) => candidate !== undefined);
  if (!job)
    throw notFound(
      name,
      `It was looked for at ${count(others.length + 1, 'location')} of project ${ports.project}.`,
    );
  return job;
}

async function getJob(name: JobRef, location: string, ports: Ports): Promise<BatchPredictionJob> {
  const project = name.project ?? ports.project;
  const resource = jobResourceName({ project, location, id: name.id });
  try {
    return await ports.vertex.batchPredictionJobs.get(resource, { signal: ports.signal });
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw notFound(name, `Vertex AI knows no ${resource}.`);
  }
}

const notFound = (name: JobRef, why: string) =>
  new UserError('job_not_found', {
    what: `There is no batch prediction job ${name.id}.`,
    why,
    fix: 'List the jobs with list_batch_jobs, or give the full resource name.',
  });

/** Locations where the API is off or the caller has no rights hold no job of his either. */
function onlyNotFound(error: unknown): undefined {
  if (error instanceof UserError && error.code === 'job_not_found') return undefined;
  if (error instanceof GoogleApiError && [400, 403, 404, 501].includes(error.status)) return undefined;
  throw error;
}
