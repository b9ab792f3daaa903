import { dirname } from 'node:path';
import { compose } from '../src/pipeline/compose.ts';
import { PROMPT } from './peers/compose-task.ts';
import { localPorts } from './peers/local-ports.ts';
import { type DataFile, reviewsCsv } from './reviews-csv.ts';

const RESPONSE_SCHEMA = {
  type: 'OBJECT',
  properties: {
    sentiment: { type: 'STRING', enum: ['positive', 'mixed', 'negative'] },
    score: { type: 'INTEGER', minimum: 1, maximum: 5 },
    complaints: { type: 'ARRAY', items: { type: 'STRING' } },
    reason: { type: 'STRING', description: 'One sentence.' },
  },
  required: ['sentiment', 'score', 'reason'],
};

/** Reviews as `compose` writes them: request rows that ask for JSON in a schema. They go with the folder. */
export async function requestRows(folder: string, rows: number, characters?: number): Promise<DataFile> {
  const { path } = await reviewsCsv(rows, characters);
  const spec = {
    source: path,
    prompt: PROMPT,
    responseSchema: RESPONSE_SCHEMA,
    generationConfig: { maxOutputTokens: 400, temperature: 0 },
  };
  const { file, manifest } = await compose(spec, localPorts(folder, dirname(path)));
  return { path: file, bytes: manifest.bytes };
}
