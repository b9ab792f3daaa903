import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { createLinter } from '../batch/lint/linter.ts';
import type { LintPart } from '../batch/lint/part.ts';
import type { Target } from '../batch/lint/target.ts';

const CHUNK_BYTES = 4 << 20;
const LOOK_BYTES = 64 << 10;
const NEWLINE = 0x0a;

/**
 * Lints the lines of a file that start in [`from`, `to`). Ranges that meet cover every line once, wherever they are
 * cut. Reads synchronously: it is made for threads of its own. `onBytes` hears of each piece that was read.
 */
export function lintRange(
  path: string,
  { from, to }: { from: number; to: number },
  target: Target,
  onBytes: (bytes: number) => void = () => {},
): LintPart {
  const linter = createLinter(target);
  const file = openSync(path, 'r');
  try {
    const end = lineStart(file, to);
    const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    for (let at = lineStart(file, from); at < end; ) {
      const read = readSync(file, buffer, 0, Math.min(buffer.length, end - at), at);
      if (read === 0) break;
      linter.push(buffer.subarray(0, read));
      at += read;
      onBytes(read);
    }
  } finally {
    closeSync(file);
  }
  return linter.finish();
}

/** Where the first line starts that does not start before `position`. */
function lineStart(file: number, position: number): number {
  if (position === 0) return 0;
  const { size } = fstatSync(file);
  const buffer = Buffer.allocUnsafe(LOOK_BYTES);
  for (let at = position - 1; at < size; ) {
    const read = readSync(file, buffer, 0, buffer.length, at);
    const newline = buffer.subarray(0, read).indexOf(NEWLINE);
    if (newline !== -1) return at + newline + 1;
    if (read === 0) break;
    at += read;
  }
  return size;
}
