import { quoteUntrusted } from '../../support/text.ts';
import { FORMATS, type ResponseSchema, type SchemaType } from '../response-schema.ts';
import type { SchemaConversion } from './conversion.ts';

type Members = Record<string, unknown>;

/** Keywords with a plain value, in the order in which they are written. */
const READERS: readonly [keyof ResponseSchema, readonly SchemaType[], (value: unknown) => unknown][] = [
  ['pattern', ['STRING'], text],
  ['minLength', ['STRING'], size],
  ['maxLength', ['STRING'], size],
  ['minimum', ['INTEGER', 'NUMBER'], number],
  ['maximum', ['INTEGER', 'NUMBER'], number],
  ['minItems', ['ARRAY'], size],
  ['maxItems', ['ARRAY'], size],
];

/** Look-around and back references: Google's engines read RE2, which has neither. */
const NOT_RE2 = /\(\?(?:[=!]|<[=!])|\\[1-9]|\\k</;

/** Title, description, format and the constraints that a type has; what says nothing about it is told. */
export function scalarMembers(
  members: Members,
  type: SchemaType,
  path: string,
  conversion: SchemaConversion,
): Partial<ResponseSchema> {
  const { note } = conversion;
  const told: Members = {};
  for (const name of ['title', 'description'] as const)
    if (typeof members[name] === 'string' && members[name]) told[name] = members[name];
  const format = formatOf(members, type, path, conversion);
  if (format !== undefined) told.format = format;
  const bounded = withInclusiveBounds(members, type, path, conversion);
  for (const [name, types, read] of READERS) {
    const value = bounded[name];
    if (value === undefined) continue;
    const readable = types.includes(type) ? read(value) : undefined;
    if (readable === undefined) note(path, `${name} was left out: it says nothing about ${type}`);
    else if (name === 'pattern' && NOT_RE2.test(String(readable)))
      note(path, 'pattern was left out: it looks ahead, behind or back, which RE2 cannot');
    else told[name] = readable;
  }
  return told;
}

function formatOf({ format }: Members, type: SchemaType, path: string, { note }: SchemaConversion) {
  if (typeof format !== 'string') return undefined;
  if (FORMATS[type].includes(format)) return format;
  note(path, `format ${quoteUntrusted(format, 40)} was left out: Vertex AI does not know it for ${type}`);
  return undefined;
}

/** `exclusiveMinimum: 0` is `minimum: 1` for whole numbers, and only nearly `minimum: 0` for others. */
function withInclusiveBounds(
  members: Members,
  type: SchemaType,
  path: string,
  { note }: SchemaConversion,
): Members {
  const bounded = { ...members };
  const bounds = [
    ['minimum', 'exclusiveMinimum', Math.max, (n: number) => Math.floor(n) + 1],
    ['maximum', 'exclusiveMaximum', Math.min, (n: number) => Math.ceil(n) - 1],
  ] as const;
  for (const [name, exclusive, tighter, next] of bounds) {
    const limit = number(members[exclusive]);
    if (members[exclusive] !== undefined && limit === undefined) note(path, `${exclusive} was left out`);
    if (limit === undefined) continue;
    if (type === 'NUMBER') note(path, `${exclusive} was written as ${name}`);
    const inclusive = type === 'INTEGER' ? next(limit) : limit;
    const other = number(members[name]);
    bounded[name] = other === undefined ? inclusive : tighter(other, inclusive);
  }
  // What zod writes for every whole number; it bounds nothing that JSON could hold.
  if (type === 'INTEGER' && bounded.minimum === Number.MIN_SAFE_INTEGER) delete bounded.minimum;
  if (type === 'INTEGER' && bounded.maximum === Number.MAX_SAFE_INTEGER) delete bounded.maximum;
  return bounded;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Also `"10"`, as int64 is written in the JSON of protobuf. */
function number(value: unknown): number | undefined {
  if (typeof value === 'string' && value.trim() !== '') return number(Number(value));
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function size(value: unknown): number | undefined {
  const n = number(value);
  return n !== undefined && Number.isInteger(n) && n >= 0 ? n : undefined;
}
