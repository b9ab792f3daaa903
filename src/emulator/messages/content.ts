import type { FieldType, Message } from './messages.ts';
import { schema } from './schema.ts';

/**
 * google.cloud.aiplatform.v1beta1.GenerateContentRequest. Sources: content.proto, tool.proto,
 * prediction_service.proto, and, where the protos lag behind, the wire types of Google's own SDK
 * (`thinkingLevel`, `responseFormat`, `serviceTier`). Deep parts that this emulator has no use for are read as objects.
 */
const enumOf = (name: string, ...values: string[]): FieldType => ({ enum: values, name });
const opaque: FieldType = 'struct';
const modality = enumOf(
  'GenerationConfig.Modality',
  'MODALITY_UNSPECIFIED',
  'TEXT',
  'IMAGE',
  'AUDIO',
  'VIDEO',
);

const blob: Message = {
  name: 'Blob',
  fields: () => ({ mimeType: 'string', data: 'bytes', displayName: 'string' }),
};
const fileData: Message = {
  name: 'FileData',
  fields: () => ({ mimeType: 'string', fileUri: 'string', displayName: 'string' }),
};
const functionCall: Message = {
  name: 'FunctionCall',
  fields: () => ({
    id: 'string',
    name: 'string',
    args: 'struct',
    partialArgs: { repeated: opaque },
    willContinue: 'bool',
  }),
};
const functionResponse: Message = {
  name: 'FunctionResponse',
  fields: () => ({
    id: 'string',
    name: 'string',
    response: 'struct',
    parts: { repeated: opaque },
    scheduling: 'string',
    willContinue: 'bool',
  }),
};

export const PART_DATA = [
  'text',
  'inlineData',
  'fileData',
  'functionCall',
  'functionResponse',
  'executableCode',
  'codeExecutionResult',
] as const;

const partFields: Record<string, FieldType> = {
  text: 'string',
  inlineData: { message: blob },
  fileData: { message: fileData },
  functionCall: { message: functionCall },
  functionResponse: { message: functionResponse },
  executableCode: opaque,
  codeExecutionResult: opaque,
  videoMetadata: opaque,
  thought: 'bool',
  thoughtSignature: 'bytes',
  mediaResolution: 'value',
};
const part: Message = { name: 'Part', fields: () => partFields, oneofs: { data: PART_DATA } };

const contentFields: Record<string, FieldType> = { role: 'string', parts: { repeated: { message: part } } };
const content: Message = { name: 'Content', fields: () => contentFields };

const thinkingFields: Record<string, FieldType> = {
  includeThoughts: 'bool',
  thinkingBudget: 'integer',
  thinkingLevel: enumOf(
    'GenerationConfig.ThinkingConfig.ThinkingLevel',
    'THINKING_LEVEL_UNSPECIFIED',
    'LOW',
    'MEDIUM',
    'HIGH',
    'MINIMAL',
    'XHIGH',
  ),
};
const thinkingConfig: Message = { name: 'GenerationConfig.ThinkingConfig', fields: () => thinkingFields };

const generationConfigFields: Record<string, FieldType> = {
  temperature: 'number',
  topP: 'number',
  topK: 'number',
  candidateCount: 'integer',
  maxOutputTokens: 'integer',
  stopSequences: { repeated: 'string' },
  responseLogprobs: 'bool',
  logprobs: 'integer',
  presencePenalty: 'number',
  frequencyPenalty: 'number',
  seed: 'integer',
  responseMimeType: 'string',
  responseSchema: { message: schema },
  responseJsonSchema: 'value',
  responseFormat: { repeated: opaque },
  routingConfig: opaque,
  audioTimestamp: 'bool',
  responseModalities: { repeated: modality },
  mediaResolution: enumOf(
    'GenerationConfig.MediaResolution',
    'MEDIA_RESOLUTION_UNSPECIFIED',
    'MEDIA_RESOLUTION_LOW',
    'MEDIA_RESOLUTION_MEDIUM',
    'MEDIA_RESOLUTION_HIGH',
  ),
  speechConfig: opaque,
  thinkingConfig: { message: thinkingConfig },
  modelConfig: opaque,
  modelSelectionConfig: opaque,
  imageConfig: opaque,
  enableAffectiveDialog: 'bool',
  enableEnhancedCivicAnswers: 'bool',
  audioTranscriptionConfig: opaque,
  translationConfig: opaque,
};
const generationConfig: Message = { name: 'GenerationConfig', fields: () => generationConfigFields };

const functionDeclaration: Message = {
  name: 'FunctionDeclaration',
  fields: () => ({
    name: 'string',
    description: 'string',
    parameters: { message: schema },
    parametersJsonSchema: 'value',
    response: { message: schema },
    responseJsonSchema: 'value',
    behavior: 'string',
  }),
};

const toolFields: Record<string, FieldType> = {
  functionDeclarations: { repeated: { message: functionDeclaration } },
  retrieval: opaque,
  googleSearch: opaque,
  googleSearchRetrieval: opaque,
  googleMaps: opaque,
  enterpriseWebSearch: opaque,
  parallelAiSearch: opaque,
  codeExecution: opaque,
  urlContext: opaque,
  computerUse: opaque,
};
const tool: Message = { name: 'Tool', fields: () => toolFields };
export const TOOL_KINDS = Object.keys(toolFields);

const toolConfig: Message = {
  name: 'ToolConfig',
  fields: () => ({
    functionCallingConfig: {
      message: {
        name: 'FunctionCallingConfig',
        fields: () => ({
          mode: enumOf('FunctionCallingConfig.Mode', 'MODE_UNSPECIFIED', 'AUTO', 'ANY', 'NONE', 'VALIDATED'),
          allowedFunctionNames: { repeated: 'string' },
          streamFunctionCallArguments: 'bool',
        }),
      },
    },
    retrievalConfig: opaque,
  }),
};

const safetySetting: Message = {
  name: 'SafetySetting',
  fields: () => ({ category: 'string', threshold: 'string', method: 'string' }),
};

const sharedFields: Record<string, FieldType> = {
  model: 'string',
  contents: { repeated: { message: content } },
  systemInstruction: { message: content },
  tools: { repeated: { message: tool } },
  generationConfig: { message: generationConfig },
};

const generateFields: Record<string, FieldType> = {
  ...sharedFields,
  cachedContent: 'string',
  toolConfig: { message: toolConfig },
  labels: { map: 'string' },
  safetySettings: { repeated: { message: safetySetting } },
  modelArmorConfig: opaque,
  serviceTier: 'string',
};

export const generateContentRequest: Message = {
  name: 'GenerateContentRequest',
  fields: () => generateFields,
};

const countFields: Record<string, FieldType> = { ...sharedFields, instances: { repeated: 'value' } };
export const countTokensRequest: Message = { name: 'CountTokensRequest', fields: () => countFields };
