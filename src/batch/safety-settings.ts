import { UserError } from '../support/errors.ts';
import { list, quoteUntrusted } from '../support/text.ts';

export interface SafetySetting {
  category: string;
  threshold: string;
}

/** Source: content.proto of google.cloud.aiplatform.v1. */
const CATEGORIES = [
  'HATE_SPEECH',
  'DANGEROUS_CONTENT',
  'HARASSMENT',
  'SEXUALLY_EXPLICIT',
  'CIVIC_INTEGRITY',
  'JAILBREAK',
]
  .concat('IMAGE_HATE', 'IMAGE_DANGEROUS_CONTENT', 'IMAGE_HARASSMENT', 'IMAGE_SEXUALLY_EXPLICIT')
  .map((name) => `HARM_CATEGORY_${name}`);
const THRESHOLDS = ['BLOCK_LOW_AND_ABOVE', 'BLOCK_MEDIUM_AND_ABOVE', 'BLOCK_ONLY_HIGH', 'BLOCK_NONE', 'OFF'];

/** Throws `unknown_safety_setting` with those that exist. */
export function checkSafetySetting({ category, threshold }: SafetySetting): void {
  for (const [given, known] of [
    [category, CATEGORIES],
    [threshold, THRESHOLDS],
  ] as const)
    if (!known.includes(given))
      throw new UserError('unknown_safety_setting', {
        what: `Gemini has no safety setting ${quoteUntrusted(given, 60)}.`,
        why: `There are ${list(known)}.`,
        fix: 'Use one of these.',
      });
}
