import { keyOf } from '../batch/answers/row-key.ts';
import { seededIds } from '../support/ids.ts';
import { lines } from '../support/lines.ts';
import { isRecord } from '../support/records.ts';
import { openFile, sampleRows, WHOLE_UP_TO } from './estimate-sample.ts';
import type { JobInput } from './job-input.ts';
import type { Ports } from './ports.ts';

export const PICKS = ['first', 'random', 'extremes'] as const;

export interface PickSpec {
  /** `extremes`: half of them the longest rows in bytes, half the shortest. */
  pick: (typeof PICKS)[number];
  rows: number;
  /** The same seed picks the same rows of the same input. */
  seed: number;
}

export interface PickedRow {
  key?: string | undefined;
  /** Left out where the line is no request row: in a batch it would fail. */
  request?: Record<string, unknown> | undefined;
}

interface Line {
  bytes: Buffer;
  /** Rows of the input that it stands for. */
  weight: number;
}

interface Placed {
  bytes: Buffer;
  order: number;
}

/**
 * A few rows of an input, in their order, in one pass that holds no more than these. Of objects in Cloud Storage that
 * are too large to be read in passing, only a sample is looked at: `whole` is false then.
 */
export async function pickRows(
  input: JobInput,
  { pick, rows, seed }: PickSpec,
  ports: Ports,
): Promise<{ rows: PickedRow[]; whole: boolean }> {
  const { random } = seededIds(`preview ${seed}`);
  const short = pick === 'extremes' ? Math.floor(rows / 2) : 0;
  const [shortest, others] = [best<Placed>(short), best<Placed>(rows - short)];
  const whole = pick === 'first' || isReadWhole(input);
  let order = 0;
  for await (const { bytes, weight } of whole ? allLines(input, ports) : sampledLines(input, ports)) {
    const line = { bytes, order: order++ };
    shortest.add(line, -bytes.length);
    // Efraimidis and Spirakis: the highest of these are a random sample in which each row counts by its weight.
    if (pick === 'random') others.add(line, Math.log(random()) / weight);
    else others.add(line, pick === 'extremes' ? bytes.length : 0);
    if (pick === 'first' && order === rows) break;
  }
  const picked = new Map([...shortest.kept(), ...others.kept()].map((line) => [line.order, line]));
  const inOrder = [...picked.values()].sort((a, b) => a.order - b.order);
  return { rows: inOrder.map((line) => pickedRow(line.bytes)), whole };
}

const isReadWhole = ({ files, bytes }: JobInput): boolean =>
  bytes <= WHOLE_UP_TO || files.every(({ path }) => path !== undefined);

async function* allLines({ files }: JobInput, ports: Ports): AsyncGenerator<Line> {
  for (const file of files)
    for await (const bytes of lines(openFile(file, 0, ports))) yield { bytes, weight: 1 };
}

async function* sampledLines(input: JobInput, ports: Ports): AsyncGenerator<Line> {
  // Progress of a call only grows, and the rows that are asked are yet to be told.
  for await (const { rows, weight } of sampleRows(input, { ...ports, progress: () => {} }))
    for (const bytes of rows) yield { bytes, weight };
}

/** Keeps the `most` items of the highest scores; of equal ones the earlier. */
function best<Item>(most: number) {
  const kept: { item: Item; score: number }[] = [];
  return {
    add(item: Item, score: number) {
      const place = kept.findIndex((other) => other.score < score);
      if (place === -1 && kept.length >= most) return;
      kept.splice(place === -1 ? kept.length : place, 0, { item, score });
      kept.splice(most);
    },
    kept: () => kept.map(({ item }) => item),
  };
}

function pickedRow(line: Buffer): PickedRow {
  try {
    const row: unknown = JSON.parse(line.toString());
    if (!isRecord(row)) return {};
    return { key: keyOf(row), request: isRecord(row.request) ? row.request : undefined };
  } catch {
    return {};
  }
}
