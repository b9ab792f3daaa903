import { UserError } from '../support/errors.ts';
import { count, quoteUntrusted } from '../support/text.ts';

/**
 * Labels of a job, as Google Cloud takes them: keys of 1 to 63 characters that start with a lower-case
 * letter, values of up to 63, both of lower-case letters (also international ones), digits, `_` and `-`.
 * Source: batch_prediction_job.proto says 64 characters, the resource label rules say 63: the smaller holds.
 */
const KEY = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u;
const VALUE = /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u;
export const MOST_LABELS = 64;

/** Throws a UserError `bad_label` that names the label and the rule it breaks. */
export function checkLabels(labels: Readonly<Record<string, string>>): void {
  const entries = Object.entries(labels);
  if (entries.length > MOST_LABELS)
    throw new UserError('bad_label', {
      what: `The job has ${count(entries.length, 'label')}.`,
      why: `Google Cloud takes at most ${MOST_LABELS}.`,
      fix: 'Leave some out.',
    });
  for (const [key, value] of entries) {
    if (!KEY.test(key))
      throw new UserError('bad_label', {
        what: `The label key ${quoteUntrusted(key, 80)} is not allowed.`,
        why: 'A key starts with a lower-case letter and has at most 63 lower-case letters, digits, _ and -.',
        fix: 'Rename it.',
      });
    if (!VALUE.test(value))
      throw new UserError('bad_label', {
        what: `The value ${quoteUntrusted(value, 80)} of the label ${key} is not allowed.`,
        why: 'A value has at most 63 lower-case letters, digits, _ and -.',
        fix: 'Shorten it, or write it in lower case without other characters.',
      });
  }
}
