import { isRecord } from '../../support/records.ts';
import { memberPath, notSupported, type SchemaConversion } from './conversion.ts';
import { readKeywords } from './keywords.ts';
import { mergeMembers } from './merge.ts';
import { typeNames } from './types.ts';

/** One node without `$ref`, `allOf`, `oneOf` and unions with null; what lies under it is as it was. */
export interface FlatSchema {
  /** Keywords by name; `type` holds lower-case names, `const` has become `enum`. */
  members: Record<string, unknown>;
  nullable: boolean;
  /** Two or more where the value may be one of several things; `members` is empty then. */
  branches?: { schema: unknown; path: string }[] | undefined;
}

/** Throws `schema_not_supported`. */
export function flatten(schema: unknown, path: string, conversion: SchemaConversion): FlatSchema {
  if (!isRecord(schema)) throw noSchema(schema, path);
  const read = readKeywords(schema, path, conversion);
  const { $ref, allOf, anyOf, oneOf, $defs, definitions, defs, ...own } = read;
  const parts = [ownPart(own, path)];
  if (typeof $ref === 'string') parts.push(flatten(conversion.target($ref, path), path, conversion));
  for (const [index, part] of listOf(allOf, 'allOf', path).entries())
    parts.push(flatten(part, `${path}.allOf[${index}]`, conversion));
  if (anyOf !== undefined) parts.push(union(listOf(anyOf, 'anyOf', path), `${path}.anyOf`, conversion));
  if (oneOf !== undefined) {
    conversion.note(path, 'oneOf was written as anyOf');
    parts.push(union(listOf(oneOf, 'oneOf', path), `${path}.oneOf`, conversion));
  }
  return joinParts(parts, path);
}

function ownPart(own: Record<string, unknown>, path: string): FlatSchema {
  const { nullable, type, ...members } = own;
  const types = typeNames(type, path);
  const isNull = types?.length === 1 && types[0] === 'null';
  const named = isNull ? types : types?.filter((name) => name !== 'null');
  if (named && named.length > 0) members.type = named;
  if ('const' in members) {
    members.enum ??= [members.const];
    delete members.const;
  }
  return { members, nullable: nullable === true || (types?.includes('null') === true && !isNull) };
}

/** Alternatives without null; a single one that is left is no union any more. */
function union(alternatives: readonly unknown[], path: string, conversion: SchemaConversion): FlatSchema {
  const placed = alternatives.map((schema, index) => ({ schema, path: `${path}[${index}]` }));
  const branches = placed.filter(({ schema }) => !isNullSchema(schema));
  const nullable = branches.length < placed.length;
  const [only] = branches;
  if (!only) throw notSupported(path, 'It has no alternative but null.', 'Leave the property out.');
  if (branches.length > 1) return { members: {}, nullable, branches };
  const flat = flatten(only.schema, only.path, conversion);
  return { ...flat, nullable: nullable || flat.nullable };
}

function isNullSchema(schema: unknown): boolean {
  if (!isRecord(schema)) return false;
  const { type, enum: values } = schema;
  if (typeof type === 'string' && type.toLowerCase() === 'null') return true;
  return schema.const === null || (Array.isArray(values) && values.length === 1 && values[0] === null);
}

/** All that holds at once. What stands beside a union goes into each of its branches. */
function joinParts(parts: readonly FlatSchema[], path: string): FlatSchema {
  const unions = parts.filter(({ branches }) => branches);
  if (unions.length > 1)
    throw notSupported(
      path,
      'It has two unions that hold at once, which a response schema cannot say.',
      'Write one anyOf with the combinations that are meant.',
    );
  const members = parts.reduce<Record<string, unknown>>(
    (merged, part) => mergeMembers(merged, part.members, path),
    {},
  );
  const nullable = parts.some((part) => part.nullable);
  const branches = unions[0]?.branches ?? branchesOfTypes(members, path);
  if (!branches) return { members, nullable };
  if (!unions[0] || Object.keys(members).length === 0) return { members: {}, nullable, branches };
  const shared = branches.map((branch) => ({ ...branch, schema: { allOf: [branch.schema, members] } }));
  return { members: {}, nullable, branches: shared };
}

/** `{"type": ["string", "integer"]}` is a union too, unless an enum says the types. */
function branchesOfTypes(
  { type, ...rest }: Record<string, unknown>,
  path: string,
): FlatSchema['branches'] | undefined {
  const types = Array.isArray(type) ? type : [];
  if (types.length < 2 || rest.enum !== undefined) return undefined;
  return types.map((name) => ({
    path: memberPath(path, 'type'),
    schema: { type: name, ...saidOf(name, rest) },
  }));
}

const SAID_OF: Readonly<Record<string, readonly string[]>> = {
  string: ['format', 'pattern', 'minLength', 'maxLength'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
  integer: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
  array: ['items', 'prefixItems', 'minItems', 'maxItems'],
  object: ['properties', 'required', 'propertyOrdering', 'additionalProperties'],
};

const saidOf = (type: string, members: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    ['title', 'description', ...(SAID_OF[type] ?? [])]
      .filter((name) => name in members)
      .map((name) => [name, members[name]]),
  );

function listOf(value: unknown, name: string, path: string): readonly unknown[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  throw notSupported(memberPath(path, name), `${name} must be a list of schemas.`, 'Put it into brackets.');
}

function noSchema(schema: unknown, path: string) {
  return schema === true || schema === false
    ? notSupported(
        path,
        `It is ${schema}, which ${schema ? 'allows every value' : 'allows none'}.`,
        'Say which type is meant.',
      )
    : notSupported(path, 'It is no JSON Schema object.', 'Write a schema such as {"type": "string"}.');
}
