import { isRecord } from '../../support/records.ts';
import { camelCase } from '../lint/messages.ts';
import type { ResponseSchema } from '../response-schema.ts';

/**
 * What answers were asked to be: a `responseSchema` of Vertex AI or a JSON Schema. In an echoed request its names may
 * be in snake_case, and what it does not say is null or an empty list.
 */
export type AnswerSchema = ResponseSchema | Readonly<Record<string, unknown>>;

/** One node of either, without what says nothing. Schemas in it are as they were. */
export interface SchemaNode {
  ref?: string | undefined;
  allOf: readonly unknown[];
  /** Of `oneOf` too: that no second alternative fits is not held against an answer. */
  anyOf: readonly unknown[];
  /** In upper case; empty where any will do. */
  types: readonly string[];
  nullable: boolean;
  /** Of `const` too. */
  enum?: readonly unknown[] | undefined;
  pattern?: string | undefined;
  limits: Readonly<Partial<Record<Limit, number>>>;
  /** Of all items, or one by one. */
  items?: unknown;
  tuple: readonly unknown[];
  properties: Readonly<Record<string, unknown>>;
  required: readonly string[];
  ordering: readonly string[];
  /** False where there may be no others. */
  additional?: unknown;
}

const LIMITS = [
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
] as const;
type Limit = (typeof LIMITS)[number];

export function readSchemaNode(schema: AnswerSchema): SchemaNode {
  const said = saidIn(schema);
  const types = namesIn([said.type].flat()).map((type) => type.toUpperCase());
  const others = types.filter((type) => type !== 'NULL');
  const values = said.const === undefined ? said.enum : [said.const];
  return {
    ref: textIn(said.$ref) ?? textIn(said.ref),
    allOf: listIn(said.allOf),
    anyOf: [...listIn(said.anyOf), ...listIn(said.oneOf)],
    types: others.length > 0 ? others : types,
    nullable: said.nullable === true || (others.length > 0 && others.length < types.length),
    enum: Array.isArray(values) ? values : undefined,
    pattern: textIn(said.pattern),
    limits: Object.fromEntries(LIMITS.flatMap((name) => limitIn(name, said[name]))),
    items: Array.isArray(said.items) ? undefined : said.items,
    tuple: Array.isArray(said.items) ? said.items : listIn(said.prefixItems),
    properties: isRecord(said.properties) ? saidOf(said.properties) : {},
    required: namesIn(said.required),
    ordering: namesIn(said.propertyOrdering),
    additional: said.patternProperties === undefined ? said.additionalProperties : undefined,
  };
}

const saidIn = (schema: AnswerSchema): Record<string, unknown> =>
  Object.fromEntries(Object.entries(saidOf(schema)).map(([name, value]) => [camelCase(name), value]));

const saidOf = (value: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(value).filter(
      ([, member]) =>
        member !== null && member !== undefined && !(Array.isArray(member) && member.length === 0),
    ),
  );

const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const namesIn = (value: unknown): string[] => listIn(value).filter((name) => typeof name === 'string');
const textIn = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** Also `"10"`, as int64 is written in the JSON of protobuf. */
function limitIn(name: Limit, value: unknown): [Limit, number][] {
  const number = typeof value === 'string' ? Number.parseFloat(value) : value;
  return typeof number === 'number' && !Number.isNaN(number) ? [[name, number]] : [];
}
