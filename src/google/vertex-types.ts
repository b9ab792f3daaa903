// Shapes on the wire, with the fields that are used here; answers keep the rest. Every field may be missing:
// Google leaves out what is empty, and int64 values are strings.
// Source: google/cloud/aiplatform/v1 {batch_prediction_job,completion_stats,model,endpoint,publisher_model,
// prediction_service}.proto.

/** google.rpc.Status */
export interface RpcStatus {
  code?: number | undefined;
  message?: string | undefined;
  details?: readonly unknown[] | undefined;
}

export interface InputConfig {
  /** `jsonl`, `bigquery` or `vertex-dataset`. */
  instancesFormat: string;
  gcsSource?: { uris: readonly string[] } | undefined;
  /** `bq://project.dataset.table` */
  bigquerySource?: { inputUri: string } | undefined;
}

export interface OutputConfig {
  /** `jsonl` or `bigquery`. */
  predictionsFormat: string;
  /** A folder; the service makes a new folder for the job under it. */
  gcsDestination?: { outputUriPrefix: string } | undefined;
  /** `bq://project`, `bq://project.dataset` or `bq://project.dataset.table`; a named table must not exist. */
  bigqueryDestination?: { outputUri: string } | undefined;
}

/** What a client sends to create a job. */
export interface NewBatchPredictionJob {
  /** At most 128 characters. */
  displayName: string;
  /** `publishers/google/models/{model}`, or `projects/…/locations/…/models/{id}` for a tuned one. */
  model: string;
  inputConfig: InputConfig;
  outputConfig: OutputConfig;
  /** Keys and values: at most 64 of lower-case letters, digits, `_`, `-`. */
  labels?: Readonly<Record<string, string>> | undefined;
  encryptionSpec?: { kmsKeyName: string } | undefined;
}

/** A job as it comes back. Its name holds the project's number, also where the id was sent. */
export interface BatchPredictionJob {
  name?: string | undefined;
  displayName?: string | undefined;
  model?: string | undefined;
  modelVersionId?: string | undefined;
  inputConfig?: Partial<InputConfig> | undefined;
  outputConfig?: Partial<OutputConfig> | undefined;
  /** May be missing until late in the job. */
  outputInfo?: OutputInfo | undefined;
  /** `JOB_STATE_…`; states that are not known yet may come. */
  state?: string | undefined;
  /** Set when the job failed or was cancelled. */
  error?: RpcStatus | undefined;
  /** Never more than 20, for instance files that cannot be read. */
  partialFailures?: readonly RpcStatus[] | undefined;
  completionStats?: CompletionStats | undefined;
  createTime?: string | undefined;
  /** When it first ran. */
  startTime?: string | undefined;
  endTime?: string | undefined;
  updateTime?: string | undefined;
  labels?: Readonly<Record<string, string>> | undefined;
  encryptionSpec?: { kmsKeyName?: string | undefined } | undefined;
}

export interface OutputInfo {
  gcsOutputDirectory?: string | undefined;
  /** `bq://project.dataset` */
  bigqueryOutputDataset?: string | undefined;
  /** Name of the table in that dataset. */
  bigqueryOutputTable?: string | undefined;
}

/** int64 as strings; zeros may be missing; `incompleteCount` is `-1` when unknown. */
export interface CompletionStats {
  successfulCount?: string | undefined;
  failedCount?: string | undefined;
  incompleteCount?: string | undefined;
}

export interface PublisherModel {
  /** `publishers/google/models/{model}` */
  name?: string | undefined;
  versionId?: string | undefined;
  /** `EXPERIMENTAL`, `PRIVATE_PREVIEW`, `PUBLIC_PREVIEW` or `GA`. */
  launchStage?: string | undefined;
  /** `VERSION_STATE_STABLE` or `VERSION_STATE_UNSTABLE`. */
  versionState?: string | undefined;
}

export interface Model {
  name?: string | undefined;
  displayName?: string | undefined;
  versionId?: string | undefined;
  /** Where it is deployed: online calls go to the endpoint, not to the model. */
  deployedModels?: readonly { endpoint?: string | undefined }[] | undefined;
}

export interface Endpoint {
  name?: string | undefined;
  displayName?: string | undefined;
  /** A tuned model is deployed to an endpoint; batch jobs want the model's name. */
  deployedModels?: readonly { model?: string | undefined; modelVersionId?: string | undefined }[] | undefined;
}

/** The `request` of a row, as online prediction takes it. */
export type GenerateContentRequest = Readonly<Record<string, unknown>>;

export interface GenerateContentResponse {
  candidates?: readonly Candidate[] | undefined;
  promptFeedback?: { blockReason?: string | undefined } | undefined;
  usageMetadata?: UsageMetadata | undefined;
  modelVersion?: string | undefined;
}

export interface Candidate {
  content?: { role?: string | undefined; parts?: readonly Readonly<Record<string, unknown>>[] | undefined };
  finishReason?: string | undefined;
}

/** int32 counts; those that are zero may be missing. */
export interface UsageMetadata {
  promptTokenCount?: number | undefined;
  cachedContentTokenCount?: number | undefined;
  candidatesTokenCount?: number | undefined;
  thoughtsTokenCount?: number | undefined;
  toolUsePromptTokenCount?: number | undefined;
  totalTokenCount?: number | undefined;
}

export interface CountTokensResponse {
  totalTokens?: number | undefined;
  totalBillableCharacters?: number | undefined;
}
