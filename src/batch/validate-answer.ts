import { isRecord } from '../support/records.ts';
import { count } from '../support/text.ts';
import type { ResponseSchema } from './response-schema.ts';

/** The first place where an answer is not what its schema says. */
export interface Mismatch {
  /** `$` is the answer itself: `$.parts[2].name`. */
  path: string;
  /** What should be there: `INTEGER`, `one of its enum`, `at least 1 item`. */
  expected: string;
}

export type AnswerCheck = (answer: unknown) => Mismatch | undefined;

/**
 * Compiles a `responseSchema` into a check of parsed answers, to be used on every row. Properties that the schema
 * does not name are no mismatch, and `format` is not looked at: Vertex AI takes it as a hint.
 */
export function compileAnswerCheck(schema: ResponseSchema): AnswerCheck {
  const check = compile(schema);
  return (answer) => {
    const found = check(answer);
    return found && { path: `$${found.path}`, expected: found.expected };
  };
}

function compile(schema: ResponseSchema): AnswerCheck {
  const check = schema.anyOf ? anyOfCheck(schema.anyOf) : typeCheck(schema);
  return schema.nullable ? (value) => (value === null ? undefined : check(value)) : check;
}

const mismatch = (expected: string): Mismatch => ({ path: '', expected });

/** The complaint is that of the alternative that came furthest: it is the one that was meant. */
function anyOfCheck(alternatives: readonly ResponseSchema[]): AnswerCheck {
  const checks = alternatives.map(compile);
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

function typeCheck(schema: ResponseSchema): AnswerCheck {
  // Schemas that people wrote by hand may have their types in lower case, which Vertex AI reads too.
  switch (schema.type?.toUpperCase()) {
    case 'STRING':
      return stringCheck(schema);
    case 'NUMBER':
      return numberCheck(schema, 'NUMBER', (value) => typeof value === 'number');
    case 'INTEGER':
      return numberCheck(schema, 'INTEGER', Number.isInteger);
    case 'BOOLEAN':
      return (value) => (typeof value === 'boolean' ? undefined : mismatch('BOOLEAN'));
    case 'ARRAY':
      return arrayCheck(schema);
    case 'OBJECT':
      return objectCheck(schema);
    default:
      return () => undefined;
  }
}

function stringCheck({ enum: values, pattern, minLength, maxLength }: ResponseSchema): AnswerCheck {
  const allowed = values && new Set(values);
  const shape = pattern === undefined ? undefined : regExp(pattern);
  const most = Number(maxLength ?? Infinity);
  const least = Number(minLength ?? 0);
  const bounded = least > 0 || most < Infinity;
  return (value) => {
    if (typeof value !== 'string') return mismatch('STRING');
    if (allowed && !allowed.has(value)) return mismatch('one of its enum');
    if (bounded) {
      const length = characters(value);
      if (length < least) return mismatch(`at least ${count(least, 'character')}`);
      if (length > most) return mismatch(`at most ${count(most, 'character')}`);
    }
    return shape && !shape.test(value) ? mismatch(`the pattern ${pattern}`) : undefined;
  };
}

/** Unicode characters, not UTF-16 units. */
function characters(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

/** Patterns that JavaScript cannot read hold nobody to anything. */
function regExp(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return undefined;
  }
}

function numberCheck(
  { minimum, maximum }: ResponseSchema,
  type: string,
  isType: (value: unknown) => boolean,
): AnswerCheck {
  const least = minimum ?? -Infinity;
  const most = maximum ?? Infinity;
  return (value) => {
    if (!isType(value)) return mismatch(type);
    if ((value as number) < least) return mismatch(`at least ${least}`);
    return (value as number) > most ? mismatch(`at most ${most}`) : undefined;
  };
}

function arrayCheck({ items, minItems, maxItems }: ResponseSchema): AnswerCheck {
  const check = items && compile(items);
  const least = Number(minItems ?? 0);
  const most = Number(maxItems ?? Infinity);
  return (value) => {
    if (!Array.isArray(value)) return mismatch('ARRAY');
    if (value.length < least) return mismatch(`at least ${count(least, 'item')}`);
    if (value.length > most) return mismatch(`at most ${count(most, 'item')}`);
    if (!check) return undefined;
    for (let index = 0; index < value.length; index++) {
      const found = check(value[index]);
      if (found) return { path: `[${index}]${found.path}`, expected: found.expected };
    }
    return undefined;
  };
}

function objectCheck({ properties = {}, required = [] }: ResponseSchema): AnswerCheck {
  const checks = Object.entries(properties).map(([name, property]) => ({ name, check: compile(property) }));
  return (value) => {
    if (!isRecord(value)) return mismatch('OBJECT');
    for (const name of required)
      if (!Object.hasOwn(value, name)) return { path: step(name), expected: 'this property' };
    for (const { name, check } of checks) {
      if (!Object.hasOwn(value, name)) continue;
      const found = check(value[name]);
      if (found) return { path: step(name) + found.path, expected: found.expected };
    }
    return undefined;
  };
}

const step = (name: string): string =>
  /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
