import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { compose } from '../../src/pipeline/compose.ts';
import { PROMPT } from './compose-task.ts';
import { tellCost } from './cost.ts';
import { localPorts } from './local-ports.ts';

const [, , table = '', out = '', times = '1', keyColumn] = process.argv;
/** Of a Gemini job, as the tool passes them. */
const limits = { rows: 200_000, bytes: 1_000_000_000 };
for (let time = 1; time <= Number(times); time++) {
  // What is there already would only be found again.
  await rm(out, { recursive: true, force: true });
  await compose({ source: table, prompt: PROMPT, limits, keyColumn }, localPorts(out, dirname(table)));
}
tellCost();
