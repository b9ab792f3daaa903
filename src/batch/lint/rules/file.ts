import { HELLO, propertyRow, row } from '../examples.ts';
import { defineRules } from '../rule.ts';

const UNION = { where: 'googleapis/python-aiplatform#4110', confidence: 'B' } as const;
const TABLE = { where: 'BigQuery, loading nested JSON', confidence: 'C' } as const;
const second = (request: object, beside: object = {}) => ({ ...row(request, beside), key: 'r-000002' });
const callArguments = (args: object) =>
  row({
    contents: [
      ...HELLO,
      { role: 'model', parts: [{ functionCall: { name: 'look_up', args } }] },
      { role: 'user', parts: [{ functionResponse: { name: 'look_up', response: { result: 'rain' } } }] },
    ],
  });
const nested = (depth: number): object => (depth === 0 ? { city: 'Oslo' } : { inner: nested(depth - 1) });
const declared = (name: string) => ({
  tools: [
    {
      functionDeclarations: [
        { name: 'look_up', parameters: { type: 'OBJECT', properties: { [name]: { type: 'STRING' } } } },
      ],
    },
  ],
});

/** What lines have to agree on: the file is loaded like a table, with one column for a member of any line. */
export const FILE_RULES = defineRules({
  'no-rows': {
    severity: 'error',
    breaks: 'job',
    says: 'The file has no rows.',
    why: 'There is nothing to run.',
    source: { where: 'Vertex AI, batch inference from Cloud Storage', confidence: 'A' },
    mend: 'Write one request row a line.',
    bad: [''],
    also: ['blank-line'],
    good: [row()],
  },
  'mixed-structure': {
    severity: 'error',
    breaks: 'job',
    says: 'A member is of one kind on one line and of another kind on another.',
    why: 'A column has one type: the load of the whole file fails ("Failed to import data").',
    source: UNION,
    mend: 'Write the member alike on all lines; the finding names two that differ.',
    bad: [row({}, { source: 'a.csv' }), second({}, { source: { file: 'a.csv' } })],
    good: [row({}, { source: 'a.csv' }), second({}, { source: 'b.csv' })],
  },
  'mixed-scalars': {
    severity: 'warning',
    says: 'A member is text on one line and a number or a boolean on another.',
    why: 'A column has one type: values may come back changed, or the load fails.',
    source: TABLE,
    mend: 'Write it alike on all lines, as text if in doubt.',
    bad: [row({}, { page: 'vii' }), second({}, { page: 7 })],
    good: [row({}, { page: 'vii' }), second({}, { page: '7' })],
  },
  'different-schemas': {
    severity: 'error',
    breaks: 'job',
    says: 'Lines have different response schemas.',
    why: 'The load merges them and fills what is missing with null: every row of the job is refused.',
    source: { where: 'GoogleCloudPlatform/generative-ai#1655', confidence: 'B' },
    mend: 'Use one schema for all rows, or make one file and one job for each schema.',
    bad: [propertyRow({ type: 'INTEGER' }), { ...propertyRow({ type: 'STRING' }, 'why'), key: 'r-000002' }],
    good: [propertyRow({ type: 'INTEGER' }), { ...propertyRow({ type: 'INTEGER' }), key: 'r-000002' }],
  },
  'different-tools': {
    severity: 'warning',
    says: 'Lines declare different functions.',
    why: 'Declarations are merged like response schemas, and nulls appear in their parameters.',
    source: { where: 'inference from response schemas', confidence: 'C' },
    mend: 'Declare the same functions on all lines, and choose with toolConfig; or make one job for each set.',
    bad: [row(declared('city')), second(declared('town'))],
    also: ['function-calls'],
    good: [row(), second({})],
  },
  'too-many-members': {
    severity: 'warning',
    says: 'All lines together have more than 10,000 different members.',
    why: 'Each is a column, and a table has at most 10,000. Structure was compared no further.',
    source: { where: 'BigQuery, quotas of tables', confidence: 'C' },
    mend: 'Do not use ids as member names; write lists of {"name", "value"}.',
    bad: () => [row({}, Object.fromEntries(Array.from({ length: 10_001 }, (_, n) => [`c${n}`, n])))],
    good: [row()],
  },
  'nested-list': {
    severity: 'warning',
    says: 'A list stands directly in a list.',
    why: 'A table has no such column: the load may fail.',
    source: TABLE,
    mend: 'Put objects between them, or write the inner list as text.',
    bad: [callArguments({ matrix: [[1, 2]] })],
    good: [callArguments({ matrix: ['1,2'] })],
  },
  'nested-deep': {
    severity: 'warning',
    says: 'Objects are nested more than 15 deep.',
    why: 'A table nests at most 15 levels: the load may fail. Lines deeper than 100 are not looked at further.',
    source: TABLE,
    mend: 'Make the schema or the arguments flatter.',
    bad: [callArguments(nested(13))],
    good: [callArguments(nested(5))],
  },
});
