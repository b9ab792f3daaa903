import { usd, usdRange } from '../../batch/cost-words.ts';
import { emptyTally, OUTCOMES, type Outcome } from '../../batch/outcomes.ts';
import { member } from '../../batch/tokens-request.ts';
import type { Preview, PreviewRow } from '../../pipeline/preview.ts';
import type { PreviewPlan } from '../../pipeline/preview-plan.ts';
import { count } from '../../support/text.ts';
import { estimateNotes } from './estimate-words.ts';
import { isCut } from './preview-rows.ts';

/** `run 3 rows online on gemini-3.8-flash in global for about $0.0004 ($0.0002 to $0.0011) at the standard price`. */
export function previewDeed({ open, chosen, expected }: PreviewPlan): string {
  const price = expected
    ? `for about ${usdRange(expected)} at the standard price`
    : 'at a price that is not known to this server';
  return `run ${count(open.length, 'row')} online on ${shortModel(chosen)} in ${chosen.location}, ${price}`;
}

export const shortModel = ({ resource }: PreviewPlan['chosen']): string =>
  resource.replace(/^publishers\/google\/models\//, '');

/** The headline: what came back, what it cost, and what that means for the batch. */
export function previewSummary(plan: PreviewPlan, { rows, usd: paid, estimate }: Preview): string {
  const answered = rows.filter(({ answer }) => !answer.error);
  const tally = emptyTally();
  for (const { answer } of answered) tally[answer.outcome] += 1;
  const outcomes = OUTCOMES.filter((outcome) => tally[outcome] > 0).map(
    (outcome) => `${tally[outcome]} ${outcome}`,
  );
  const told = outcomes.length > 0 ? `: ${outcomes.join(', ')}` : '';
  return `${answered.length} of ${count(rows.length, 'row')} answered${told}${charge(plan, paid)}; ${batch(estimate)}.`;
}

function charge({ open, rows }: PreviewPlan, paid: number | undefined): string {
  if (open.length === 0) return ', shown again from an earlier preview for free';
  const kept = rows.length - open.length;
  const again = kept > 0 ? `, ${kept} of them from an earlier preview` : '';
  return `${again}, ${paid === undefined ? 'at a price that is not known here' : `for ${usd(paid)} (standard price)`}`;
}

function batch({ counted, cost, earlier }: Preview['estimate']): string {
  const rows = `the batch of ${counted.exact ? '' : 'about '}${count(counted.total, 'row')}`;
  if (!cost) return `no price is known for ${rows}`;
  return `${earlier ? 'at this length ' : ''}${rows} would cost about ${usdRange(cost.usd)}`;
}

/** What a person should know before the batch; empty where nothing speaks against it. */
export function previewNotes(plan: PreviewPlan, { rows, file, estimate }: Preview): string[] {
  const byOutcome = OUTCOMES.map((outcome) => rows.filter(({ answer }) => answer.outcome === outcome));
  return [
    ...(plan.whole
      ? []
      : ['The input is too large to be read in passing: the rows are from a sample of it.']),
    ...byOutcome.flatMap((those) => {
      const outcome = those[0]?.answer.outcome;
      const advice = outcome && ADVICE[outcome]?.(those);
      return advice ? [`${count(those.length, 'row')} ${outcome}: ${advice}`] : [];
    }),
    ...(rows.some((row) => isCut(row, rows.length))
      ? [`Answers are cut here; in full they are in ${file}.`]
      : []),
    ...estimateNotes(estimate),
  ];
}

const LOOSER =
  'name the fields and their values in the prompt, and loosen what an answer cannot always give: nullable, not required, a wider enum.';

const ADVICE: Partial<Record<Outcome, (rows: readonly PreviewRow[]) => string>> = {
  truncated: moreRoom,
  blocked: () => 'a filter stopped it, as it would in a batch. Look at the prompt, or set safetySettings.',
  empty: () => 'say in the prompt what to answer where there is nothing to say.',
  invalid_json: () => LOOSER,
  schema_mismatch: () => LOOSER,
  error_retriable: (rows) =>
    rows.some(({ answer }) => answer.error?.code === 429)
      ? 'online calls met a quota, or a location that is busy (429). A batch waits in a queue of its own instead. The same call asks only what is missing; leave it a minute, or take the location global.'
      : 'a passing failure. The same call asks only what is missing.',
  error_permanent: () =>
    'refused as it stands, as it would be in a batch. validate_batch_input looks for such mistakes in all rows.',
};

function moreRoom(rows: readonly PreviewRow[]): string {
  const limit = outputLimit(rows);
  const thoughts = Math.max(...rows.map(({ answer }) => answer.usage.thoughtTokens));
  if (limit === undefined)
    return 'the answer is longer than the model writes at once. Ask for less in one row.';
  const thinking =
    thoughts > 0
      ? `, or lower thinkingLevel: thinking counts against it, here up to ${count(thoughts, 'token')}`
      : '';
  return `raise maxOutputTokens from ${limit.toLocaleString('en-US')} to ${roomierLimit(rows)?.toLocaleString('en-US')} or so${thinking}.`;
}

/** The least `maxOutputTokens` among rows; undefined where none sets one. */
function outputLimit(rows: readonly PreviewRow[]): number | undefined {
  const limits = rows
    .map(({ request }) => Number(member(member(request, 'generationConfig'), 'maxOutputTokens')))
    .filter((limit) => limit > 0);
  return limits.length > 0 ? Math.min(...limits) : undefined;
}

/** What every current Gemini writes in one request at most. */
const MOST_OUTPUT = 65_536;

/** A limit of output that truncated rows may do with: how long their answers are is not known, only that they are longer. */
export function roomierLimit(rows: readonly PreviewRow[]): number | undefined {
  const limit = outputLimit(rows);
  const factor = rows.some(({ answer }) => answer.starved) ? 4 : 2;
  return limit && Math.min(MOST_OUTPUT, Math.ceil((limit * factor) / 100) * 100);
}
