import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { UserError } from '../support/errors.ts';
import { quoteUntrusted } from '../support/text.ts';
import type { SourceFile } from './table.ts';

/** Small: all rows of a chunk are in memory at once, and short rows weigh ten times their bytes there. */
const CHUNK_BYTES = 128 * 1024;
const NEWLINE = 0x0a;
const BYTE_ORDER_MARK = Buffer.from('\uFEFF');

/**
 * A file's bytes in chunks that each hold whole UTF-8 characters, without a byte order mark.
 * Throws `invalid_utf8` with the line of the first character that is none.
 */
export async function* utf8Chunks(file: SourceFile, signal: AbortSignal): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  let offset = 0;
  for await (const read of createReadStream(file.path, { highWaterMark: CHUNK_BYTES, signal })) {
    const bytes = held.length > 0 ? Buffer.concat([held, read as Buffer]) : (read as Buffer);
    const end = endOfWholeCharacters(bytes);
    held = bytes.subarray(end);
    const chunk = bytes.subarray(0, end);
    if (!isUtf8(chunk)) throw await invalidUtf8(file, offset, chunk, signal);
    const marked = offset === 0 && chunk.indexOf(BYTE_ORDER_MARK) === 0;
    offset += end;
    yield marked ? chunk.subarray(BYTE_ORDER_MARK.length) : chunk;
  }
  if (held.length > 0) throw await invalidUtf8(file, offset, held, signal);
}

/** Where the last character begins, if the chunk's edge cuts it; else the chunk's end. */
function endOfWholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return back < length ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

async function invalidUtf8(file: SourceFile, offset: number, chunk: Buffer, signal: AbortSignal) {
  const utf16 = offset === 0 && [0xfeff, 0xfffe].includes(chunk.length > 1 ? chunk.readUInt16BE(0) : 0);
  const line = 1 + (await newlinesBefore(file, offset + brokenLineStart(chunk), signal));
  return new UserError('invalid_utf8', {
    what: `${quoteUntrusted(file.name)} is not UTF-8 text: line ${line.toLocaleString('en-US')} has bytes that are no character.`,
    why: utf16
      ? 'It begins as UTF-16 does.'
      : 'It may be in an older encoding, such as Windows-1252 or Shift_JIS.',
    fix: 'Save it as UTF-8, for example with `iconv -f ENCODING -t UTF-8`.',
  });
}

function brokenLineStart(chunk: Buffer): number {
  let start = 0;
  for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
    if (!isUtf8(chunk.subarray(start, end))) break;
    start = end + 1;
  }
  return start;
}

/** Counted only when an error needs it: counting while reading would cost every good file. */
async function newlinesBefore(file: SourceFile, offset: number, signal: AbortSignal): Promise<number> {
  if (offset === 0) return 0;
  let newlines = 0;
  for await (const chunk of createReadStream(file.path, { end: offset - 1, signal }))
    for (const byte of chunk as Buffer) if (byte === NEWLINE) newlines += 1;
  return newlines;
}
