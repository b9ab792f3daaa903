import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openBackend } from '../../src/backend.ts';
import type { RequestRow } from '../../src/batch/request-row.ts';
import { type ComposeSpec, compose } from '../../src/pipeline/compose.ts';
import type { Progress } from '../../src/pipeline/ports.ts';
import { createWorkspace } from '../../src/pipeline/workspace.ts';
import { seededIds } from '../../src/support/ids.ts';
import { manualClock } from '../support/manual-clock.ts';
import { testSettings } from '../support/session.ts';

/** A workspace of its own, and compose in it. */
export async function composing(onProgress: (controller: AbortController) => void = () => undefined) {
  const folder = await mkdtemp(join(tmpdir(), 'vertex-batch-compose-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const clock = manualClock();
  const workspace = createWorkspace(folder, []);
  const { storage, bucket } = await openBackend(testSettings(folder), {
    clock,
    ids: seededIds('compose'),
    log: () => undefined,
    emulatorFolder: workspace.emulatorFolder,
  });
  const progress: Progress[] = [];
  const controller = new AbortController();
  const tell = (step: Progress) => {
    progress.push(step);
    onProgress(controller);
  };
  const ports = { workspace, storage, bucket, clock, signal: controller.signal, progress: tell };
  const run = (spec: ComposeSpec) => compose(spec, ports);
  return {
    folder,
    storage,
    clock,
    progress,
    run,
    file: async (name: string, content: string | Uint8Array) => {
      await writeFile(join(folder, name), content);
      return join(folder, name);
    },
    /** Composes a table of this content and reads the request rows back. */
    of: async (
      content: string,
      prompt: string | undefined,
      rest: Partial<ComposeSpec> & { name?: string } = {},
    ) => {
      const { name = 'rows.csv', ...spec } = rest;
      await writeFile(join(folder, name), content);
      const composed = await run({ source: name, prompt, ...spec });
      const requests = (await Promise.all(composed.files.map(requestsOf))).flat();
      return { ...composed, requests };
    },
    inputs: () => readdir(join(folder, 'inputs')).catch(() => []),
  };
}

export async function requestsOf(file: string): Promise<RequestRow[]> {
  const text = await readFile(file, 'utf8');
  if (!text.endsWith('\n')) throw new Error('the last line is not ended');
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line));
}

export const promptOf = (row: RequestRow): string => row.request.contents[0]?.parts[0]?.text ?? '';
