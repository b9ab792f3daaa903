import { createWriteStream } from 'node:fs';
import { mkdir, rename, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { seededIds } from '../src/support/ids.ts';

const WORDS =
  'the kettle leaks and my sister said great value after two weeks of daily use so would buy again but delivery took nine days because box was open which smells like hot plastic'.split(
    ' ',
  );
const ROWS_A_CHUNK = 200;

/** Makes a row of some 4,650 bytes, and 200,000 of them a file just below the limit of a job. */
const LONG = 4_500;

export interface DataFile {
  path: string;
  bytes: number;
}

/**
 * A table of reviews with quotes, line breaks, accents and other scripts, made once and kept for later runs.
 * `characters`: how many a review has at least.
 */
export async function reviewsCsv(rows: number, characters = LONG): Promise<DataFile> {
  const folder = join(tmpdir(), 'vertex-batch-mcp-bench');
  const path = join(folder, `reviews-${rows}-${characters}.csv`);
  await mkdir(folder, { recursive: true });
  const there = await stat(path).catch(() => undefined);
  if (!there) {
    await pipeline(Readable.from(chunks(rows, characters)), createWriteStream(`${path}.part`));
    await rename(`${path}.part`, path);
  }
  return { path, bytes: (there ?? (await stat(path))).size };
}

function* chunks(rows: number, characters: number): Generator<string> {
  const { random } = seededIds('reviews');
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const sentence = () => Array.from({ length: 6 + Math.floor(random() * 14) }, () => pick(WORDS)).join(' ');
  const dressed = (): string => {
    const kind = random();
    if (kind < 0.1) return `""${sentence()}"" `;
    if (kind < 0.15) return `${sentence()}.\n`;
    if (kind < 0.17) return `${sentence()} at the café. `;
    return `${sentence()}${kind < 0.3 ? ',' : '.'} `;
  };
  const paragraphs = Array.from({ length: 500 }, () => Array.from({ length: 4 }, dressed).join(''));
  let text = 'id,product,stars,review\n';
  for (let row = 1; row <= rows; row++) {
    let review = random() < 0.02 ? '日本語の感想です 😀 ' : '';
    while (review.length < characters) review += pick(paragraphs);
    text += `R${row},${pick(WORDS)},${1 + Math.floor(random() * 5)},"${review}"\n`;
    if (row % ROWS_A_CHUNK !== 0) continue;
    yield text;
    text = '';
  }
  yield text;
}
