import { isRecord } from '../support/records.ts';
import { countTokens } from './tokens.ts';
import { atMost, exactly, plus, product, type Range, sum, times } from './tokens-range.ts';

/** What a value weighs where its schema does not say: a guess at what models write. */
const FREE_TEXT: Range = { low: 3, likely: 20, high: 100 };
const NUMBER: Range = { low: 1, likely: 4, high: 12 };
const INTEGER: Range = { low: 1, likely: 2, high: 8 };
const LIST_LENGTH: Range = { low: 1, likely: 3, high: 10 };
/** Of a property that is not required, how often it is there. */
const OPTIONAL: Range = { low: 0, likely: 0.8, high: 1 };
/** Spaces and line breaks of JSON that is written to be read. */
const PRETTY = 1.4;
const DEEPEST = 12;
/** Levels that a `$ref` counts for, so that a list of lists of itself stays small. */
const REFERENCE = 3;

const FORMATS: Readonly<Record<string, Range>> = {
  date: exactly(10),
  time: exactly(9),
  'date-time': { low: 20, likely: 20, high: 26 },
};

type Schema = Record<string, unknown>;

/**
 * Tokens of a JSON answer that keeps a schema, in Vertex AI's form or in JSON Schema. `$ref` is followed into
 * `$defs`; what is recursive ends after a few levels.
 */
export function schemaTokens(schema: unknown): Range {
  if (!isRecord(schema)) return FREE_TEXT;
  const tokens = valueTokens(schema, schema, 0);
  return { ...tokens, high: tokens.high * PRETTY };
}

function valueTokens(given: Schema, root: Schema, depth: number): Range {
  if (depth > DEEPEST) return exactly(1);
  const schema = resolved(given, root);
  const tokens = ofKind(schema, root, schema === given ? depth : depth + REFERENCE);
  return schema.nullable === true || typesOf(schema).includes('null') ? { ...tokens, low: 1 } : tokens;
}

function ofKind(schema: Schema, root: Schema, depth: number): Range {
  const choices = [schema.anyOf, schema.oneOf].find(Array.isArray)?.filter(isRecord);
  if (choices?.length) return between(choices.map((choice) => valueTokens(choice, root, depth + 1)));
  if (Array.isArray(schema.enum) && schema.enum.length > 0) return between(schema.enum.map(fixedTokens));
  if ('const' in schema) return fixedTokens(schema.const);
  const [type] = typesOf(schema).filter((name) => name !== 'null');
  switch (type ?? (isRecord(schema.properties) ? 'object' : schema.items ? 'array' : 'string')) {
    case 'object':
      return objectTokens(schema, root, depth);
    case 'array':
      return arrayTokens(schema, root, depth);
    case 'boolean':
    case 'null':
      return exactly(1);
    case 'integer':
      return digitsOf(schema, INTEGER);
    case 'number':
      return digitsOf(schema, NUMBER);
    default:
      return stringTokens(schema);
  }
}

function objectTokens(schema: Schema, root: Schema, depth: number): Range {
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  const members = Object.entries(isRecord(schema.properties) ? schema.properties : {}).map(
    ([name, inner]) => {
      const value = isRecord(inner) ? valueTokens(inner, root, depth + 1) : FREE_TEXT;
      // `":"` is one token, and so is `","`.
      const tokens = sum([countTokens(name), value, exactly(2)]);
      return required.has(name) ? tokens : product(tokens, OPTIONAL);
    },
  );
  return plus(sum(members), exactly(1));
}

function arrayTokens(schema: Schema, root: Schema, depth: number): Range {
  const least = whole(schema.minItems) ?? 0;
  const most = whole(schema.maxItems) ?? Math.max(least, LIST_LENGTH.high);
  const length: Range = {
    low: least,
    likely: Math.min(most, Math.max(least, LIST_LENGTH.likely)),
    high: most,
  };
  const item = isRecord(schema.items) ? valueTokens(schema.items, root, depth + 1) : FREE_TEXT;
  return plus(product(plus(item, exactly(1)), length), exactly(1));
}

/** Quotes go together with the signs beside them. */
const fixedTokens = (value: unknown): Range =>
  countTokens(typeof value === 'string' ? value : JSON.stringify(value));

function stringTokens(schema: Schema): Range {
  const format = typeof schema.format === 'string' ? FORMATS[schema.format] : undefined;
  if (format) return format;
  const least = (whole(schema.minLength) ?? 0) / 4;
  const free = {
    low: Math.max(FREE_TEXT.low, least),
    likely: Math.max(FREE_TEXT.likely, least),
    high: Math.max(FREE_TEXT.high, least * 2),
  };
  // A character may be a token, as it is in digits; in words four make one.
  const longest = whole(schema.maxLength);
  return longest === undefined
    ? free
    : { ...atMost(free, 2 + longest / 4), high: Math.min(free.high, 2 + longest) };
}

/** Each digit is a token. */
function digitsOf({ minimum, maximum }: Schema, free: Range): Range {
  if (typeof minimum !== 'number' || typeof maximum !== 'number') return free;
  const most = Math.max(String(Math.round(minimum)).length, String(Math.round(maximum)).length);
  return atMost(free, free === NUMBER ? most + 3 : most);
}

function resolved(schema: Schema, root: Schema): Schema {
  const name =
    typeof schema.$ref === 'string' && /^#\/(?:\$defs|definitions)\/([^/]+)$/.exec(schema.$ref)?.[1];
  if (!name) return schema;
  const found = [root.$defs, root.definitions].filter(isRecord).find((group) => isRecord(group[name]))?.[
    name
  ];
  return isRecord(found) ? found : schema;
}

const typesOf = ({ type }: Schema): string[] =>
  (Array.isArray(type) ? type : [type])
    .filter((name) => typeof name === 'string')
    .map((name) => name.toLowerCase());

/** Int64 fields may be written as strings. */
function whole(value: unknown): number | undefined {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && number >= 0 ? number : undefined;
}

/** One of them, nobody knows which. */
function between(ranges: readonly Range[]): Range {
  const mean = times(sum(ranges), 1 / ranges.length);
  return {
    low: Math.min(...ranges.map(({ low }) => low)),
    likely: mean.likely,
    high: Math.max(...ranges.map(({ high }) => high)),
  };
}
