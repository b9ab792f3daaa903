import type { Json, JsonObject } from './messages.ts';

/** The parts of a read GenerateContentRequest that the emulator looks at; names are camelCase, nulls are gone. */
export interface GenerateRequest {
  contents?: Content[];
  systemInstruction?: Content;
  tools?: Tool[];
  toolConfig?: { functionCallingConfig?: { mode?: string; allowedFunctionNames?: string[] } };
  generationConfig?: GenerationConfig;
  cachedContent?: string;
  labels?: Record<string, string>;
}

export interface Content {
  role?: string;
  parts?: Part[];
}

export interface Part {
  text?: string;
  inlineData?: { mimeType?: string; data?: string };
  fileData?: { mimeType?: string; fileUri?: string };
  functionCall?: JsonObject;
  functionResponse?: JsonObject;
  thought?: boolean;
}

export interface Tool {
  functionDeclarations?: FunctionDeclaration[];
}

export interface FunctionDeclaration {
  name?: string;
  description?: string;
  parameters?: SchemaNode;
  parametersJsonSchema?: Json;
}

export interface GenerationConfig {
  temperature?: number;
  topP?: number;
  candidateCount?: number;
  maxOutputTokens?: number;
  stopSequences?: string[];
  responseMimeType?: string;
  responseSchema?: SchemaNode;
  responseJsonSchema?: Json;
  thinkingConfig?: { includeThoughts?: boolean; thinkingBudget?: number; thinkingLevel?: string };
}

/** A read `Schema` message. */
export interface SchemaNode {
  type?: string;
  format?: string;
  description?: string;
  nullable?: boolean;
  items?: SchemaNode;
  minItems?: number;
  maxItems?: number;
  enum?: string[];
  properties?: Record<string, SchemaNode>;
  propertyOrdering?: string[];
  required?: string[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  anyOf?: SchemaNode[];
  ref?: string;
  defs?: Record<string, SchemaNode>;
}
