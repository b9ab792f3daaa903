import { GoogleApiError, isNotFound } from './errors.ts';
import { vertexUrl } from './hosts.ts';
import type { Http } from './http.ts';
import { paginate } from './paginate.ts';
import { path } from './path.ts';
import { rpcReason } from './rpc-codes.ts';
import { type CallOptions, getResource, resourceUrl } from './vertex-calls.ts';
import type { BatchPredictionJob, NewBatchPredictionJob, RpcStatus } from './vertex-types.ts';

export interface ListJobsOptions extends CallOptions {
  /**
   * `state="JOB_STATE_RUNNING" AND labels.run=run42`; fields `display_name`, `model_display_name`, `state`,
   * `create_time`, `labels.k`, joined by AND, OR, NOT.
   */
  filter?: string | undefined;
  /** 1 to 100. */
  pageSize?: number | undefined;
  /** Field names to answer with; all when left out. */
  readMask?: readonly string[] | undefined;
}

export interface BatchPredictionJobs {
  /**
   * Sent once, whatever happens: Vertex AI knows no idempotency key, and a second job is a second bill. After an
   * error that is `retryable`, list by a label of the job before sending it again.
   */
  create(location: string, job: NewBatchPredictionJob, options?: CallOptions): Promise<BatchPredictionJob>;
  get(name: string, options?: CallOptions): Promise<BatchPredictionJob>;
  /** Jobs of one location, newest first as Vertex AI sends them, to the last page. */
  list(location: string, options?: ListJobsOptions): AsyncIterable<BatchPredictionJob>;
  /** Asks for the end; the job goes through CANCELLING and may still succeed. */
  cancel(name: string, options?: CallOptions): Promise<void>;
  /** Removes a finished job, and returns when it is gone. Its output stays. */
  delete(name: string, options?: CallOptions): Promise<void>;
}

/** google.longrunning.Operation */
interface Operation {
  name?: string | undefined;
  done?: boolean | undefined;
  error?: RpcStatus | undefined;
}

/** Looks at an operation before the wait is given up: about a minute and a half with the default pauses. */
const MOST_LOOKS = 15;

/** Source: google/cloud/aiplatform/v1/job_service.proto. */
export function batchPredictionJobs({ http, project }: { http: Http; project: string }): BatchPredictionJobs {
  const collection = (location: string) =>
    `${vertexUrl(location)}${path`/v1/projects/${project}/locations/${location}/batchPredictionJobs`}`;

  return {
    create: (location, job, { signal } = {}) =>
      http.request<BatchPredictionJob>({
        method: 'POST',
        url: collection(location),
        body: { json: job },
        idempotent: false,
        signal,
      }),

    get: (name, options) => getResource<BatchPredictionJob>(http, name, options),

    list: (location, { filter, pageSize, readMask, signal } = {}) =>
      paginate(
        (pageToken) =>
          http.request<{ batchPredictionJobs?: BatchPredictionJob[]; nextPageToken?: string }>({
            method: 'GET',
            url: collection(location),
            query: { filter, pageSize, pageToken, readMask: readMask?.join(',') },
            idempotent: true,
            signal,
          }),
        (page) => page.batchPredictionJobs,
      ),

    async cancel(name, { signal } = {}) {
      await http.request({
        method: 'POST',
        url: `${resourceUrl(name)}:cancel`,
        body: { json: {} },
        idempotent: true,
        signal,
      });
    },

    async delete(name, { signal } = {}) {
      const started = await http
        .request<Operation>({ method: 'DELETE', url: resourceUrl(name), idempotent: true, signal })
        .catch((error: unknown) => {
          // The answer to an earlier try was lost, and that try did it.
          if (isNotFound(error) && error.attempts > 1) return { done: true } satisfies Operation;
          throw error;
        });
      await operationEnd(http, started, signal);
    },
  };
}

async function operationEnd(http: Http, started: Operation, signal: AbortSignal | undefined): Promise<void> {
  let operation = started;
  for (let looks = 1; !operation.done; looks++) {
    if (operation.name === undefined || looks > MOST_LOOKS) {
      throw operationError(operation, { message: 'The operation has not ended yet.', reason: 'TIMEOUT' });
    }
    await http.pause(looks, signal);
    operation = await getResource<Operation>(http, operation.name, { signal });
  }
  if (operation.error) {
    const { message = 'The operation failed.' } = operation.error;
    throw operationError(operation, { message, reason: rpcReason(operation.error.code) });
  }
}

const operationError = ({ name, error }: Operation, facts: { message: string; reason: string }) =>
  new GoogleApiError({
    ...facts,
    status: 0,
    method: 'GET',
    path: name ? `/v1/${name}` : '',
    details: error?.details,
    retryable: false,
  });
