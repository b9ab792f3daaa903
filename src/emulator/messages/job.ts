import type { FieldType, Message } from './messages.ts';

/**
 * google.cloud.aiplatform.v1beta1.BatchPredictionJob, as far as a caller may write it.
 * Source: batch_prediction_job.proto and io.proto. What only custom models use is read as an opaque object.
 */
const gcsSource: Message = { name: 'GcsSource', fields: () => ({ uris: { repeated: 'string' } }) };
const bigquerySource: Message = { name: 'BigQuerySource', fields: () => ({ inputUri: 'string' }) };
const bigqueryDestination: Message = { name: 'BigQueryDestination', fields: () => ({ outputUri: 'string' }) };

const inputConfig: Message = {
  name: 'BatchPredictionJob.InputConfig',
  fields: () => ({
    instancesFormat: 'string',
    gcsSource: { message: gcsSource },
    bigquerySource: { message: bigquerySource },
    vertexMultimodalDatasetSource: {
      message: { name: 'VertexMultimodalDatasetSource', fields: () => ({ datasetName: 'string' }) },
    },
  }),
  oneofs: { source: ['gcsSource', 'bigquerySource', 'vertexMultimodalDatasetSource'] },
};

const outputConfig: Message = {
  name: 'BatchPredictionJob.OutputConfig',
  fields: () => ({
    predictionsFormat: 'string',
    gcsDestination: { message: { name: 'GcsDestination', fields: () => ({ outputUriPrefix: 'string' }) } },
    bigqueryDestination: { message: bigqueryDestination },
    vertexMultimodalDatasetDestination: {
      message: {
        name: 'VertexMultimodalDatasetDestination',
        fields: () => ({ bigqueryDestination: { message: bigqueryDestination }, displayName: 'string' }),
      },
    },
  }),
  oneofs: {
    destination: ['gcsDestination', 'bigqueryDestination', 'vertexMultimodalDatasetDestination'],
  },
};

const instanceConfig: Message = {
  name: 'BatchPredictionJob.InstanceConfig',
  fields: () => ({
    instanceType: 'string',
    keyField: 'string',
    includedFields: { repeated: 'string' },
    excludedFields: { repeated: 'string' },
  }),
};

const OUTPUT_ONLY = [
  'name',
  'modelVersionId',
  'outputInfo',
  'state',
  'error',
  'partialFailures',
  'resourcesConsumed',
  'completionStats',
  'createTime',
  'startTime',
  'endTime',
  'updateTime',
  'satisfiesPzs',
  'satisfiesPzi',
  'modelMonitoringStatsAnomalies',
  'modelMonitoringStatus',
] as const;

const written: Record<string, FieldType> = {
  displayName: 'string',
  model: 'string',
  unmanagedContainerModel: 'struct',
  inputConfig: { message: inputConfig },
  instanceConfig: { message: instanceConfig },
  modelParameters: 'value',
  outputConfig: { message: outputConfig },
  dedicatedResources: 'struct',
  serviceAccount: 'string',
  manualBatchTuningParameters: 'struct',
  generateExplanation: 'bool',
  explanationSpec: 'struct',
  labels: { map: 'string' },
  encryptionSpec: { message: { name: 'EncryptionSpec', fields: () => ({ kmsKeyName: 'string' }) } },
  disableContainerLogging: 'bool',
};

const outputOnlyFields = Object.fromEntries(OUTPUT_ONLY.map((name) => [name, 'value' as const]));

const v1Fields: Record<string, FieldType> = { ...outputOnlyFields, ...written };
const betaFields: Record<string, FieldType> = {
  ...v1Fields,
  endpoint: 'string',
  modelMonitoringConfig: 'struct',
};

const message = (fields: Record<string, FieldType>): Message => ({
  name: 'BatchPredictionJob',
  outputOnly: OUTPUT_ONLY,
  fields: () => fields,
});
const v1 = message(v1Fields);
const v1beta1 = message(betaFields);

/** The message of an API version: v1beta1 has two fields more. */
export const jobMessage = (version: string): Message => (version === 'v1beta1' ? v1beta1 : v1);
