import { row } from '../examples.ts';
import { fillGoogleSearch } from '../fixes/tools.ts';
import { defineRules } from '../rule.ts';

const LOOKUP = { name: 'look_up', parameters: { type: 'OBJECT', properties: { city: { type: 'STRING' } } } };
const SEARCH = { googleSearch: { timeRangeFilter: null } };

/** Tools that the model may use. */
export const TOOL_RULES = defineRules({
  'rag-retrieval': {
    severity: 'error',
    breaks: 'rows',
    says: 'A request retrieves from Vertex RAG.',
    why: 'Batch jobs do not support RAG.',
    source: { where: 'Vertex AI, batch inference, limitations', confidence: 'A' },
    mend: 'Retrieve first, and put the passages into the prompt.',
    bad: [row({ tools: [{ retrieval: { vertexRagStore: { ragResources: [{ ragCorpus: 'c' }] } } }] })],
    good: [row()],
  },
  'empty-tool': {
    severity: 'error',
    breaks: 'rows',
    says: 'A tool is an empty object.',
    why: 'The load drops empty objects, and a tool without anything is refused.',
    source: { where: 'googleapis/python-genai#2123', confidence: 'B' },
    mend: 'For Google Search write {"googleSearch": {"timeRangeFilter": null}}; for urlContext no way is known.',
    bad: [row({ tools: [{ googleSearch: {} }] })],
    good: [row({ tools: [SEARCH] })],
    fix: fillGoogleSearch,
  },
  'tool-not-on-vertex': {
    severity: 'error',
    breaks: 'rows',
    says: 'A tool exists in the Gemini Developer API or in an SDK only.',
    why: 'Vertex AI answers 400 `Unknown name`.',
    source: { where: 'google.cloud.aiplatform.v1.Tool', confidence: 'A' },
    mend: 'Remove it; search the files first and put what was found into the prompt.',
    bad: [row({ tools: [{ fileSearch: { fileSearchStoreNames: ['fileSearchStores/a'] } }] })],
    good: [row({ tools: [SEARCH] })],
  },
  'function-calls': {
    severity: 'note',
    says: 'A request declares functions.',
    why: 'In a batch nobody runs them: where the model calls one, the answer is the call.',
    source: { where: 'inference', confidence: 'C' },
    mend: 'Nothing has to be done where the call itself is wanted; else remove the tools.',
    bad: [row({ tools: [{ functionDeclarations: [LOOKUP] }] })],
    good: [row()],
  },
  'function-name': {
    severity: 'error',
    breaks: 'rows',
    says: 'A function has no name, or one that is not allowed.',
    why: 'A name starts with a letter or _, and has letters, digits, _ . : and -, at most 64 characters.',
    source: { where: 'google.cloud.aiplatform.v1.FunctionDeclaration', confidence: 'A' },
    mend: 'Rename the function.',
    bad: [row({ tools: [{ functionDeclarations: [{ ...LOOKUP, name: 'look up' }] }] })],
    also: ['function-calls'],
    good: [row()],
  },
  'function-not-declared': {
    severity: 'error',
    breaks: 'rows',
    says: 'toolConfig allows a function that is not declared.',
    why: 'The API refuses the request.',
    source: { where: 'google.cloud.aiplatform.v1.FunctionCallingConfig', confidence: 'A' },
    mend: 'Declare it in tools, or remove it from allowedFunctionNames.',
    bad: [row({ toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['look_up'] } } })],
    good: [row({ toolConfig: { functionCallingConfig: { mode: 'NONE' } } })],
  },
});
