import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Fetch, openBackend } from '../../src/backend.ts';
import { collect } from '../../src/pipeline/collect.ts';
import { type ComposeSpec, compose } from '../../src/pipeline/compose.ts';
import { createLedger } from '../../src/pipeline/ledger.ts';
import type { Ports } from '../../src/pipeline/ports.ts';
import { createWorkspace } from '../../src/pipeline/workspace.ts';
import { type Ids, seededIds } from '../../src/support/ids.ts';
import { manualClock } from '../support/manual-clock.ts';
import { readTable } from '../support/results-table.ts';
import { testSettings } from '../support/session.ts';

const MODEL = 'publishers/google/models/gemini-3.5-flash-lite';
const DAY = 86_400_000;

export type Line = Record<string, unknown>;
export type Files = Record<string, string>;

/** A job that is made on the emulator, and whose output the test writes in its place. */
export interface TestJob {
  name: string;
  id: string;
  /** Lets the job end, and puts these files in the place of what it wrote. */
  end(files: Files): Promise<void>;
  /** Puts files into the job's folder, over what is there. */
  write(files: Files): Promise<void>;
}

/** A workspace of its own, jobs on the emulator in it, and collect. */
export async function collecting(network?: (fetch: Fetch) => Fetch) {
  const folder = await mkdtemp(join(tmpdir(), 'vertex-batch-collect-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const clock = manualClock({ jump: true });
  const workspace = createWorkspace(folder, []);
  const ids: Ids = seededIds('collect');
  const settings = testSettings(folder);
  const backend = await openBackend(settings, {
    clock,
    ids,
    log: () => undefined,
    network,
    emulatorFolder: workspace.emulatorFolder,
  });
  const { storage, vertex } = backend;
  const ledger = createLedger(workspace.ledgerFolder(true), { workspace, clock });
  const controller = new AbortController();
  const ports = {
    ...backend,
    ...{ settings, workspace, ledger, clock, ids, signal: controller.signal, progress: () => undefined },
  } as unknown as Ports;

  async function put(name: string, content: string): Promise<void> {
    await storage.delete('emulated-bucket', name);
    const bytes = (async function* () {
      yield Buffer.from(content);
    })();
    await storage.upload({ bucket: 'emulated-bucket', name, bytes, contentType: 'application/jsonl' });
  }

  /** A job over input objects with these contents. */
  async function job(inputs: Files, labels: Record<string, string> = {}): Promise<TestJob> {
    for (const [name, content] of Object.entries(inputs)) await put(name, content);
    const uris = Object.keys(inputs).map((name) => `gs://emulated-bucket/${name}`);
    const { name = '' } = await vertex.batchPredictionJobs.create('global', {
      displayName: 'test',
      model: MODEL,
      inputConfig: { instancesFormat: 'jsonl', gcsSource: { uris } },
      outputConfig: {
        predictionsFormat: 'jsonl',
        gcsDestination: { outputUriPrefix: 'gs://emulated-bucket/out' },
      },
      labels,
    });
    const outputFolder = async () => {
      const { outputInfo } = await vertex.batchPredictionJobs.get(name);
      return (outputInfo?.gcsOutputDirectory ?? '').replace('gs://emulated-bucket/', '');
    };
    const write = async (files: Files) => {
      const prefix = await outputFolder();
      for (const [file, content] of Object.entries(files)) await put(`${prefix}/${file}`, content);
    };
    return {
      name,
      id: name.split('/').at(-1) ?? '',
      write,
      end: async (files) => {
        clock.advance(4 * DAY);
        const prefix = await outputFolder();
        for await (const object of storage.list('emulated-bucket', { prefix: `${prefix}/` }))
          await storage.delete('emulated-bucket', object.name);
        await write(files);
      },
    };
  }

  return {
    folder,
    clock,
    storage,
    ledger,
    controller,
    put,
    job,
    collect: (named: string) => collect({ job: named }, ports),
    /** Collects, and reads the table. */
    rowsOf: async (named: string) => {
      const collected = await collect({ job: named }, ports);
      return { ...collected, table: await readTable(join(collected.folder, 'rows.parquet')) };
    },
    /** Composes a table of the workspace, and names its files as uploads of them are. */
    compose: async (spec: ComposeSpec): Promise<Files> => {
      const { manifest, files } = await compose(spec, ports);
      const contents = await Promise.all(files.map((file) => readFile(file, 'utf8')));
      return Object.fromEntries(
        manifest.files.map(({ sha256 }, index) => [`inputs/${sha256}.jsonl`, contents[index] ?? '']),
      );
    },
  };
}

export const request = (text: string): Line => ({ contents: [{ role: 'user', parts: [{ text }] }] });

export const answered = (text: string, tokens = 10): Line => ({
  candidates: [{ content: { role: 'model', parts: [{ text }] }, finishReason: 'STOP' }],
  usageMetadata: { promptTokenCount: tokens, candidatesTokenCount: tokens },
});

/** A line of an output as Vertex AI writes it. */
export const outputLine = (input: Line, response: Line, status = ''): Line => {
  const { request: asked, ...others } = input;
  return { ...others, status, processed_time: '2026-11-22T12:00:00.000+00:00', request: asked, response };
};

export const jsonl = (lines: readonly unknown[]): string =>
  lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
