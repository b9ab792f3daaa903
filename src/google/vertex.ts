import { vertexUrl } from './hosts.ts';
import type { Http } from './http.ts';
import { paginate } from './paginate.ts';
import { path, resourcePath } from './path.ts';
import { type CallOptions, getResource } from './vertex-calls.ts';
import { type BatchPredictionJobs, batchPredictionJobs } from './vertex-jobs.ts';
import type {
  CountTokensResponse,
  Endpoint,
  GenerateContentRequest,
  GenerateContentResponse,
  Model,
  PublisherModel,
} from './vertex-types.ts';

export interface VertexClient {
  batchPredictionJobs: BatchPredictionJobs;
  publisherModels: {
    /** 404 where the model is unknown, retired, or not offered in the location. */
    get(location: string, publisher: string, model: string, options?: CallOptions): Promise<PublisherModel>;
    list(location: string, publisher: string, options?: CallOptions): AsyncIterable<PublisherModel>;
  };
  models: { get(name: string, options?: CallOptions): Promise<Model> };
  endpoints: { get(name: string, options?: CallOptions): Promise<Endpoint> };
  /** Spends; therefore sent once, whatever happens. `model` as `modelName` takes it. */
  generateContent(
    location: string,
    model: string,
    request: GenerateContentRequest,
    options?: CallOptions,
  ): Promise<GenerateContentResponse>;
  countTokens(
    location: string,
    model: string,
    request: GenerateContentRequest,
    options?: CallOptions,
  ): Promise<CountTokensResponse>;
}

/** Thinking models take minutes for one answer. */
const GENERATE_TIMEOUT = 300_000;

/** Vertex AI over REST. Errors are `GoogleApiError`s, or `UserError`s about credentials and malformed names. */
export function createVertexClient({ http, project }: { http: Http; project: string }): VertexClient {
  const online = (location: string, model: string, method: string) =>
    `${vertexUrl(location)}/v1/${resourcePath(modelName(project, location, model))}:${method}`;

  return {
    batchPredictionJobs: batchPredictionJobs({ http, project }),
    publisherModels: {
      get: (location, publisher, model, { signal } = {}) =>
        http.request<PublisherModel>({
          method: 'GET',
          url: `${vertexUrl(location)}${path`/v1/publishers/${publisher}/models/${model}`}`,
          idempotent: true,
          signal,
        }),
      list: (location, publisher, { signal } = {}) =>
        paginate(
          (pageToken) =>
            http.request<{ publisherModels?: PublisherModel[]; nextPageToken?: string }>({
              method: 'GET',
              // v1 has no list of publisher models.
              url: `${vertexUrl(location)}${path`/v1beta1/publishers/${publisher}/models`}`,
              query: { pageSize: 100, pageToken },
              idempotent: true,
              signal,
            }),
          (page) => page.publisherModels,
        ),
    },
    models: { get: (name, options) => getResource<Model>(http, name, options) },
    endpoints: { get: (name, options) => getResource<Endpoint>(http, name, options) },
    generateContent: (location, model, request, { signal } = {}) =>
      http.request<GenerateContentResponse>({
        method: 'POST',
        url: online(location, model, 'generateContent'),
        body: { json: request },
        idempotent: false,
        attemptTimeout: GENERATE_TIMEOUT,
        signal,
      }),
    countTokens: (location, model, request, { signal } = {}) =>
      http.request<CountTokensResponse>({
        method: 'POST',
        url: online(location, model, 'countTokens'),
        body: { json: request },
        idempotent: true,
        signal,
      }),
  };
}

/**
 * A model's full name for online calls: of `gemini-3.8-flash`, of `publishers/anthropic/models/…`, or as it is when
 * it starts with `projects/`, as tuned models' endpoints do.
 */
export function modelName(project: string, location: string, model: string): string {
  if (model.startsWith('projects/')) return model;
  const publisher = model.startsWith('publishers/') ? model : `publishers/google/models/${model}`;
  return `projects/${project}/locations/${location}/${publisher}`;
}
