import fc from 'fast-check';
import { fieldNames } from '../../src/batch/lint/messages.ts';
import {
  CONTENT,
  GENERATION_CONFIG,
  PART,
  REQUEST,
  THINKING_CONFIG,
  TOOL,
} from '../../src/batch/lint/request-messages.ts';
import { SCHEMA } from '../../src/batch/lint/schema-message.ts';

/** Names that mean something somewhere, so that values of any kind turn up where checks look. */
const NAMES = [
  ...[CONTENT, GENERATION_CONFIG, PART, REQUEST, THINKING_CONFIG, TOOL].flatMap(fieldNames),
  ...SCHEMA,
  'key',
  'request',
  'custom_id',
  'body',
  'params',
  'metadata',
  'config',
  'file_data',
  'fileUri',
  'mimeType',
  'data',
  '$ref',
  '$defs',
  'const',
  'oneOf',
  'type_',
  '__proto__',
  'constructor',
  'toString',
  'y',
];

const WORDS = [
  'user',
  'assistant',
  'OBJECT',
  'array',
  'null',
  '{{x}}',
  '',
  'gs://b/o',
  '#/$defs/a',
  '007',
  'r-1',
];

/** Rows of no sense, made of the words of the API. */
export const wildRow = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    fc.constantFrom(...WORDS),
    fc.oneof(
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
    ),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
    tie('object'),
  ),
  object: fc
    .array(fc.tuple(fc.constantFrom(...NAMES), tie('value')), { maxLength: 5 })
    .map((members) =>
      JSON.parse(
        `{${members.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join()}}`,
      ),
    ),
  row: fc.record(
    {
      key: fc.oneof(fc.string(), tie('value')),
      request: fc.record(
        {
          contents: tie('value'),
          generationConfig: tie('object'),
          tools: tie('value'),
          extra: tie('object'),
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: [] },
  ),
})).row as fc.Arbitrary<object>;

/** A line of anything: rows, JSON of any kind, text, nothing. */
export const wildLine: fc.Arbitrary<string> = fc.oneof(
  wildRow.map((row) => JSON.stringify(row)),
  fc.json(),
  fc.constantFrom('', '  ', '\r', '{', '{},', '\uFEFF{}'),
  fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', ' ')),
);
