import { type Day, dayOf } from '../batch/day.ts';
import type { Observed } from '../batch/tokens-output.ts';
import type { Ledger } from './ledger.ts';

/** What requests of one shape really used, and where that is known from. */
export interface EarlierUsage {
  observed: Observed;
  from: {
    previews: number;
    jobs: number;
    /** Of the newest. */
    day: Day;
  };
}

/** Fewer rows are an anecdote. */
const LEAST_PREVIEW_ROWS = 3;
/** Data drifts: what is older than so many runs says nothing that they do not say better. */
const MOST_ENTRIES = 5;

/** The mean over the rows of the newest previews and jobs in the ledger, of a model (its resource name) and a shape. */
export async function observedUsage(
  { model, shape }: { model: string; shape: string },
  ledger: Pick<Ledger, 'entries'>,
): Promise<EarlierUsage | undefined> {
  const entries = await ledger.entries();
  const newest = entries
    .filter((entry) => entry.model === model && entry.shape === shape)
    .flatMap(({ kind, actual }) => (actual ? [{ kind, ...actual }] : []))
    .filter(({ kind, rows }) => rows >= (kind === 'preview' ? LEAST_PREVIEW_ROWS : 1))
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at))
    .slice(0, MOST_ENTRIES);
  const [last] = newest;
  if (!last) return undefined;
  const sum = (of: 'rows' | 'output_tokens' | 'thinking_tokens') =>
    newest.reduce((total, entry) => total + entry[of], 0);
  const rows = sum('rows');
  const previews = newest.filter(({ kind }) => kind === 'preview').length;
  return {
    observed: {
      rows,
      candidateTokens: sum('output_tokens') / rows,
      thoughtTokens: sum('thinking_tokens') / rows,
    },
    from: { previews, jobs: newest.length - previews, day: dayOf(Date.parse(last.at)) },
  };
}
