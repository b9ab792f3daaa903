import { isRecord } from '../support/records.ts';
import { type AnswerSchema, readSchemaNode, type SchemaNode } from './answers/schema-node.ts';
import { lookUp } from './schema/refs.ts';

/** `json` is JSON text: of objects, lists, and whatever may be of several kinds. */
export type AnswerColumnType = 'text' | 'integer' | 'number' | 'boolean' | 'json';

export interface AnswerColumn {
  /** Unlike every other column's, also where case is not looked at, as in SQL. */
  name: string;
  type: AnswerColumnType;
  /** The property that it holds; left out where it holds the whole answer. */
  property?: string | undefined;
}

export type AnswerValue = string | number | boolean | null;

export interface AnswerColumns {
  columns: readonly AnswerColumn[];
  /** The values of a parsed answer, one a column; null for what is absent or not of the column's type. */
  valuesOf(answer: unknown): AnswerValue[];
}

/** An answer that is no object. */
const WHOLE = 'answer_json';

/**
 * Columns for the answers to a schema: its properties, in the order in which the model writes them. An answer that
 * is no object has one column, `answer_json`.
 * @param taken names of the table's other columns: a property of such a name gets a suffix.
 */
export function answerColumns(schema: AnswerSchema, taken: Iterable<string> = []): AnswerColumns {
  const known = new Set([...taken].map((name) => name.toLowerCase()));
  const { properties, ordering } = nodeOf(schema, schema);
  const order = [...ordering.filter((name) => Object.hasOwn(properties, name)), ...Object.keys(properties)];
  const columns: AnswerColumn[] = [...new Set(order)].map((property) => ({
    name: freeName(property, known),
    type: typeOf(nodeOf(properties[property], schema)),
    property,
  }));
  if (columns.length === 0) columns.push({ name: freeName(WHOLE, known), type: 'json' });
  return {
    columns,
    valuesOf: (answer) => columns.map((column) => cellOf(answer, column)),
  };
}

/** `score`, `score_answer`, `score_answer_2`, … */
function freeName(wanted: string, known: Set<string>): string {
  const base = wanted.trim() || 'answer';
  let name = base;
  for (let n = 1; known.has(name.toLowerCase()); n++)
    name = n === 1 ? `${base}_answer` : `${base}_answer_${n}`;
  known.add(name.toLowerCase());
  return name;
}

/**
 * What a schema comes to: through references, the parts of `allOf`, and alternatives, of which one that is not null
 * is the schema itself. A reference that leads back to itself is not followed twice.
 */
function nodeOf(schema: unknown, root: AnswerSchema, seen: readonly string[] = []): SchemaNode {
  const node = readSchemaNode(isRecord(schema) ? schema : {});
  const { ref = '' } = node;
  const inner = (part: unknown) => nodeOf(part, root, ref ? [...seen, ref] : seen);
  const parts = [...(ref && !seen.includes(ref) ? [lookUp(root, ref)] : []), ...node.allOf].map(inner);
  const alternatives = node.anyOf.map(inner).filter(({ types }) => types.join() !== 'NULL');
  const [only] = alternatives;
  if (only && alternatives.length === 1) parts.push(only);
  const types = new Set([...node.types, ...alternatives.flatMap((one) => one.types)]);
  return parts.reduce(joined, { ...node, types: [...types] });
}

const joined = (node: SchemaNode, part: SchemaNode): SchemaNode => ({
  ...node,
  types: node.types.length > 0 ? node.types : part.types,
  enum: node.enum ?? part.enum,
  properties: { ...node.properties, ...part.properties },
  ordering: [...node.ordering, ...part.ordering],
});

function typeOf({ types, enum: values }: SchemaNode): AnswerColumnType {
  switch (types.length > 0 ? types.join() : kindsOf(values).join()) {
    case 'STRING':
      return 'text';
    case 'INTEGER':
      return 'integer';
    case 'NUMBER':
    case 'INTEGER,NUMBER':
    case 'NUMBER,INTEGER':
      return 'number';
    case 'BOOLEAN':
      return 'boolean';
    default:
      return 'json';
  }
}

/** The types of an enum's values, for a schema that has no other. */
function kindsOf(values: readonly unknown[] = []): string[] {
  const kinds = values.filter((value) => value !== null).map((value) => (typeof value).toUpperCase());
  return [...new Set(kinds)];
}

function cellOf(answer: unknown, { property, type }: AnswerColumn): AnswerValue {
  const value = property === undefined ? answer : memberOf(answer, property);
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'json':
      return jsonText(value);
    case 'text':
      return typeof value === 'string' ? value : jsonText(value);
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? value : null;
    case 'integer':
      // Beyond 2^53 digits are lost already, and what is left is not the answer.
      return Number.isSafeInteger(value) ? (value as number) : null;
  }
}

const memberOf = (answer: unknown, property: string): unknown =>
  isRecord(answer) && Object.hasOwn(answer, property) ? answer[property] : undefined;

/** Null where it is too deep to be written. */
function jsonText(value: unknown): string | null {
  try {
    return JSON.stringify(value);
  } catch {
    return null;
  }
}
