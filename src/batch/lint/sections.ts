import { checkField, isTwice } from './checks/fields.ts';
import { checkSection, functionsOf, responseSchemaOf } from './checks/request.ts';
import type { Finding, Notes } from './notes.ts';
import type { LintPart } from './part.ts';
import { REQUEST } from './request-messages.ts';
import type { JsonObject } from './rule.ts';
import { sameJson } from './same-json.ts';
import type { Shape } from './structure.ts';
import type { Target } from './target.ts';
import { countVariant, type Variant } from './variants.ts';

/** What was said of a section the last time. */
interface Seen {
  value: unknown;
  found: readonly Finding[];
  characters: number;
  variants: readonly Variant[];
}

/**
 * The members of a request beside contents. On most files they are the same on every row: then they are compared
 * with the last row's, and what was said of those is said again.
 */
export function createSections(
  target: Target,
  part: Pick<LintPart, 'schemas' | 'functions'>,
  notes: Notes,
  /** False where the value is too deep to be looked at. */
  widen: (shape: Shape | undefined, value: unknown) => boolean,
) {
  const last = new Map<string, Seen>();

  function look(name: string, value: unknown, shape: Shape | undefined, line: number): Seen | undefined {
    if (!widen(shape, value)) return undefined;
    checkField(name, value, REQUEST, notes);
    const field = REQUEST.fields.get(name)?.name;
    if (field === undefined || value === null) return { value, found: [], characters: 0, variants: [] };
    const characters = checkSection(field, value, target, notes);
    return { value, found: [], characters, variants: variantsOf(field, value, line) };
  }

  function variantsOf(field: string, value: unknown, line: number): Variant[] {
    if (field === 'generationConfig') {
      const schema = responseSchemaOf(value);
      return schema === undefined ? [] : [countVariant(part.schemas, schema, line)];
    }
    if (field !== 'tools') return [];
    const functions = functionsOf(value);
    return functions.length === 0 ? [] : [countVariant(part.functions, functions, line)];
  }

  /** One member; its name is on the path already. Returns the characters of its texts. */
  return (name: string, request: JsonObject, shape: Shape | undefined, line: number): number => {
    const value = request[name];
    if (isTwice(name, request, REQUEST)) notes.say('both-spellings');
    const before = last.get(name);
    if (before && sameJson(before.value, value)) {
      for (const finding of before.found) notes.found.push(finding);
      for (const variant of before.variants) variant.rows += 1;
      return before.characters;
    }
    const rest = notes.found;
    notes.found = [];
    const seen = look(name, value, shape, line);
    if (seen && REQUEST.fields.has(name)) last.set(name, { ...seen, found: notes.found });
    for (const finding of notes.found) rest.push(finding);
    notes.found = rest;
    return seen?.characters ?? 0;
  };
}
