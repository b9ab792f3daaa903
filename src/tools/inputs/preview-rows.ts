import type { AnswerRow } from '../../batch/answer-row.ts';
import { member, textOf } from '../../batch/tokens-request.ts';
import type { PreviewRow } from '../../pipeline/preview.ts';
import type { PickedRow } from '../../pipeline/preview-pick.ts';
import { list, quoteUntrusted } from '../../support/text.ts';

const MOST_KEY = 80;
const MOST_NOTE = 200;
/** Characters of all rows together: twenty rows are shown shorter than three. */
const ALL_PROMPTS = 1_200;
const ALL_ANSWERS = 3_000;

const mostPrompt = (rows: number): number => Math.min(200, Math.round(ALL_PROMPTS / rows));
const mostAnswer = (rows: number): number => Math.min(500, Math.round(ALL_ANSWERS / rows));

/** Whether more was answered than one of so many rows shows. */
export const isCut = ({ answer }: PreviewRow, rows: number): boolean =>
  (answer.text?.length ?? 0) > mostAnswer(rows);

/** One of so many rows before it is asked: its key and the end of its conversation, which is where rows differ. */
export function shownPrompt({ key, request }: PickedRow, rows: number) {
  return {
    ...(key !== undefined && { key: /^r-\d+$/.test(key) ? key : quoteUntrusted(key, MOST_KEY) }),
    prompt: request ? promptOf(request, mostPrompt(rows)) : 'none: the line is no request row',
  };
}

/** The same with what became of it. */
export function shownAnswer(row: PreviewRow, rows: number) {
  const { answer } = row;
  const { outcome, finishReason, usage, error } = answer;
  const note = noteOf(row);
  return {
    ...shownPrompt(row, rows),
    ...(!error && { answer: answerOf(answer, mostAnswer(rows)) }),
    outcome,
    ...(finishReason && { finish_reason: finishReason }),
    ...(!error && {
      tokens: { prompt: usage.promptTokens, answer: usage.candidateTokens, thoughts: usage.thoughtTokens },
    }),
    ...(note && { note }),
  };
}

function promptOf(request: Record<string, unknown>, most: number): string {
  const { contents } = request;
  const last = Array.isArray(contents) ? contents.at(-1) : contents;
  const parts = member(last, 'parts');
  const all = Array.isArray(parts) ? parts : [];
  const text = all.map((part) => textOf(member(part, 'text'))).join(' ');
  const media = all.flatMap((part) => {
    const blob = member(part, 'fileData') ?? member(part, 'inlineData');
    return blob ? [textOf(member(blob, 'mimeType')) || 'a file'] : [];
  });
  const said = quoteUntrusted(text, most);
  return media.length > 0 ? `${said} with ${quoteUntrusted(list(media), MOST_KEY)}` : said;
}

function answerOf({ text, calls = [], media = [] }: AnswerRow, most: number): string {
  const others = [
    ...calls.map(({ name, args }) => `call ${quoteUntrusted(`${name}(${JSON.stringify(args)})`, most)}`),
    ...media.map(({ mimeType }) => `a file ${quoteUntrusted(mimeType, MOST_KEY)}`),
  ];
  return [...(text ? [quoteUntrusted(text, most)] : []), ...others].join(', ') || 'nothing';
}

function noteOf({ answer, unsure, request }: PreviewRow): string | undefined {
  const { error, mismatch, blockReason, starved } = answer;
  if (!request) return 'It was not sent, and would fail in a batch.';
  if (error) {
    const said = quoteUntrusted(error.message, MOST_NOTE);
    if (unsure) return `No answer came; it may be charged, and counts at the most it can cost. ${said}`;
    return [error.code, said].filter(Boolean).join(' ');
  }
  if (mismatch)
    return `At ${quoteUntrusted(mismatch.path, MOST_KEY)} should be ${quoteUntrusted(mismatch.expected, MOST_KEY)}.`;
  if (blockReason) return `The prompt was blocked: ${quoteUntrusted(blockReason, MOST_KEY)}.`;
  return starved && 'Thinking used up the limit before the answer began.';
}
