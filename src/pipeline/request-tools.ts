import { takesSomething } from '../batch/convert/functions.ts';
import type { FunctionDeclaration, Tool } from '../batch/request-row.ts';
import { noteTexts } from '../batch/schema/conversion.ts';
import { toResponseSchema } from '../batch/schema-subset.ts';
import { UserError } from '../support/errors.ts';
import { isRecord } from '../support/records.ts';
import { list, nearest, quoteUntrusted } from '../support/text.ts';

/** Source: tool.proto of google.cloud.aiplatform.v1. */
const KINDS = [
  'functionDeclarations',
  'googleSearch',
  'googleSearchRetrieval',
  'googleMaps',
  'enterpriseWebSearch',
  'urlContext',
  'codeExecution',
  'computerUse',
  'retrieval',
];

/**
 * A tool in Gemini's form, with the parameters of its functions as Vertex AI reads them; what became of them is
 * added to `notes`. Throws `unknown_tool` and `schema_not_supported`.
 */
export function compileTool(tool: Readonly<Record<string, unknown>>, notes: string[]): Tool {
  const unknown = Object.keys(tool).find((kind) => !KINDS.includes(kind));
  if (unknown !== undefined || Object.keys(tool).length === 0) throw unknownTool(unknown);
  const { functionDeclarations: declarations } = tool;
  if (!Array.isArray(declarations)) return tool as Tool;
  return { ...tool, functionDeclarations: declarations.map((one) => compileFunction(one, notes)) };
}

function compileFunction(declaration: unknown, notes: string[]): FunctionDeclaration {
  const { parameters, ...rest } = isRecord(declaration) ? declaration : {};
  if (typeof rest.name !== 'string')
    throw new UserError('unknown_tool', {
      what: 'A function has no name.',
      fix: 'Give each function a name.',
    });
  const named = rest as unknown as FunctionDeclaration;
  if (!takesSomething(parameters)) return named;
  const { schema, notes: told } = toResponseSchema(parameters);
  notes.push(...noteTexts(told).map((text) => `${named.name}: ${text}`));
  return { ...named, parameters: schema };
}

function unknownTool(kind: string | undefined): UserError {
  const near = nearest(kind ?? '', KINDS);
  return new UserError('unknown_tool', {
    what: kind === undefined ? 'A tool is empty.' : `Gemini has no tool ${quoteUntrusted(kind, 60)}.`,
    why: `A tool is an object with one of ${list(near.length > 0 ? near : KINDS)}.`,
    fix: 'Write functions as {"functionDeclarations": [{"name": …, "parameters": …}]}.',
  });
}
