import { UserError } from '../../support/errors.ts';
import { count, quoteUntrusted } from '../../support/text.ts';

/** Something that a converted schema no longer says, or says in other words. */
export interface SchemaNote {
  /** `$` is the schema itself: `$.properties.score`. */
  path: string;
  /** What became of it, without a full stop. */
  what: string;
}

/** What all parts of one conversion share. */
export interface SchemaConversion {
  /** What a `$ref` means. Throws `schema_not_supported` where it leads outside, nowhere, or back to itself. */
  target(ref: string, path: string): unknown;
  note(path: string, what: string): void;
}

const PLAIN_NAME = /^[A-Za-z_$][\w$-]*$/;

/** The path of a member: `$.properties.score`, `$.properties["a b"]`. */
export const memberPath = (path: string, name: string): string =>
  PLAIN_NAME.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`;

/** `schema_not_supported`, with the place and the reason. */
export const notSupported = (path: string, why: string, fix: string): UserError =>
  new UserError('schema_not_supported', {
    what: `The schema cannot be used as it is, because of ${quoteUntrusted(path, 200)}.`,
    why,
    fix,
  });

/** Notes as sentences: the same remark about many places is made once. */
export function noteTexts(notes: readonly SchemaNote[]): string[] {
  const places = new Map<string, string[]>();
  for (const { path, what } of notes) places.set(what, [...(places.get(what) ?? []), path]);
  return [...places].map(([what, paths]) => {
    const first = quoteUntrusted(paths[0] ?? '$', 120);
    const where = paths.length === 1 ? first : `${count(paths.length, 'place')}, first ${first}`;
    return `${what} (${where}).`;
  });
}
