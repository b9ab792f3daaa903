import type { Composed } from '../../pipeline/compose.ts';
import type { Manifest } from '../../pipeline/manifest.ts';
import { bytes, count, list, quoteUntrusted } from '../../support/text.ts';

const MOST_DROPPED_NAMED = 8;

/** What a person should know about a composed input before paying for it; empty when there is nothing. */
export function composeNotes({ manifest, reused, files }: Composed): string[] {
  const { keys, rows_without_values: without, duplicates } = manifest;
  return [
    reused &&
      `Composed on ${manifest.created} from the same content with the same arguments; nothing was written.`,
    ...manifest.source.notes,
    manifest.skipped.count > 0 && skippedNote(manifest),
    duplicates > 0 &&
      `${count(duplicates, 'row')} ${duplicates === 1 ? 'asks' : 'ask'} what an earlier row asks and ${duplicates === 1 ? 'was' : 'were'} left out; duplicates.jsonl beside the file says whose answer is theirs.`,
    without > 0 &&
      `${count(without, 'row')} ${without === 1 ? 'has' : 'have'} nothing in any column of the prompt and still ${without === 1 ? 'costs' : 'cost'} money.`,
    keys.prefixed > 0 &&
      `${count(keys.prefixed, 'key')} from ${quoteUntrusted(keys.column ?? '', 80)} read as numbers and got the prefix k-, so that they come back as text.`,
    ...Object.entries(manifest.rounded_numbers).map(
      ([column, n]) =>
        `${count(n, 'number')} in ${quoteUntrusted(column, 80)} ${n === 1 ? 'is' : 'are'} larger than 2^53 and lost digits; write them as strings in the source.`,
    ),
    ...manifest.notes,
    ...mediaNotes(manifest),
    ...conversionNotes(manifest),
    files.length > 1 && filesNote(manifest),
  ].filter((note) => note !== false);
}

function filesNote({ id, files, rows_out, bytes: size }: Manifest): string {
  const names = `${files[0]?.name} to ${files.at(-1)?.name}`;
  return `${count(rows_out, 'row')} and ${bytes(size)} are more than one job takes: there are ${files.length} files, ${names}. One create_batch_job with the input ${id} submits them all, as one run.`;
}

function mediaNotes({ media }: Manifest): string[] {
  if (!media) return [];
  const [first] = media.misnamed.first;
  return [
    ...(media.files > 0
      ? [
          `${count(media.files, 'local file')} ${media.files === 1 ? 'is' : 'are'} in the bucket under media/, by content.`,
        ]
      : []),
    ...(first
      ? [
          `${count(media.misnamed.count, 'file')} ${media.misnamed.count === 1 ? 'is' : 'are'} not what the name says, the first ${quoteUntrusted(first.name, 80)}, which is ${first.is}; the content decided.`,
        ]
      : []),
  ];
}

function conversionNotes({ conversion }: Manifest): string[] {
  if (!conversion) return [];
  const { lines, dropped, schemas } = conversion;
  const kinds = Object.entries(lines).map(
    ([format, n]) => `${count(n ?? 0, 'line')} of ${SERVICES[format] ?? format}`,
  );
  const shown = dropped.slice(0, MOST_DROPPED_NAMED);
  const rest = dropped.length - shown.length;
  return [
    `Converted ${list(kinds)}; the job names the model, not the lines.`,
    ...shown.map(({ path, why, count: n }) => `${quoteUntrusted(path, 80)} ${why} (${count(n, 'line')}).`),
    ...(rest > 0 ? [`${count(rest, 'other setting')} changed or got lost; manifest.json has them all.`] : []),
    ...(schemas > 1
      ? [
          `The lines have ${count(schemas, 'response schema')}, and Vertex AI merges those of one job into one that fits none: make a job for each.`,
        ]
      : []),
  ];
}

const SERVICES: Readonly<Record<string, string>> = {
  openai: 'OpenAI',
  anthropic: 'Anthropic',
  gemini: 'Gemini',
};

function skippedNote({ skipped, source }: Manifest): string {
  const { by_reason, first, count: n } = skipped;
  const reasons = Object.entries(by_reason).map(
    ([reason, times]) => `${times.toLocaleString('en-US')} × ${reason}`,
  );
  const where = first[0] ? `, the first at ${source.unit} ${first[0].place}` : '';
  return `${count(n, 'row')} of the source made no request: ${list(reasons)}${where}.`;
}
