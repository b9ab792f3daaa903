import { UserError } from '../support/errors.ts';
import { quoteUntrusted } from '../support/text.ts';
import { unwrap } from './unwrap.ts';

/** A batch prediction job, as far as a person named it. */
export interface JobRef {
  /** Digits. */
  id: string;
  location?: string | undefined;
  /** Id or number: Vertex AI answers with the number whatever it was asked with. */
  project?: string | undefined;
}

/** A job by all that names it. */
export interface FullJobName {
  id: string;
  location: string;
  project: string;
}

const RESOURCE =
  /(?:^|\/)(?:projects\/(?<project>[^/\s]+)\/)?(?:locations\/(?<location>[a-z0-9-]+)\/)?batchPredictionJobs\/(?<id>\d+)(?::\w+)?$/;

/**
 * What a person gives for a job: a resource name, an API or console address, or the numeric id,
 * also in quotes or markdown. Throws a UserError `bad_job_name`.
 */
export function parseJobName(text: string): JobRef {
  for (const candidate of unwrap(text)) {
    if (/^\d{1,20}$/.test(candidate)) return { id: candidate };
    const job = fromConsole(candidate) ?? fromResource(candidate);
    if (job) return job;
  }
  throw new UserError('bad_job_name', {
    what: `${quoteUntrusted(text, 120)} does not name a batch prediction job.`,
    why: 'A job is named by projects/PROJECT/locations/LOCATION/batchPredictionJobs/ID, by its numeric ID, or by its address in the Google Cloud console.',
    fix: 'Give one of these; list_batch_jobs shows the names.',
  });
}

function fromResource(text: string): JobRef | undefined {
  const found = RESOURCE.exec(text.replace(/[?#].*$/, ''))?.groups;
  if (!found?.id) return undefined;
  return reference(found.id, found.location, found.project);
}

/**
 * Console addresses, of the Vertex AI days and of Agent Platform: a segment that starts with `batch-`,
 * the id somewhere after it, and a location before or after.
 */
function fromConsole(text: string): JobRef | undefined {
  const address = text.startsWith('console.') ? `https://${text}` : text;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.hostname !== 'console.cloud.google.com') return undefined;
  const segments = url.pathname.split('/').filter(Boolean);
  const list = segments.findIndex((segment) => /^batch-(predictions?|inferences?)/.test(segment));
  const id = list < 0 ? undefined : segments.slice(list + 1).find((segment) => /^\d+$/.test(segment));
  if (!id) return undefined;
  const location =
    segments[segments.indexOf('locations') + 1 || segments.length] ??
    segments.slice(list + 1).find((segment) => /^([a-z]+-[a-z]+\d|global|us|eu)$/.test(segment));
  return reference(id, location, url.searchParams.get('project') ?? undefined);
}

const reference = (id: string, location: string | undefined, project: string | undefined): JobRef => ({
  id,
  ...(location && { location }),
  ...(project && { project }),
});

/** `projects/…/locations/…/batchPredictionJobs/…`. */
export const jobResourceName = (job: FullJobName): string =>
  `projects/${job.project}/locations/${job.location}/batchPredictionJobs/${job.id}`;
