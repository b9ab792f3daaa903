import { isRecord } from '../../../support/records.ts';
import { member } from '../messages.ts';
import type { Notes } from '../notes.ts';
import type { JsonObject } from '../rule.ts';
import { checkSchema } from './schema.ts';

const ELSEWHERE = ['fileSearch', 'mcpServers'];

/** Tools by what they hold. Names and kinds have been looked at. */
export function checkTools(tools: unknown, notes: Notes): void {
  if (!Array.isArray(tools)) return;
  tools.forEach((tool, index) => {
    notes.path.push(index);
    if (isRecord(tool)) checkTool(tool, notes);
    notes.path.pop();
  });
}

function checkTool(tool: JsonObject, notes: Notes): void {
  if (Object.keys(tool).length === 0) notes.say('empty-tool');
  for (const name in tool) {
    const value = tool[name];
    if (!isRecord(value)) continue;
    notes.path.push(name);
    if (Object.keys(value).length === 0) notes.say('empty-tool');
    notes.path.pop();
  }
  for (const name of ELSEWHERE) {
    if (member(tool, name) === undefined) continue;
    notes.path.push(name);
    notes.say('tool-not-on-vertex');
    notes.path.pop();
  }
  const retrieval = member(tool, 'retrieval');
  if (isRecord(retrieval) && member(retrieval, 'vertexRagStore') !== undefined) notes.say('rag-retrieval');
  const functions = declarations(tool);
  if (functions.length > 0) notes.say('function-calls', nameOf(functions[0]));
  for (const declared of functions) checkFunction(declared, notes);
}

const declarations = (tool: unknown): unknown[] => {
  const functions = isRecord(tool) ? member(tool, 'functionDeclarations') : undefined;
  return Array.isArray(functions) ? functions : [];
};

const nameOf = (declared: unknown): unknown => (isRecord(declared) ? declared.name : undefined);

const FUNCTION_NAME = /^[A-Za-z_][\w.:-]{0,63}$/;

function checkFunction(declared: unknown, notes: Notes): void {
  if (!isRecord(declared)) return;
  notes.path.push('functionDeclarations');
  if (typeof declared.name !== 'string' || !FUNCTION_NAME.test(declared.name))
    notes.say('function-name', declared.name);
  const { parameters } = declared;
  // A function without parameters may say so with an object that has none.
  const empty =
    isRecord(parameters) &&
    isRecord(parameters.properties) &&
    Object.keys(parameters.properties).length === 0;
  if (parameters !== undefined && parameters !== null && !empty) checkSchema(parameters, notes);
  notes.path.pop();
}

/** Functions that toolConfig allows and no tool declares. */
export function checkAllowed(request: JsonObject, notes: Notes): void {
  const config = member(request, 'toolConfig');
  const calling = isRecord(config) ? member(config, 'functionCallingConfig') : undefined;
  const allowed = isRecord(calling) ? member(calling, 'allowedFunctionNames') : undefined;
  if (!Array.isArray(allowed)) return;
  const tools = member(request, 'tools');
  const declared = (Array.isArray(tools) ? tools : []).flatMap(declarations).map(nameOf);
  const missing = allowed.find((name) => !declared.includes(name));
  if (missing !== undefined) notes.say('function-not-declared', missing);
}
