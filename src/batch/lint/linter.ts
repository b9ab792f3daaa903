import { isAscii, isUtf8 } from 'node:buffer';
import { createRowChecker } from './check-row.ts';
import type { Finding } from './notes.ts';
import { createNotes } from './notes.ts';
import { type LintPart, newPart } from './part.ts';
import { BYTE_ORDER_MARK, readLine } from './read-line.ts';
import { tallyRow } from './tally.ts';
import type { Target } from './target.ts';

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

export interface Linter {
  /** Bytes in order, in pieces of any size. They are read before this returns; the caller may use them again. */
  push(bytes: Uint8Array): void;
  /** What was found in all of it. */
  finish(): LintPart;
}

/**
 * Checks request rows as their bytes come by. Never throws, whatever the bytes.
 * Memory: the longest line, hashes of keys, and one shape for each different member.
 */
export function createLinter(target: Target): Linter {
  const part = newPart();
  const checkRow = createRowChecker(target, part);
  const notes = createNotes();
  let held: Buffer[] = [];
  let heldBytes = 0;

  function say(...findings: Finding[]): void {
    tallyRow(part.tally, part.lines, findings);
  }

  function finding(rule: Finding['rule'], value?: string): Finding {
    notes.found = [];
    notes.say(rule, value);
    return notes.found[0] as Finding;
  }

  function checkText(text: string, valid: boolean): void {
    const marked = text.startsWith(BYTE_ORDER_MARK);
    const line = marked ? text.slice(1) : text;
    if (line.charCodeAt(0) !== 0x7b && line.trim() === '') {
      say(finding('blank-line'));
      return;
    }
    part.rows += 1;
    const read = readLine(line);
    const found = 'row' in read ? checkRow(read.row, part.lines) : [finding(read.rule, read.value)];
    if (valid && !marked) {
      if (found.length > 0) say(...found);
      return;
    }
    say(
      ...(valid ? [] : [finding('not-utf8', line)]),
      ...(marked ? [finding('byte-order-mark')] : []),
      ...found,
    );
  }

  function sayTooLong(): void {
    part.lines += 1;
    part.rows += 1;
    say(finding('line-too-long'));
  }

  /** `kind` is known for a whole chunk, because telling it line by line would cost more than reading them. */
  function checkLine(bytes: Buffer, start: number, end: number, kind: 'ascii' | 'utf8' | 'unsure'): void {
    if (end - start > target.longestLine) {
      sayTooLong();
      return;
    }
    part.lines += 1;
    const last = end > start && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
    const valid = kind !== 'unsure' || isUtf8(bytes.subarray(start, last));
    checkText(bytes.toString(kind === 'ascii' ? 'latin1' : 'utf8', start, last), valid);
  }

  function checkHeld(tail: Buffer): void {
    if (heldBytes + tail.length > target.longestLine) sayTooLong();
    else {
      const line = held.length > 0 ? Buffer.concat([...held, tail]) : tail;
      checkLine(line, 0, line.length, 'unsure');
    }
    held = [];
    heldBytes = 0;
  }

  /** Copied, since the chunk is the caller's. A line that is too long already is only measured. */
  function hold(bytes: Buffer): void {
    if (bytes.length === 0) return;
    heldBytes += bytes.length;
    if (heldBytes > target.longestLine) held = [];
    else held.push(Buffer.from(bytes));
  }

  return {
    push: (chunk) => {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      part.bytes += bytes.length;
      let end = bytes.indexOf(NEWLINE);
      if (end === -1) return hold(bytes);
      let start = 0;
      if (heldBytes > 0) {
        checkHeld(bytes.subarray(0, end));
        start = end + 1;
        end = bytes.indexOf(NEWLINE, start);
      }
      const whole = bytes.subarray(start, bytes.lastIndexOf(NEWLINE) + 1);
      const kind = isAscii(whole) ? 'ascii' : isUtf8(whole) ? 'utf8' : 'unsure';
      for (; end !== -1; end = bytes.indexOf(NEWLINE, start)) {
        checkLine(bytes, start, end, kind);
        start = end + 1;
      }
      hold(bytes.subarray(start));
    },
    finish: () => {
      if (heldBytes > 0) checkHeld(Buffer.alloc(0));
      return part;
    },
  };
}
