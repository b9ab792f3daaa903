import type { ResponseSchema } from './response-schema.ts';

/**
 * One line of a Gemini batch input: `{"key": "r-000001", "request": {…}}`.
 * `request` is a GenerateContentRequest without `model`, in the camelCase of the REST API.
 * Only what the product itself writes or reads is typed; other members pass through.
 */
export interface RequestRow {
  /** Echoed in the output, which comes in any order: the only tie between a row and its answer. */
  key: string;
  request: GenerateContentRequest;
}

export interface GenerateContentRequest {
  contents: Content[];
  systemInstruction?: Content | undefined;
  generationConfig?: GenerationConfig | undefined;
  safetySettings?: { category: string; threshold: string }[] | undefined;
  tools?: Tool[] | undefined;
  toolConfig?: Record<string, unknown> | undefined;
  labels?: Record<string, string> | undefined;
}

export interface Content {
  role?: 'user' | 'model' | undefined;
  parts: Part[];
}

export interface Part {
  text?: string | undefined;
  fileData?: { fileUri: string; mimeType: string } | undefined;
  /** `data` is base64. */
  inlineData?: { data: string; mimeType: string } | undefined;
  functionCall?: { name: string; args: Record<string, unknown> } | undefined;
  functionResponse?: { name: string; response: Record<string, unknown> } | undefined;
}

export interface Tool {
  functionDeclarations?: FunctionDeclaration[] | undefined;
  [other: string]: unknown;
}

export interface FunctionDeclaration {
  name: string;
  description?: string | undefined;
  /** Left out where the function takes nothing: Vertex AI refuses an object without properties. */
  parameters?: ResponseSchema | undefined;
}

export interface GenerationConfig {
  maxOutputTokens?: number | undefined;
  temperature?: number | undefined;
  topP?: number | undefined;
  topK?: number | undefined;
  seed?: number | undefined;
  stopSequences?: string[] | undefined;
  responseMimeType?: string | undefined;
  /** The OpenAPI subset of Vertex AI: types in upper case, `nullable` instead of a union. */
  responseSchema?: ResponseSchema | Record<string, unknown> | undefined;
  thinkingConfig?: { thinkingLevel?: string; thinkingBudget?: number; includeThoughts?: boolean } | undefined;
  mediaResolution?: string | undefined;
  [other: string]: unknown;
}

/** A row with its members in the order in which people read them. */
export const makeRow = (key: string, request: GenerateContentRequest): RequestRow => ({ key, request });

/**
 * The key of the nth row, counted from 1: `r-000001`, and wider from a million on. It starts with a letter
 * because Vertex AI guesses types from values when it loads the file, and a number would not come back as text.
 */
export const rowKey = (n: number): string => `r-${String(n).padStart(6, '0')}`;
