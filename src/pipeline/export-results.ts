import { stat } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { answerColumns } from '../batch/answer-columns.ts';
import { UserError } from '../support/errors.ts';
import { placeFile, writeFileAtomic } from '../support/files.ts';
import { count, nearest, quoteUntrusted } from '../support/text.ts';
import { nameColumns } from '../tables/columns.ts';
import { openSelection, type Selected, type Selection } from '../tables/export-engine.ts';
import type { ExportColumn, ExportFindings, ExportRows } from '../tables/export-rows.ts';
import { writeDelimited } from '../tables/write-delimited.ts';
import { writeJsonLines } from '../tables/write-json-lines.ts';
import { writeWorkbook } from '../tables/write-workbook.ts';
import { type CollectedRun, findCollected } from './collected-runs.ts';
import type { Ports } from './ports.ts';
import { OPTIONAL, OWN_NAMES } from './results-columns.ts';

export interface ExportSpec {
  run: string;
  /** Path; its ending says the format. */
  to: string;
  /** All, in their order, where left out. */
  columns?: readonly string[] | undefined;
  /** Condition in the language of `compose`. */
  where?: string | undefined;
  overwrite: boolean;
  /** Begin text with a byte order mark, which old spreadsheets want. */
  bom: boolean;
}

export interface Exported extends ExportFindings {
  run: string;
  path: string;
  rows: number;
  bytes: number;
  columns: readonly string[];
  replaced: boolean;
}

export type ExportPorts = Pick<Ports, 'workspace' | 'signal' | 'progress'>;

/**
 * Writes collected rows into a file, in the order of the input. Throws `bad_export`, `results_not_collected`,
 * `file_not_allowed`, `file_exists`, `unknown_column`, `bad_condition`, `too_large_for_xlsx`.
 */
export async function exportResults(spec: ExportSpec, ports: ExportPorts): Promise<Exported> {
  const format = formatOf(spec);
  const collected = await findCollected(spec.run, ports);
  const columns = chooseColumns(spec.columns, collected);
  const { path, exists } = await ports.workspace.writableFile(spec.to);
  if (exists && !spec.overwrite) throw fileExists(spec.to);
  const findings: ExportFindings = { neutralised: 0, clipped: 0 };
  const selection: Selection = { path: collected.path, all: collected.columns, columns, where: spec.where };
  const rows = await place(spec, path, format, selection, findings, ports);
  const { size } = await stat(path);
  return {
    run: collected.run,
    path,
    rows,
    bytes: size,
    columns: columns.map(({ name }) => name),
    replaced: exists,
    ...findings,
  };
}

/** Makes the file, and gives its number of rows. */
async function place(
  { to, overwrite, bom }: ExportSpec,
  path: string,
  { name, gzip }: Format,
  selection: Selection,
  findings: ExportFindings,
  ports: ExportPorts,
): Promise<number> {
  const options = { exclusive: !overwrite };
  let rows = 0;
  const withRows = async (write: (selected: Selected) => Promise<void>, parquet?: string) => {
    const selected = await openSelection(selection, ports.signal, parquet);
    rows = selected.rows;
    try {
      await write(selected);
    } finally {
      selected.close();
    }
  };
  try {
    if (name === 'parquet')
      await placeFile(path, (temporary) => withRows((selected) => selected.copy(), temporary), options);
    else
      await withRows((selected) => {
        const pieces = WRITERS[name](told(selected, ports), findings, bom);
        return writeFileAtomic(path, gzip ? packed(pieces) : pieces, options);
      });
  } catch (error) {
    ports.signal.throwIfAborted();
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? fileExists(to) : error;
  }
  return rows;
}

type FormatName = 'csv' | 'tsv' | 'jsonl' | 'xlsx' | 'parquet';

interface Format {
  name: FormatName;
  gzip: boolean;
}

const WRITERS: Record<
  Exclude<FormatName, 'parquet'>,
  (rows: ExportRows, findings: ExportFindings, bom: boolean) => AsyncIterable<string | Uint8Array>
> = {
  csv: (rows, findings, bom) => writeDelimited(rows, findings, { delimiter: ',', bom }),
  tsv: (rows, findings, bom) => writeDelimited(rows, findings, { delimiter: '\t', bom }),
  jsonl: (rows) => writeJsonLines(rows),
  xlsx: (rows, findings) => writeWorkbook(rows, findings),
};

function formatOf({ to, bom }: ExportSpec): Format {
  const [, ending = '', gz] = /\.([a-z]+)(\.gz)?$/i.exec(to) ?? [];
  const name = ending.toLowerCase() as FormatName;
  if (name !== 'parquet' && !Object.hasOwn(WRITERS, name))
    throw badExport(`${quoteUntrusted(to, 160)} does not end like a format that can be written.`);
  const isText = name !== 'parquet' && name !== 'xlsx';
  if (gz && !isText) throw badExport(`A .${name} file is packed already.`);
  if (bom && name !== 'csv' && name !== 'tsv') throw badExport(`A .${name} file has no byte order mark.`);
  return { name, gzip: gz !== undefined };
}

/** The same rows, with word of how far they are. */
const told = (selected: Selected, { progress }: ExportPorts): ExportRows => ({
  columns: selected.columns,
  rows: selected.rows,
  batches: (async function* () {
    let done = 0;
    for await (const batch of selected.batches) {
      yield batch;
      done += batch[0]?.length ?? 0;
      progress({ done, total: selected.rows, message: `wrote ${count(done, 'row')}` });
    }
  })(),
});

function packed(pieces: AsyncIterable<string | Uint8Array>): AsyncIterable<Uint8Array> {
  const gzip = createGzip();
  // What goes wrong on the way destroys the stream with the error, and so reaches who reads it.
  pipeline(Readable.from(pieces), gzip, () => undefined);
  return gzip;
}

function chooseColumns(asked: readonly string[] | undefined, collected: CollectedRun): ExportColumn[] {
  const json = jsonColumns(collected);
  const all = collected.columns;
  const names = (asked ?? all).map((name) => {
    const known = all.find((column) => column === name) ?? all.find((column) => sameName(column, name));
    if (known === undefined) throw unknownColumn(name, all);
    return known;
  });
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw badExport(`The column ${quoteUntrusted(twice, 80)} is named twice.`);
  return names.map((name) => ({ name, json: json.has(name) }));
}

const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.trim().toLowerCase();

/** Columns of JSON text: parts of answers that are objects or lists, and what there may be several of. */
function jsonColumns({ columns, report }: CollectedRun): Set<string> {
  const source = columns.slice(0, columns.indexOf('key'));
  const answers = report?.schema ? answerColumns(report.schema, [...OWN_NAMES, ...source]).columns : [];
  return new Set([...OPTIONAL, ...answers.filter(({ type }) => type === 'json').map(({ name }) => name)]);
}

const unknownColumn = (name: string, columns: readonly string[]) =>
  new UserError('unknown_column', {
    what: `The results have no column ${quoteUntrusted(name, 80)}.`,
    why: nameColumns(columns, name),
    fix: nearest(name, columns).length > 0 ? 'Name one of these.' : 'Leave columns out for all of them.',
  });

const badExport = (what: string) =>
  new UserError('bad_export', {
    what,
    fix: 'Name a file that ends in .csv, .tsv or .jsonl, also with .gz, or in .xlsx or .parquet.',
  });

const fileExists = (to: string) =>
  new UserError('file_exists', {
    what: `There is a file ${quoteUntrusted(to, 160)} already.`,
    why: 'Nothing is written over unless that is asked for.',
    fix: 'Choose another name, or give overwrite: true.',
  });
