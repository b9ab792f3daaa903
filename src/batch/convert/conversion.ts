import { UserError } from '../../support/errors.ts';
import { isRecord } from '../../support/records.ts';
import { quoteUntrusted } from '../../support/text.ts';
import type { GenerateContentRequest, Part } from '../request-row.ts';
import type { ResponseSchema } from '../response-schema.ts';
import { toResponseSchema } from '../schema-subset.ts';

/** A setting of another service that Gemini has no counterpart for, or that means something else there. */
export interface Dropped {
  /** Within the line: `body.logit_bias`. */
  path: string;
  /** What became of it, without a full stop. */
  why: string;
}

export interface Converted {
  /** The line's own id; left out where it has none. */
  key?: string | undefined;
  request: GenerateContentRequest;
  dropped: Dropped[];
}

/** What the parts of one line's conversion share. */
export interface LineConversion {
  drop(path: string, why: string): void;
  /** Throws `line_not_converted`, also for a schema that cannot be said. */
  schema(schema: unknown, path: string): ResponseSchema;
}

export interface SchemaCache {
  convert(schema: unknown): ReturnType<typeof toResponseSchema>;
}

/** Lines of one file mostly repeat one schema; a file where each line has its own is not held whole. */
const MOST_REMEMBERED = 64;

/** Converts each schema once. */
export function schemaCache(): SchemaCache {
  const known = new Map<string, ReturnType<typeof toResponseSchema>>();
  return {
    convert(schema) {
      const text = JSON.stringify(schema);
      const before = known.get(text);
      if (before) return before;
      const converted = toResponseSchema(schema);
      if (known.size < MOST_REMEMBERED) known.set(text, converted);
      return converted;
    },
  };
}

export function lineConversion(schemas: SchemaCache): LineConversion & { dropped: Dropped[] } {
  const dropped: Dropped[] = [];
  const drop = (path: string, why: string) => void dropped.push({ path, why });
  return {
    dropped,
    drop,
    schema(schema, path) {
      const { schema: converted, notes } = schemas.convert(schema);
      for (const note of notes) drop(path + note.path.slice(1), note.what);
      return converted;
    },
  };
}

/** `line_not_converted`: something without which the request would ask for something else. */
export const notConverted = (path: string, why: string, fix: string): UserError =>
  new UserError('line_not_converted', {
    what: `The line cannot become a Gemini request, because of ${quoteUntrusted(path, 120)}.`,
    why,
    fix,
  });

/** Members that a converter has read, so that the rest can be told. */
export function dropOthers(
  object: Record<string, unknown>,
  path: string,
  known: ReadonlySet<string>,
  reasons: Readonly<Record<string, string>>,
  { drop }: LineConversion,
): void {
  for (const [name, value] of Object.entries(object)) {
    const reason = Object.hasOwn(reasons, name) ? reasons[name] : undefined;
    // `stream: false` says nothing; what has a reason of its own may say something by being false.
    if (known.has(name) || isEmpty(value) || (value === false && !reason)) continue;
    drop(`${path}.${name}`, reason ?? 'has no counterpart');
  }
}

/** What clients write for settings that are not used. */
export const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (Array.isArray(value) && value.length === 0) ||
  (isRecord(value) && Object.keys(value).length === 0);

export const textPart = (text: unknown): Part[] =>
  typeof text === 'string' && text !== '' ? [{ text }] : [];
