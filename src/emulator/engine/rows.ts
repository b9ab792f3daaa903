import { timestamp } from '../../support/clock.ts';
import type { Ids } from '../../support/ids.ts';
import type { Faults, RowResponse } from '../faults.ts';
import { isObject, type Json, type JsonObject } from '../messages/messages.ts';
import type { GenerateRequest } from '../messages/request.ts';
import { readGenerateRequest } from '../messages/request-check.ts';
import type { Forced } from '../model/model.ts';
import type { PublisherModel } from '../models.ts';
import type { ObjectStore } from '../objects/store.ts';
import { lineBatches } from '../rows/lines.ts';
import { fill, type Shape } from '../rows/shape.ts';
import { rowStatus } from '../rows/status.ts';
import { type Block, shuffle } from './blocks.ts';
import { type ImportFact, inputColumns } from './import.ts';

/** Answers a request that has been read; a rejection becomes the row's status. */
export type Answer = (request: GenerateRequest, forced: Forced) => JsonObject | Promise<JsonObject>;

/** Everything that a block's rows need beside themselves. */
export interface RowRun {
  objects: ObjectStore;
  imported: ImportFact;
  shape: Shape;
  model: PublisherModel;
  displayName: string;
  faults: Faults;
  answer: Answer;
  /** Rows that are answered at once. */
  concurrency: number;
}

export interface BlockResult {
  /** The output lines, each with its line end. */
  text: string;
  rows: number;
  ok: number;
  failed: number;
}

interface InputRow {
  number: number;
  text: string;
}

/**
 * Runs the first `most` rows of a block in its seeded order.
 * @param timeOf when the n-th row of the block, counted from 0, was processed; milliseconds.
 */
export async function runBlock(
  run: RowRun,
  block: Block,
  options: { ids: Ids; most: number; timeOf: (row: number) => number },
): Promise<BlockResult> {
  const rows = shuffle(await readBlock(run, block), options.ids).slice(0, options.most);
  const result: BlockResult = { text: '', rows: rows.length, ok: 0, failed: 0 };
  const lines: string[] = [];
  for (let at = 0; at < rows.length; at += run.concurrency) {
    const together = rows.slice(at, at + run.concurrency);
    const outputs = together.map((row, index) => runRow(run, row, options.timeOf(at + index)));
    // A deterministic answer is there at once, and hundreds of thousands of turns of the event loop are saved.
    for (const pending of outputs) {
      const output = pending instanceof Promise ? await pending : pending;
      if (output === undefined) continue;
      result[output.ok ? 'ok' : 'failed'] += 1;
      for (let copy = 0; copy < output.copies; copy++) lines.push(output.line);
    }
  }
  result.text = lines.length === 0 ? '' : `${lines.join('\n')}\n`;
  return result;
}

async function readBlock({ objects, imported }: RowRun, block: Block): Promise<InputRow[]> {
  const source = imported.sources[block.source];
  if (source === undefined) throw new Error(`no source ${block.source}`);
  const range = { start: block.start, end: block.end - 1 };
  const bytes = objects.read(source.bucket, source.name, range, source.generation);
  const rows: InputRow[] = [];
  for await (const batch of lineBatches(bytes)) {
    for (const { text } of batch) rows.push({ number: block.first + rows.length, text });
  }
  return rows;
}

interface RowOutput {
  line: string;
  ok: boolean;
  copies: number;
}

/** The output of a row; undefined where a fault drops it. */
function runRow(
  run: RowRun,
  { number, text }: InputRow,
  time: number,
): RowOutput | undefined | Promise<RowOutput | undefined> {
  const line = JSON.parse(text) as JsonObject;
  if (isComplete(line)) return { line: JSON.stringify(line), ok: true, copies: 1 };
  const columns = fill(run.shape, inputColumns(line)) as JsonObject;
  const fault = faultOf(run, { number, text, key: line.key });
  if (fault !== undefined && 'drop' in fault) return undefined;

  const copies = fault !== undefined && 'duplicate' in fault ? 2 : 1;
  const output = (status: string, response: Json): RowOutput => ({
    line: outputLine(columns, status, time, response),
    ok: status === '',
    copies,
  });
  if (fault !== undefined && 'rowStatus' in fault) return output(fault.rowStatus, {});
  const read = readGenerateRequest(columns.request ?? null, { model: run.model, batch: true });
  if ('problem' in read) return output(rowStatus(400, read.problem), {});
  const answered = run.answer(read.request, (fault ?? {}) as Forced);
  if (!(answered instanceof Promise)) return output('', answered);
  return answered.then(
    (response) => output('', response),
    (error: Error & { status?: number }) => output(rowStatus(error.status ?? 500, error.message), {}),
  );
}

function faultOf(run: RowRun, row: { number: number; text: string; key: unknown }): RowResponse | undefined {
  const dealt = run.imported.faults?.[row.number];
  return dealt === undefined ? run.faults.onRow(run.displayName, row) : run.faults.rowFault(dealt);
}

/** A row that an earlier job has answered: a resumed job takes it over as it is. */
const isComplete = ({ status, response }: JsonObject): boolean =>
  status === '' && isObject(response) && Object.keys(response).length > 0;

/** Scalars beside the request come back as they were, lists come back empty. */
function outputLine(columns: JsonObject, status: string, time: number, response: Json): string {
  const { request = null, ...others } = columns;
  for (const name in others) if (Array.isArray(others[name])) others[name] = [];
  const processed = timestamp(time).replace('Z', '+00:00');
  return JSON.stringify({ ...others, status, processed_time: processed, request, response });
}
