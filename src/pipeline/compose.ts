import { createReadStream } from 'node:fs';
import { type GenerateContentRequest, makeRow, type RequestRow } from '../batch/request-row.ts';
import { timestamp } from '../support/clock.ts';
import { UserError } from '../support/errors.ts';
import { lines } from '../support/lines.ts';
import { count, quoteUntrusted } from '../support/text.ts';
import type { Row, Table } from '../tables/table.ts';
import { openSource, type SourceSpec } from './compose-source.ts';
import { tallyRows } from './compose-tally.ts';
import { jsonText } from './json-text.ts';
import {
  type ComposedSpec,
  findComposed,
  inputId,
  type Manifest,
  requestsFile,
  writeManifest,
} from './manifest.ts';
import type { Ports } from './ports.ts';
import { type RowKeys, rowKeys } from './row-keys.ts';
import { compileTemplate, nameColumns } from './template.ts';
import { writeHashed } from './write-hashed.ts';

export interface ComposeSpec extends SourceSpec {
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

export type ComposePorts = Pick<Ports, 'workspace' | 'storage' | 'clock' | 'signal' | 'progress'>;

/**
 * A table and a prompt template become request rows, streamed into the workspace with a manifest beside them.
 * The same spec over the same content is the same input, found again instead of written twice.
 * Throws what opening, reading, templates and keys throw, `no_rows`, and `source_changed`.
 */
export async function compose(spec: ComposeSpec, ports: ComposePorts): Promise<Composed> {
  const { workspace, clock } = ports;
  const source = await openSource(spec, ports);
  const { table } = source;
  const requests = compileRequests(spec, table);
  const asked = composedSpec(spec);
  const id = inputId(asked, await source.content());
  const file = requestsFile(workspace, id);
  const earlier = await findComposed(id, ports);
  if (earlier) return { manifest: earlier, file, firstRequest: await readFirst(file), reused: true };

  async function* checked() {
    yield* requestLines(spec, table, requests, ports);
    if (requests.tally.taken() === 0) throw noRows(spec.source, requests.tally.result().rows_in);
    await source.assertUnchanged();
  }
  const written = await writeHashed(file, checked());
  const manifest: Manifest = {
    id,
    created: timestamp(clock.now()),
    source: source.facts(),
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

async function* requestLines(
  { limit = Infinity }: ComposeSpec,
  table: Table,
  { keys, requestOf, tally }: Requests,
  { signal, progress }: ComposePorts,
): AsyncGenerator<string> {
  for await (const row of table.rows) {
    if ('skipped' in row) tally.skip(row);
    else if (tally.taken() >= limit) tally.skip({ place: row.place, skipped: 'beyond the limit' });
    else {
      tally.take(row);
      const n = tally.taken();
      yield `${jsonText(makeRow(keys.keyOf(row, n), requestOf(row)))}\n`;
      if (n % ROWS_BETWEEN_PROGRESS !== 0) continue;
      signal.throwIfAborted();
      progress({ done: n, message: `composed ${count(n, 'row')}` });
    }
  }
}

const composedSpec = (spec: ComposeSpec): ComposedSpec => ({
  ...(spec.sheet !== undefined && { sheet: spec.sheet }),
  ...(spec.where !== undefined && { where: spec.where }),
  ...(spec.sample && { sample: spec.sample }),
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

const withoutColumn = ({ columns }: Table) =>
  new UserError('template_without_column', {
    what: 'The prompt names no column, so every row would send the same request.',
    why: nameColumns(columns),
    fix: 'Put at least one of them into it as {{column}}.',
  });

const noRows = (source: string, rows: number) =>
  rows === 0
    ? new UserError('no_rows', {
        what: `${quoteUntrusted(source)} has columns, but no rows.`,
        fix: 'Name a file with at least one row.',
      })
    : new UserError('no_rows', {
        what: `None of the ${count(rows, 'row')} of ${quoteUntrusted(source)} is left.`,
        why: 'where held for none of them.',
        fix: 'Check how the values are written: text is compared letter by letter.',
      });
