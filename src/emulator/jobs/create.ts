import { resolveInputs } from '../engine/inputs.ts';
import { invalidArgument, ServiceError } from '../errors.ts';
import { parseGsUri } from '../gs-uri.ts';
import { jobMessage } from '../messages/job.ts';
import { type Json, type JsonObject, readMessage } from '../messages/messages.ts';
import type { ObjectStore } from '../objects/store.ts';

/**
 * The caller's job as accepted: known fields, camelCase, what the service sets left out.
 * Throws 400 in Google's words for everything that can be seen without looking at a bucket or a model.
 */
export function readJob(body: Json, version: string): JsonObject {
  const problems: string[] = [];
  const job = readMessage(body, jobMessage(version), problems, ['batchPredictionJob']);
  if (problems.length > 0) throw invalidArgument(problems.join('\n'));
  const missing = missingFields(job);
  if (missing.length > 0)
    throw invalidArgument(foundErrors(missing.map((field) => [field, 'Required field is not set.'])));
  const displayName = String(job.displayName);
  if (displayName.length > 128) {
    throw invalidArgument(
      foundErrors([
        ['batch_prediction_job.display_name', 'The display name must be at most 128 characters long.'],
      ]),
    );
  }
  checkLabels((job.labels ?? {}) as Record<string, string>);
  return job;
}

interface JobConfigs {
  inputConfig?: { instancesFormat?: string; gcsSource?: { uris?: string[] } };
  outputConfig?: { predictionsFormat?: string; gcsDestination?: { outputUriPrefix?: string } };
}

/** Throws 400 where the input is not there or the output has no bucket, 501 for formats that are not emulated. */
export async function checkPlaces(job: JsonObject, objects: ObjectStore): Promise<void> {
  const { inputConfig = {}, outputConfig = {} } = job as JobConfigs;
  checkFormat(inputConfig.instancesFormat ?? '', inputConfig.gcsSource !== undefined, 'instances_format');
  checkFormat(
    outputConfig.predictionsFormat ?? '',
    outputConfig.gcsDestination !== undefined,
    'predictions_format',
  );
  await resolveInputs(objects, inputConfig.gcsSource?.uris ?? []);
  const { bucket } = parseGsUri(outputConfig.gcsDestination?.outputUriPrefix ?? '');
  if ((await objects.bucket(bucket)) === undefined) {
    throw invalidArgument(`The Cloud Storage bucket of the output does not exist: gs://${bucket}.`);
  }
}

/** The one place that knows which formats run here: BigQuery and datasets come in by another case. */
function checkFormat(format: string, isStorage: boolean, field: string): void {
  if (format === 'bigquery' || format === 'vertex-dataset') {
    throw new ServiceError(501, 'UNIMPLEMENTED', `The ${field} ${format} is not emulated.`);
  }
  if (format !== 'jsonl') {
    throw invalidArgument(`The ${field} ${JSON.stringify(format)} is not supported for this model.`);
  }
  if (!isStorage) throw invalidArgument(`The ${field} jsonl needs a Cloud Storage location.`);
}

function missingFields(job: JsonObject): string[] {
  const { inputConfig, outputConfig } = job as { inputConfig?: JsonObject; outputConfig?: JsonObject };
  const required: [field: string, value: unknown][] = [
    ['display_name', job.displayName],
    ['model', job.model],
    ['input_config', inputConfig],
    ['output_config', outputConfig],
  ];
  if (inputConfig !== undefined) {
    const { instancesFormat, gcsSource, bigquerySource, vertexMultimodalDatasetSource } = inputConfig;
    required.push(['input_config.instances_format', instancesFormat]);
    required.push(['input_config.source', gcsSource ?? bigquerySource ?? vertexMultimodalDatasetSource]);
    if (gcsSource !== undefined) {
      const { uris = [] } = gcsSource as { uris?: string[] };
      required.push(['input_config.gcs_source.uris', uris.length === 0 ? undefined : uris]);
    }
  }
  if (outputConfig !== undefined) {
    const { predictionsFormat, gcsDestination, bigqueryDestination, vertexMultimodalDatasetDestination } =
      outputConfig;
    required.push(['output_config.predictions_format', predictionsFormat]);
    required.push([
      'output_config.destination',
      gcsDestination ?? bigqueryDestination ?? vertexMultimodalDatasetDestination,
    ]);
    if (gcsDestination !== undefined) {
      const { outputUriPrefix } = gcsDestination as { outputUriPrefix?: string };
      required.push(['output_config.gcs_destination.output_uri_prefix', outputUriPrefix]);
    }
  }
  return required
    .filter(([, value]) => value === undefined || value === '')
    .map(([field]) => `batch_prediction_job.${field}`);
}

const LABEL_KEY = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u;
const LABEL_VALUE = /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u;
const MOST_LABELS = 64;

function checkLabels(labels: Record<string, string>): void {
  const entries = Object.entries(labels);
  const problems = entries
    .filter(([key, value]) => !LABEL_KEY.test(key) || !LABEL_VALUE.test(value))
    .map(([key, value]): [string, string] => [
      `batch_prediction_job.labels[${key}]`,
      `Label ${key}=${value} is invalid: lowercase letters, digits, underscores and dashes, at most 63 characters, the key starts with a letter.`,
    ]);
  if (entries.length > MOST_LABELS) {
    problems.push(['batch_prediction_job.labels', `At most ${MOST_LABELS} labels are allowed.`]);
  }
  if (problems.length > 0) throw invalidArgument(foundErrors(problems));
}

/** How Vertex AI lists what is wrong with fields. */
const foundErrors = (problems: readonly (readonly [field: string, message: string])[]): string =>
  `List of found errors:${problems.map(([field, message], index) => `\t${index + 1}.Field: ${field}; Message: ${message}`).join('')}\t`;
