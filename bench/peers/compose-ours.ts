import { compose } from '../../src/pipeline/compose.ts';
import type { Ports } from '../../src/pipeline/ports.ts';
import { createWorkspace } from '../../src/pipeline/workspace.ts';
import { systemClock } from '../../src/support/clock.ts';
import { PROMPT, tellMemory } from './compose-task.ts';

const [, , table = '', out = ''] = process.argv;
const ports = {
  workspace: createWorkspace(out, [table.replace(/[^/]*$/, '')]),
  clock: systemClock,
  signal: new AbortController().signal,
  progress: () => undefined,
};
/** Of a Gemini job, as the tool passes them. */
const limits = { rows: 200_000, bytes: 1_000_000_000 };
// A local table needs no other ports.
await compose({ source: table, prompt: PROMPT, limits }, ports as unknown as Ports);
tellMemory();
