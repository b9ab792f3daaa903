import { type Kind, message } from './messages.ts';

/**
 * GenerateContentRequest as far as rows are checked. Sources: google.cloud.aiplatform.v1 content.proto, tool.proto,
 * prediction_service.proto, and, where the protos lag behind, the types of Google's own SDK.
 * A test holds it against the protos.
 */
const oneOf = (...values: string[]): Kind => ({ oneOf: values });

export const FILE_DATA = message('FileData', {
  fileUri: 'string',
  mimeType: 'string',
  displayName: 'string',
});

export const BLOB = message('Blob', { data: 'elsewhere', mimeType: 'string', displayName: 'string' });

/** A part has exactly one of these. */
export const PART_DATA = [
  'text',
  'inlineData',
  'fileData',
  'functionCall',
  'functionResponse',
  'executableCode',
  'codeExecutionResult',
  'toolCall',
  'toolResponse',
] as const;

export const PART = message('Part', {
  text: 'string',
  inlineData: BLOB,
  fileData: FILE_DATA,
  functionCall: message('FunctionCall', {
    id: 'string',
    name: 'string',
    args: 'object',
    partialArgs: { list: 'object' },
    willContinue: 'boolean',
  }),
  functionResponse: message('FunctionResponse', {
    id: 'string',
    name: 'string',
    response: 'object',
    parts: { list: 'object' },
    scheduling: 'string',
    willContinue: 'boolean',
  }),
  executableCode: 'object',
  codeExecutionResult: 'object',
  toolCall: 'object',
  toolResponse: 'object',
  thought: 'boolean',
  thoughtSignature: 'string',
  videoMetadata: 'object',
  mediaResolution: 'any',
  mediaProcessing: 'any',
  partMetadata: 'any',
  speechMetadata: 'any',
  audioTranscription: 'any',
});

export const CONTENT = message('Content', { role: 'elsewhere', parts: 'elsewhere' });

export const THINKING_CONFIG = message('ThinkingConfig', {
  includeThoughts: 'boolean',
  thinkingBudget: 'integer',
  thinkingLevel: oneOf('THINKING_LEVEL_UNSPECIFIED', 'MINIMAL', 'LOW', 'MEDIUM', 'HIGH', 'XHIGH'),
});

export const IMAGE_CONFIG = message('ImageConfig', {
  imageOutputOptions: 'object',
  aspectRatio: 'string',
  personGeneration: 'string',
  imageSize: 'string',
  outputMimeType: 'string',
  outputCompressionQuality: 'integer',
  prominentPeople: 'string',
});

export const GENERATION_CONFIG = message('GenerationConfig', {
  temperature: 'number',
  topP: 'number',
  topK: 'number',
  candidateCount: 'integer',
  maxOutputTokens: 'integer',
  stopSequences: { list: 'string' },
  responseLogprobs: 'boolean',
  logprobs: 'integer',
  presencePenalty: 'number',
  frequencyPenalty: 'number',
  seed: 'integer',
  responseMimeType: 'string',
  responseSchema: 'elsewhere',
  responseJsonSchema: 'elsewhere',
  responseFormat: 'any',
  responseModalities: { list: oneOf('MODALITY_UNSPECIFIED', 'TEXT', 'IMAGE', 'AUDIO', 'VIDEO') },
  routingConfig: 'object',
  modelConfig: 'object',
  modelSelectionConfig: 'object',
  mediaResolution: oneOf(
    'MEDIA_RESOLUTION_UNSPECIFIED',
    'MEDIA_RESOLUTION_LOW',
    'MEDIA_RESOLUTION_MEDIUM',
    'MEDIA_RESOLUTION_HIGH',
    'MEDIA_RESOLUTION_ULTRA_HIGH',
  ),
  audioTimestamp: 'boolean',
  speechConfig: 'object',
  thinkingConfig: THINKING_CONFIG,
  imageConfig: IMAGE_CONFIG,
  enableAffectiveDialog: 'boolean',
  enableEnhancedCivicAnswers: 'boolean',
  audioTranscriptionConfig: 'object',
  translationConfig: 'object',
});

const SAFETY_SETTING = message('SafetySetting', {
  category: oneOf(
    'HARM_CATEGORY_UNSPECIFIED',
    'HARM_CATEGORY_HATE_SPEECH',
    'HARM_CATEGORY_DANGEROUS_CONTENT',
    'HARM_CATEGORY_HARASSMENT',
    'HARM_CATEGORY_SEXUALLY_EXPLICIT',
    'HARM_CATEGORY_CIVIC_INTEGRITY',
    'HARM_CATEGORY_JAILBREAK',
    'HARM_CATEGORY_IMAGE_HATE',
    'HARM_CATEGORY_IMAGE_DANGEROUS_CONTENT',
    'HARM_CATEGORY_IMAGE_HARASSMENT',
    'HARM_CATEGORY_IMAGE_SEXUALLY_EXPLICIT',
  ),
  threshold: oneOf(
    'HARM_BLOCK_THRESHOLD_UNSPECIFIED',
    'BLOCK_LOW_AND_ABOVE',
    'BLOCK_MEDIUM_AND_ABOVE',
    'BLOCK_ONLY_HIGH',
    'BLOCK_NONE',
    'OFF',
  ),
  method: oneOf('HARM_BLOCK_METHOD_UNSPECIFIED', 'SEVERITY', 'PROBABILITY'),
});

export const TOOL_CONFIG = message('ToolConfig', {
  functionCallingConfig: message('FunctionCallingConfig', {
    mode: oneOf('MODE_UNSPECIFIED', 'AUTO', 'ANY', 'NONE', 'VALIDATED'),
    allowedFunctionNames: { list: 'string' },
    streamFunctionCallArguments: 'boolean',
  }),
  retrievalConfig: 'object',
  includeServerSideToolInvocations: 'boolean',
});

export const FUNCTION_DECLARATION = message('FunctionDeclaration', {
  name: 'elsewhere',
  description: 'string',
  parameters: 'elsewhere',
  parametersJsonSchema: 'elsewhere',
  response: 'elsewhere',
  responseJsonSchema: 'elsewhere',
  behavior: 'string',
});

/** An empty tool is a rule of its own, so the kinds do not say that they are objects. */
export const TOOL = message('Tool', {
  functionDeclarations: { list: FUNCTION_DECLARATION },
  retrieval: 'elsewhere',
  googleSearch: 'elsewhere',
  googleSearchRetrieval: 'elsewhere',
  googleMaps: 'elsewhere',
  enterpriseWebSearch: 'elsewhere',
  parallelAiSearch: 'elsewhere',
  exaAiSearch: 'elsewhere',
  codeExecution: 'elsewhere',
  urlContext: 'elsewhere',
  computerUse: 'elsewhere',
  fileSearch: 'elsewhere',
  mcpServers: 'elsewhere',
});

export const REQUEST = message('GenerateContentRequest', {
  model: 'string',
  contents: 'elsewhere',
  systemInstruction: 'elsewhere',
  cachedContent: 'string',
  tools: { list: TOOL },
  toolConfig: TOOL_CONFIG,
  safetySettings: { list: SAFETY_SETTING },
  generationConfig: GENERATION_CONFIG,
  labels: 'elsewhere',
  modelArmorConfig: 'object',
  serviceTier: 'string',
});
