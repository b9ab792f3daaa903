import { isAscii, isUtf8 } from 'node:buffer';
import { UserError } from '../support/errors.ts';
import { quoteUntrusted } from '../support/text.ts';
import type { Source } from './table.ts';
import { utf16Chunks } from './utf-16.ts';
import { wholeCharacters } from './whole-characters.ts';
import { decodeWindows1252 } from './windows-1252.ts';

export type Encoding = 'UTF-16' | 'Windows-1252';

export interface TextOptions {
  /** Whether text that is not UTF-8 may be Windows-1252. JSON is UTF-8 by its definition, tables of Excel are not. */
  windows1252: boolean;
  /** Hears what the text is, where it is not UTF-8. */
  onEncoding(encoding: Encoding): void;
}

/**
 * A source's text in small chunks, without a byte order mark. UTF-8, or UTF-16 where a byte order mark says so.
 * Windows-1252 is told by the first character beyond ASCII: what is before it is the same in both.
 * Throws `invalid_utf8` with the line of the first character that is none, and `invalid_utf16`.
 */
export async function* textChunks(
  source: Source,
  signal: AbortSignal,
  options: TextOptions,
): AsyncGenerator<string> {
  let known: 'UTF-8' | 'Windows-1252' | undefined;
  let offset = 0;
  for await (const chunk of wholeCharacters(source.bytes(signal))) {
    if (offset === 0 && hasUtf16Mark(chunk)) {
      options.onEncoding('UTF-16');
      yield* utf16Chunks(source, signal);
      return;
    }
    const begin = offset;
    offset += chunk.length;
    if (isAscii(chunk)) yield chunk.toString('latin1');
    else if (known !== 'Windows-1252' && isUtf8(chunk)) {
      known = 'UTF-8';
      const text = decodeUtf8(chunk);
      yield begin === 0 && text.startsWith('\uFEFF') ? text.slice(1) : text;
    } else {
      const text = options.windows1252 && known !== 'UTF-8' ? asWindows1252(chunk) : undefined;
      if (text === undefined) throw await invalidUtf8(source, begin + brokenLineStart(chunk), signal);
      if (!known) options.onEncoding('Windows-1252');
      known = 'Windows-1252';
      yield text;
    }
  }
}

const BLOCK_BYTES = 1024;

/** ASCII is copied, eight times as fast as it is decoded: only blocks in which there is more are decoded. */
function decodeUtf8(bytes: Buffer): string {
  let text = '';
  let start = 0;
  for (let at = 0; at < bytes.length; ) {
    let end = Math.min(at + BLOCK_BYTES, bytes.length);
    while (end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end += 1;
    if (!isAscii(bytes.subarray(at, end))) {
      if (start < at) text += bytes.toString('latin1', start, at);
      text += bytes.toString('utf8', at, end);
      start = end;
    }
    at = end;
  }
  return text + bytes.toString('latin1', start);
}

/** A character of UTF-8 among bytes that are none means a damaged file; in Windows-1252 hardly any two bytes make one. */
function asWindows1252(chunk: Buffer): string | undefined {
  const cut = chunk.length > 1 && chunk.length < 4 && wasCutInCharacter(chunk);
  if (cut || /[^\0-\x7f\ufffd]/.test(chunk.toString())) return undefined;
  return decodeWindows1252(chunk);
}

/** What is left at the end of a file when its last character is cut: the first byte and some that go on. */
const wasCutInCharacter = ([first = 0, ...rest]: Buffer): boolean =>
  first >= 0xc2 && rest.every((byte) => byte >= 0x80 && byte < 0xc0);

const hasUtf16Mark = (chunk: Buffer): boolean =>
  chunk.length > 1 && [0xfeff, 0xfffe].includes(chunk.readUInt16BE(0));

const NEWLINE = 0x0a;

function brokenLineStart(chunk: Buffer): number {
  let start = 0;
  for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
    if (!isUtf8(chunk.subarray(start, end))) break;
    start = end + 1;
  }
  return start;
}

async function invalidUtf8(source: Source, offset: number, signal: AbortSignal) {
  const line = 1 + (await newlinesBefore(source, offset, signal));
  return new UserError('invalid_utf8', {
    what: `${quoteUntrusted(source.name)} is not UTF-8 text: line ${line.toLocaleString('en-US')} has bytes that are no character.`,
    why: 'It is damaged there, or in an older encoding, such as Shift_JIS.',
    fix: 'Save it as UTF-8, for example with `iconv -f ENCODING -t UTF-8`.',
  });
}

/** Counted only when an error needs it: counting while reading would cost every good file. */
async function newlinesBefore(source: Source, offset: number, signal: AbortSignal): Promise<number> {
  let newlines = 0;
  let left = offset;
  for await (const chunk of source.bytes(signal)) {
    for (const byte of chunk.subarray(0, left)) if (byte === NEWLINE) newlines += 1;
    left -= chunk.length;
    if (left <= 0) break;
  }
  return newlines;
}
