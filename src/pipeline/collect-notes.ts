import { describeState } from '../batch/job-states.ts';
import { count, list, quoteUntrusted } from '../support/text.ts';
import type { FoundJob } from './find-results.ts';
import type { Part } from './part.ts';
import { runFacts } from './run-facts.ts';

/** What a person should know about results beside their tally, in sentences. */
export function collectNotes(
  found: readonly FoundJob[],
  parts: readonly Part[],
  { reused, priced }: { reused: number; priced: boolean },
): string[] {
  return [
    ...unfinished(found),
    ...found.flatMap(({ facts }) => (facts.error ? [`Job ${facts.id} ended with ${facts.error}.`] : [])),
    ...found.flatMap(({ facts }) => facts.partial_failures ?? []),
    ...found.flatMap(({ input }) => input.notes),
    ...outputs(found),
    ...findings(parts),
    reused > 0 &&
      reused < parts.length &&
      `${count(reused, 'job')} of ${parts.length} had been read before and ${reused === 1 ? 'has' : 'have'} not changed; only the others were read.`,
    !priced && 'There is no price for this model, so the rows have none.',
  ].filter((note) => note !== false);
}

function unfinished(found: readonly FoundJob[]): string[] {
  const jobs = found.map(({ facts }) => facts);
  const going = jobs.filter(({ ended }) => !ended);
  const { shards } = runFacts({ run: '', location: '' }, jobs);
  const notes: string[] = [];
  if (going.length > 0) {
    const states = [...new Set(going.map(({ state }) => describeState(state).state))];
    const which =
      jobs.length === 1
        ? 'The job is'
        : `${going.length} of ${count(jobs.length, 'job')} ${going.length === 1 ? 'is' : 'are'}`;
    notes.push(`${which} ${list(states)}: rows without an answer may still get one, and nothing is settled.`);
  }
  if (shards && shards.submitted < shards.planned)
    notes.push(
      `${shards.submitted} of ${count(shards.planned, 'job')} of this run were submitted; the rows of the others are not here.`,
    );
  return notes;
}

function outputs(found: readonly FoundJob[]): string[] {
  const ended = found.filter(({ facts }) => facts.ended);
  const without = ended.filter(({ output }) => output.files.length === 0);
  const chunks = ended.filter(({ output }) => output.files.length > 0 && !output.final);
  return [
    ...(without.length > 0 ? [`${jobs(without)} left no output.`] : []),
    ...(chunks.length > 0
      ? [`${jobs(chunks)} left no final file: the rows are those that were written on the way.`]
      : []),
  ];
}

const jobs = (found: readonly FoundJob[]): string =>
  `${found.length === 1 ? 'Job' : 'Jobs'} ${list(found.map(({ facts }) => facts.id))}`;

function findings(parts: readonly Part[]): string[] {
  const sum = (name: 'duplicate' | 'unmatched' | 'cut') =>
    parts.reduce((total, part) => total + part.findings[name], 0);
  const [duplicate, unmatched, cut] = [sum('duplicate'), sum('unmatched'), sum('cut')];
  const keys = parts.flatMap((part) => part.findings.unmatchedKeys).slice(0, 3);
  const named = keys.length > 0 ? `, for instance ${list(keys.map((key) => quoteUntrusted(key, 40)))}` : '';
  return [
    ...(duplicate > 0
      ? [
          `${count(duplicate, 'line')} of the output ${duplicate === 1 ? 'is' : 'are'} second ones of a row that has one; the later counts, unless it is worse.`,
        ]
      : []),
    ...(unmatched > 0
      ? [
          `${count(unmatched, 'line')} of the output ${unmatched === 1 ? 'fits' : 'fit'} no row of the input${named}, and ${unmatched === 1 ? 'is' : 'are'} left out.`,
        ]
      : []),
    ...(cut > 0
      ? [`${count(cut, 'line')} of the output ${cut === 1 ? 'is' : 'are'} cut off and cannot be read.`]
      : []),
  ];
}
