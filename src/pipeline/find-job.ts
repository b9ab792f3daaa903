import { type JobRef, jobResourceName, parseJobName } from '../batch/job-name.ts';
import { isNotFound } from '../google/errors.ts';
import type { BatchPredictionJob } from '../google/vertex-types.ts';
import { UserError } from '../support/errors.ts';
import { count } from '../support/text.ts';
import type { Ports } from './ports.ts';
import { searchLocations } from './search-locations.ts';

/**
 * The job that a person means by a resource name, a bare id or a console URL, fresh from Vertex AI.
 * A bare id is looked for where jobs usually go first, then at every location of the catalogue.
 * Throws `bad_job_name`, `job_not_found`.
 */
export async function findJob(named: string, ports: Ports): Promise<BatchPredictionJob> {
  const name = parseJobName(named);
  if (name.location) {
    const job = await getJob(name, name.location, ports);
    if (job !== undefined) return job;
    throw notFound(name, `Vertex AI knows no ${resourceOf(name, name.location, ports)}.`);
  }
  const { found, searched } = await searchLocations((location) => getJob(name, location, ports), ports);
  if (found !== undefined) return found;
  const where = `${count(searched.length, 'location')} of project ${ports.project}`;
  throw notFound(name, `It was looked for at ${where}.`);
}

async function getJob(name: JobRef, location: string, ports: Ports): Promise<BatchPredictionJob | undefined> {
  const { vertex, signal } = ports;
  try {
    return await vertex.batchPredictionJobs.get(resourceOf(name, location, ports), { signal });
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

const resourceOf = ({ id, project }: JobRef, location: string, ports: Ports): string =>
  jobResourceName({ project: project ?? ports.project, location, id });

const notFound = (name: JobRef, why: string) =>
  new UserError('job_not_found', {
    what: `There is no batch prediction job ${name.id}.`,
    why,
    fix: 'List the jobs with list_batch_jobs, or give the full resource name.',
  });
