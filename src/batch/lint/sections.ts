import { checkField, isTwice } from './checks/fields.ts';
import { checkSection, functionsOf, responseSchemaOf } from './checks/request.ts';
import type { Notes } from './notes.ts';
import type { LintPart } from './part.ts';
import { REQUEST } from './request-messages.ts';
import type { JsonObject } from './rule.ts';
import { sameJson } from './same-json.ts';
import type { Shape } from './structure.ts';
import type { Target } from './target.ts';
import { type Variant, type Variants, variantOf } from './variants.ts';

/** What a section adds beside findings. */
interface Looked {
  /** Of its texts. */
  characters: number;
  variants: readonly Variant[];
}

/**
 * The members of a request beside contents. On most files they are the same on every row: then they are only
 * compared with the last row's.
 */
export function createSections(
  target: Target,
  part: Pick<LintPart, 'schemas' | 'functions'>,
  notes: Notes,
  /** False where the value is too deep to be looked at. */
  widen: (shape: Shape, value: unknown) => boolean,
) {
  const schemaOf = lastVariant(part.schemas);
  const declaredIn = lastVariant(part.functions);

  function variantsIn(field: string, value: unknown, line: number): Variant[] {
    if (field === 'generationConfig') {
      const schema = responseSchemaOf(value);
      return schema === undefined ? [] : [schemaOf(schema, line)];
    }
    const functions = field === 'tools' ? functionsOf(value) : [];
    return functions.length === 0 ? [] : [declaredIn(functions, line)];
  }

  function look(name: string, value: unknown, shape: Shape, line: number): Looked | undefined {
    if (!widen(shape, value)) return undefined;
    checkField(name, value, REQUEST, notes);
    const field = REQUEST.fields.get(name)?.name;
    if (field === undefined || value === null) return { characters: 0, variants: [] };
    return {
      characters: checkSection(field, value, target, notes),
      variants: variantsIn(field, value, line),
    };
  }

  /** One member; its name is on the path already. Returns the characters of its texts. */
  return (name: string, request: JsonObject, shape: Shape, line: number): number => {
    const value = request[name];
    if (isTwice(name, request, REQUEST)) notes.say('both-spellings');
    const check = () => look(name, value, shape, line);
    // Names that are not known are without number, and not worth remembering.
    const looked = REQUEST.fields.has(name) ? notes.once(name, value, check) : check();
    for (const variant of looked?.variants ?? []) variant.rows += 1;
    return looked?.characters ?? 0;
  };
}

/** The variant of a value, at the cost of a comparison where it is the same as before. */
function lastVariant(variants: Variants): (value: unknown, line: number) => Variant {
  let last: { value: unknown; variant: Variant } | undefined;
  return (value, line) => {
    if (!last || !sameJson(last.value, value)) last = { value, variant: variantOf(variants, value, line) };
    return last.variant;
  };
}
