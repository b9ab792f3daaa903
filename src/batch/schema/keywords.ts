import { quoteUntrusted } from '../../support/text.ts';
import { notSupported, type SchemaConversion } from './conversion.ts';

/** Keywords that decide the converted schema. */
const READ = new Set([
  ...['$ref', '$defs', 'definitions', 'defs', 'allOf', 'anyOf', 'oneOf', 'type', 'nullable', 'enum', 'const'],
  ...['title', 'description', 'format', 'pattern', 'minLength', 'maxLength'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
  ...['items', 'prefixItems', 'minItems', 'maxItems'],
  ...['properties', 'required', 'propertyOrdering', 'additionalProperties'],
]);

/** Remarks that constrain nothing. */
const REMARKS = new Set([
  ...['$schema', '$id', '$anchor', '$comment', '$vocabulary', 'default', 'example', 'examples', 'deprecated'],
  ...[
    'readOnly',
    'writeOnly',
    'contentEncoding',
    'contentMediaType',
    'contentSchema',
    'discriminator',
    'xml',
  ],
  ...['externalDocs', 'strict', 'id'],
]);

/** Constraints on single values or on what is not named: without them an answer of the same shape may say more. */
const LOOSENED = new Set([
  ...['multipleOf', 'uniqueItems', 'minProperties', 'maxProperties', 'dependentRequired', 'propertyNames'],
  ...['unevaluatedProperties', 'unevaluatedItems', 'additionalItems', 'minContains', 'maxContains'],
]);

/** Constraints that change what an answer looks like. */
const REFUSED = new Set([
  ...['not', 'if', 'then', 'else', 'dependentSchemas', 'dependencies', 'patternProperties', 'contains'],
  ...['$dynamicRef', '$recursiveRef'],
]);

/**
 * A schema node with the keywords that are read, each under its JSON Schema name: `type_` and `any_of`, as dumps of
 * protobuf messages have them, are folded. The others are told as notes, or throw `schema_not_supported`.
 */
export function readKeywords(
  schema: Readonly<Record<string, unknown>>,
  path: string,
  { note }: SchemaConversion,
): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  for (const [given, value] of Object.entries(schema)) {
    if (value === undefined || (value === null && given !== 'const')) continue;
    const name = READ.has(given) ? given : fold(given);
    if (name !== given && READ.has(name)) note(path, `${quoteUntrusted(given, 60)} was written as ${name}`);
    if (READ.has(name)) read[name] = value;
    else if (REFUSED.has(name))
      throw notSupported(
        path,
        `Vertex AI has nothing like the keyword ${name}.`,
        'Take it out, and say in the description what it means.',
      );
    else if (REMARKS.has(name)) note(path, `${name} was left out`);
    else if (LOOSENED.has(name)) note(path, `${name} was left out, so answers are not held to it`);
    else note(path, `${quoteUntrusted(name, 60)} was left out: it is no keyword of a schema`);
  }
  return read;
}

/** `type_` → `type`, `any_of` → `anyOf`, `ref` → `$ref`. */
function fold(name: string): string {
  const folded = name.replace(/_+$/, '').replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return folded === 'ref' ? '$ref' : folded;
}
