import { isRecord } from '../support/records.ts';
import { count } from '../support/text.ts';
import { enumCheck, type Mismatch, mismatch, numberCheck, textCheck } from './answers/scalar-checks.ts';
import { type AnswerSchema, readSchemaNode, type SchemaNode } from './answers/schema-node.ts';
import { lookUp } from './schema/refs.ts';

export type { Mismatch };
export type AnswerCheck = (answer: unknown) => Mismatch | undefined;

/**
 * Compiles a schema into a check of parsed answers, to be used on every row. What a schema says in words that are not
 * known here, or that cannot be read, holds nobody to anything. Properties that the schema does not name are no
 * mismatch unless it says so, and `format` is not looked at: Vertex AI takes it as a hint.
 */
export function compileAnswerCheck(schema: AnswerSchema): AnswerCheck {
  const check = compile(schema, references(schema));
  return (answer) => {
    try {
      const found = check(answer);
      return found && { path: `$${found.path}`, expected: found.expected };
    } catch (error) {
      // Answer or schema without end: too deep to be looked at.
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  };
}

const anything: AnswerCheck = () => undefined;

/** The checks of what `$ref`s mean, each compiled once: a schema may contain itself. */
function references(root: unknown): (ref: string) => AnswerCheck {
  const known = new Map<string, AnswerCheck>();
  const checkOf = (ref: string): AnswerCheck => {
    const before = known.get(ref);
    if (before) return before;
    let check = anything;
    known.set(ref, (value) => check(value));
    check = compile(lookUp(root, ref), checkOf);
    return check;
  };
  return checkOf;
}

function compile(schema: unknown, checkOf: (ref: string) => AnswerCheck): AnswerCheck {
  if (schema === false) return () => mismatch('nothing');
  if (!isRecord(schema)) return anything;
  const node = readSchemaNode(schema);
  const inner = (part: unknown) => compile(part, checkOf);
  const checks = [
    valueCheck(node, inner),
    ...(node.ref === undefined ? [] : [checkOf(node.ref)]),
    ...node.allOf.map(inner),
    ...(node.anyOf.length > 0 ? [anyOfCheck(node.anyOf.map(inner))] : []),
  ].filter((check) => check !== undefined);
  const [only = anything] = checks;
  const check = checks.length < 2 ? only : allOfCheck(checks);
  return node.nullable ? (value) => (value === null ? undefined : check(value)) : check;
}

function allOfCheck(checks: readonly AnswerCheck[]): AnswerCheck {
  return (value) => {
    for (const check of checks) {
      const found = check(value);
      if (found) return found;
    }
    return undefined;
  };
}

/** The complaint is that of the alternative that came furthest: it is the one that was meant. */
function anyOfCheck(checks: readonly AnswerCheck[]): AnswerCheck {
  return (value) => {
    let furthest: Mismatch | undefined;
    for (const check of checks) {
      const found = check(value);
      if (!found) return undefined;
      if (!furthest || found.path.length > furthest.path.length) furthest = found;
    }
    return furthest?.path ? furthest : mismatch('one of the alternatives of anyOf');
  };
}

/** A type that is not known here is any. */
const IS: Readonly<Record<string, (value: unknown) => boolean>> = {
  STRING: (value) => typeof value === 'string',
  NUMBER: (value) => typeof value === 'number',
  INTEGER: Number.isInteger,
  BOOLEAN: (value) => typeof value === 'boolean',
  ARRAY: Array.isArray,
  OBJECT: isRecord,
  NULL: (value) => value === null,
};

/** What the node itself says: its types, its enum, and what it says of each kind of value. */
function valueCheck(node: SchemaNode, inner: (schema: unknown) => AnswerCheck): AnswerCheck | undefined {
  const { types } = node;
  const [first = ''] = types;
  const isType =
    types.length === 1 ? IS[first] : (value: unknown) => types.some((type) => IS[type]?.(value) ?? true);
  const allowed = types.length > 0 ? isType : undefined;
  const listed = enumCheck(node);
  const texts = textCheck(node);
  const numbers = numberCheck(node);
  const lists = listCheck(node, inner);
  const objects = objectCheck(node, inner);
  if (!allowed && !listed && !texts && !numbers && !lists && !objects) return undefined;
  const expected = types.join(' or ');
  return (value) => {
    if (allowed && !allowed(value)) return mismatch(expected);
    if (listed && !listed(value)) return mismatch('one of its enum');
    if (typeof value === 'string') return texts?.(value);
    if (typeof value === 'number') return numbers?.(value);
    if (Array.isArray(value)) return lists?.(value);
    return isRecord(value) ? objects?.(value) : undefined;
  };
}

type Inner = (schema: unknown) => AnswerCheck;

function listCheck(
  { items, tuple, limits }: SchemaNode,
  inner: Inner,
): ((values: readonly unknown[]) => Mismatch | undefined) | undefined {
  const { minItems: least = 0, maxItems: most = Infinity } = limits;
  if (items === undefined && tuple.length === 0 && least <= 0 && most === Infinity) return undefined;
  const rest = items === undefined ? undefined : inner(items);
  const each = tuple.map(inner);
  return (values) => {
    if (values.length < least) return mismatch(`at least ${count(least, 'item')}`);
    if (values.length > most) return mismatch(`at most ${count(most, 'item')}`);
    for (let index = 0; index < values.length; index++) {
      const found = (each[index] ?? rest)?.(values[index]);
      if (found) return { path: `[${index}]${found.path}`, expected: found.expected };
    }
    return undefined;
  };
}

function objectCheck(
  { properties, required, additional }: SchemaNode,
  inner: Inner,
): ((value: Record<string, unknown>) => Mismatch | undefined) | undefined {
  const checks = Object.entries(properties).map(([name, property]) => ({ name, check: inner(property) }));
  const others = additional === undefined || additional === true ? undefined : inner(additional);
  if (checks.length === 0 && required.length === 0 && !others) return undefined;
  return (value) => {
    for (const name of required)
      if (!Object.hasOwn(value, name)) return { path: step(name), expected: 'this property' };
    for (const { name, check } of checks) {
      if (!Object.hasOwn(value, name)) continue;
      const found = check(value[name]);
      if (found) return { path: step(name) + found.path, expected: found.expected };
    }
    return others && othersCheck(value, properties, others);
  };
}

function othersCheck(
  value: Record<string, unknown>,
  properties: Readonly<Record<string, unknown>>,
  check: AnswerCheck,
): Mismatch | undefined {
  for (const name of Object.keys(value)) {
    if (Object.hasOwn(properties, name)) continue;
    const found = check(value[name]);
    if (found) return { path: step(name) + found.path, expected: found.expected };
  }
  return undefined;
}

const step = (name: string): string =>
  /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
