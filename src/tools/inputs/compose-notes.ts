import type { Composed } from '../../pipeline/compose.ts';
import type { InputLimits } from '../../pipeline/job-input.ts';
import type { Manifest } from '../../pipeline/manifest.ts';
import { bytes, count, list, quoteUntrusted } from '../../support/text.ts';

/** What a person should know about a composed input before paying for it; empty when there is nothing. */
export function composeNotes({ manifest, reused }: Composed, limits: InputLimits): string[] {
  const { keys, rows_without_values: without } = manifest;
  return [
    reused &&
      `Composed on ${manifest.created} from the same content with the same arguments; nothing was written.`,
    ...manifest.source.notes,
    manifest.skipped.count > 0 && skippedNote(manifest),
    without > 0 &&
      `${count(without, 'row')} ${without === 1 ? 'has' : 'have'} nothing in any column of the prompt and still ${without === 1 ? 'costs' : 'cost'} money.`,
    keys.prefixed > 0 &&
      `${count(keys.prefixed, 'key')} from ${quoteUntrusted(keys.column ?? '', 80)} read as numbers and got the prefix k-, so that they come back as text.`,
    ...Object.entries(manifest.rounded_numbers).map(
      ([column, n]) =>
        `${count(n, 'number')} in ${quoteUntrusted(column, 80)} ${n === 1 ? 'is' : 'are'} larger than 2^53 and lost digits; write them as strings in the source.`,
    ),
    isTooLarge(manifest, limits) &&
      `A Gemini job takes at most ${list(namedLimits(limits))}; this file has ${count(manifest.rows_out, 'row')} and ${bytes(manifest.bytes)}. Split the source, and submit one job for each part.`,
  ].filter((note) => note !== false);
}

export const isTooLarge = (
  { rows_out, bytes: size }: Pick<Manifest, 'rows_out' | 'bytes'>,
  { maxRows = Infinity, maxBytes = Infinity }: InputLimits,
): boolean => rows_out > maxRows || size > maxBytes;

const namedLimits = ({ maxRows, maxBytes }: InputLimits): string[] => [
  ...(maxRows ? [count(maxRows, 'row')] : []),
  ...(maxBytes ? [bytes(maxBytes)] : []),
];

function skippedNote({ skipped, source }: Manifest): string {
  const { by_reason, first, count: n } = skipped;
  const reasons = Object.entries(by_reason).map(
    ([reason, times]) => `${times.toLocaleString('en-US')} × ${reason}`,
  );
  const where = first[0] ? `, the first at ${source.unit} ${first[0].place}` : '';
  return `${count(n, 'row')} of the source made no request: ${list(reasons)}${where}.`;
}
