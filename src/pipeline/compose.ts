import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type GenerateContentRequest, makeRow, type RequestRow } from '../batch/request-row.ts';
import { timestamp } from '../support/clock.ts';
import { UserError } from '../support/errors.ts';
import { lines } from '../support/lines.ts';
import { count, quoteUntrusted } from '../support/text.ts';
import { openTable, tableFormat } from '../tables/open-table.ts';
import type { Row, Table } from '../tables/table.ts';
import { tallyRows } from './compose-tally.ts';
import {
  type ComposedSpec,
  findComposed,
  hashFile,
  inputId,
  type Manifest,
  requestsFile,
  writeManifest,
} from './manifest.ts';
import type { Ports } from './ports.ts';
import { type RowKeys, rowKeys } from './row-keys.ts';
import { compileTemplate, nameColumns } from './template.ts';
import { writeHashed } from './write-hashed.ts';

export interface ComposeSpec {
  /** Local path of a table. */
  source: string;
  /** Text with `{{column}}` in it: one request a row. */
  prompt: string;
  /** May have `{{column}}` in it too. */
  systemInstruction?: string | undefined;
  /** Column whose values become the keys; rows are numbered without it. */
  keyColumn?: string | undefined;
  /** Take only the first rows. */
  limit?: number | undefined;
  /** Goes into each request as it is. */
  generationConfig?: Record<string, unknown> | undefined;
}

export interface Composed {
  manifest: Manifest;
  /** Absolute path of `requests.jsonl`. */
  file: string;
  firstRequest: RequestRow;
  /** True where an earlier call had made it, and nothing was written. */
  reused: boolean;
}

export type ComposePorts = Pick<Ports, 'workspace' | 'clock' | 'signal' | 'progress'>;

/**
 * A table and a prompt template become request rows, streamed into the workspace with a manifest beside them.
 * The same spec over the same content is the same input, found again instead of written twice.
 * Throws what opening, reading, templates and keys throw, `no_rows`, and `source_changed`.
 */
export async function compose(spec: ComposeSpec, ports: ComposePorts): Promise<Composed> {
  const { workspace, clock, signal } = ports;
  const { path, size } = await workspace.readableFile(spec.source);
  const before = await fingerprint(path);
  const table = await openTable({ path, name: spec.source, size }, signal);
  const requests = compileRequests(spec, table);
  const asked = composedSpec(spec);
  const sha256 = await hashFile(path, signal);
  const id = inputId(asked, { sha256, format: tableFormat(spec.source) });
  const file = requestsFile(workspace, id);
  const earlier = await findComposed(id, ports);
  if (earlier) return { manifest: earlier, file, firstRequest: await readFirst(file), reused: true };

  async function* checked() {
    yield* requestLines(spec, table, requests, ports);
    if (requests.tally.taken() === 0) throw noRows(spec.source);
    if ((await fingerprint(path)) !== before) throw sourceChanged(spec.source);
  }
  const written = await writeHashed(file, checked());
  const manifest: Manifest = {
    id,
    created: timestamp(clock.now()),
    source: { path, sha256, bytes: size, columns: [...table.columns], unit: table.unit },
    spec: asked,
    ...requests.tally.result(),
    keys: requests.keys.rule,
    ...written,
  };
  await writeManifest(workspace, manifest);
  return { manifest, file, firstRequest: await readFirst(file), reused: false };
}

interface Requests {
  keys: RowKeys;
  requestOf(row: Row): GenerateContentRequest;
  tally: ReturnType<typeof tallyRows>;
}

function compileRequests(spec: ComposeSpec, table: Table): Requests {
  const { systemInstruction, generationConfig, keyColumn } = spec;
  const prompt = compileTemplate(spec.prompt, table.columns, 'The prompt');
  if (prompt.columns.length === 0) throw withoutColumn(table);
  const system =
    systemInstruction === undefined
      ? undefined
      : compileTemplate(systemInstruction, table.columns, 'The system instruction');
  const all = [...new Set([...prompt.columns, ...(system?.columns ?? [])])];
  const fixed = generationConfig && Object.keys(generationConfig).length > 0 ? { generationConfig } : {};
  return {
    keys: rowKeys(keyColumn, table),
    tally: tallyRows({ prompt: prompt.columns, all }),
    requestOf: ({ cells }) => ({
      contents: [{ role: 'user', parts: [{ text: prompt.fill(cells) }] }],
      ...(system && { systemInstruction: { parts: [{ text: system.fill(cells) }] } }),
      ...fixed,
    }),
  };
}

const ROWS_BETWEEN_PROGRESS = 5_000;
/** Lines are handed on in pieces of this many characters: one write a line would cost more than making it. */
const CHUNK_CHARACTERS = 256 * 1024;

async function* requestLines(
  { limit = Infinity }: ComposeSpec,
  table: Table,
  { keys, requestOf, tally }: Requests,
  { signal, progress }: ComposePorts,
): AsyncGenerator<string> {
  let text = '';
  for await (const row of table.rows) {
    if ('skipped' in row) tally.skip(row);
    else if (tally.taken() >= limit) tally.skip({ place: row.place, skipped: 'beyond the limit' });
    else {
      tally.take(row);
      const n = tally.taken();
      text += `${JSON.stringify(makeRow(keys.keyOf(row, n), requestOf(row)))}\n`;
      if (text.length >= CHUNK_CHARACTERS) {
        yield text;
        text = '';
      }
      if (n % ROWS_BETWEEN_PROGRESS !== 0) continue;
      signal.throwIfAborted();
      progress({ done: n, message: `composed ${count(n, 'row')}` });
    }
  }
  yield text;
}

const composedSpec = (spec: ComposeSpec): ComposedSpec => ({
  prompt: spec.prompt,
  ...(spec.systemInstruction !== undefined && { system_instruction: spec.systemInstruction }),
  ...(spec.keyColumn !== undefined && { key_column: spec.keyColumn }),
  ...(spec.limit !== undefined && { limit: spec.limit }),
  ...(spec.generationConfig && { generation_config: spec.generationConfig }),
});

/** Read back from the file, so that what is shown is what will be sent. */
async function readFirst(file: string): Promise<RequestRow> {
  for await (const line of lines(createReadStream(file))) return JSON.parse(line.toString());
  throw new Error(`${file} has no rows`);
}

/** Changes when somebody writes to the file. */
async function fingerprint(path: string): Promise<string> {
  const { ino, size, mtimeNs } = await stat(path, { bigint: true });
  return `${ino} ${size} ${mtimeNs}`;
}

const withoutColumn = ({ columns }: Table) =>
  new UserError('template_without_column', {
    what: 'The prompt names no column, so every row would send the same request.',
    why: nameColumns(columns),
    fix: 'Put at least one of them into it as {{column}}.',
  });

const noRows = (source: string) =>
  new UserError('no_rows', {
    what: `${quoteUntrusted(source)} has columns, but no rows.`,
    fix: 'Name a file with at least one row.',
  });

const sourceChanged = (source: string) =>
  new UserError('source_changed', {
    what: `${quoteUntrusted(source)} was written to while it was read.`,
    why: 'Requests from two states of a file would belong to neither.',
    fix: 'Wait until the file is complete, and compose again.',
  });
