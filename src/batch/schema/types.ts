import { quoteUntrusted } from '../../support/text.ts';
import { memberPath, notSupported } from './conversion.ts';

const NAMES = ['string', 'number', 'integer', 'boolean', 'array', 'object', 'null'];

/** Numbers of google.cloud.aiplatform.v1.Type, which dumps of protobuf messages hold instead of names. */
const BY_NUMBER: Readonly<Record<string, string>> = {
  1: 'string',
  2: 'number',
  3: 'integer',
  4: 'boolean',
  5: 'array',
  6: 'object',
};

/** The types that a `type` keyword names, in lower case; undefined where there is none. */
export function typeNames(type: unknown, path: string): string[] | undefined {
  if (type === undefined) return undefined;
  const names = (Array.isArray(type) ? type : [type]).map((one) => {
    const text = String(one);
    const name = BY_NUMBER[text] ?? text.toLowerCase();
    if (NAMES.includes(name)) return name;
    throw notSupported(
      memberPath(path, 'type'),
      `There is no type ${quoteUntrusted(text, 40)}.`,
      `Use one of ${NAMES.slice(0, -1).join(', ')}.`,
    );
  });
  // Every integer is a number: a union of both says no more than the larger.
  return names.includes('number') ? names.filter((name) => name !== 'integer') : names;
}
