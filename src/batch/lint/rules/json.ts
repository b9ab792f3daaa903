import { HELLO, row } from '../examples.ts';
import { defineRules } from '../rule.ts';

const BATCH_PAGE = { where: 'Vertex AI, batch inference from Cloud Storage', confidence: 'A' } as const;
const LOAD = { where: 'googleapis/python-aiplatform#4110', confidence: 'B' } as const;
const LOADED = 'Vertex AI loads the file like a table first; a line that cannot be read fails the whole job.';

/** Lines that are no JSON object yet. */
export const JSON_RULES = defineRules({
  'byte-order-mark': {
    severity: 'error',
    breaks: 'job',
    says: 'The file starts with a byte order mark.',
    why: 'JSON has none: the first line does not parse.',
    source: { where: 'RFC 8259, section 8.1', confidence: 'A' },
    mend: 'Save the file as UTF-8 without a byte order mark.',
    bad: [`\uFEFF${JSON.stringify(row())}`],
    good: [row()],
    fix: 'line',
  },
  'not-utf8': {
    severity: 'error',
    breaks: 'job',
    says: 'A line is not valid UTF-8.',
    why: LOADED,
    source: LOAD,
    mend: 'Write the file in UTF-8; Windows-1252, Shift JIS and UTF-16 have to be converted.',
    bad: [Uint8Array.from(Buffer.from(JSON.stringify(row({ labels: { town: 'köln' } })), 'latin1'))],
    also: ['label-value'],
    good: [row({ contents: [{ role: 'user', parts: [{ text: 'Köln' }] }] })],
  },
  'not-json': {
    severity: 'error',
    breaks: 'job',
    says: 'A line is not JSON.',
    why: LOADED,
    source: LOAD,
    mend: 'Write each row with a JSON library (json.dumps, JSON.stringify) on one line; a printed Python dict is not JSON.',
    bad: ["{'key': 'r-000001', 'request': None}"],
    good: [row()],
  },
  'trailing-comma': {
    severity: 'error',
    breaks: 'job',
    says: 'A line ends with a comma.',
    why: 'Lines of a JSONL file are not items of a list.',
    source: BATCH_PAGE,
    mend: 'Remove the comma behind the closing brace.',
    bad: [`${JSON.stringify(row())},`],
    good: [row()],
    fix: 'line',
  },
  'pretty-printed': {
    severity: 'error',
    breaks: 'job',
    says: 'A JSON value is spread over several lines.',
    why: 'Each line must be one whole JSON object.',
    source: BATCH_PAGE,
    mend: 'Write one object a line: jq -c . for objects, jq -c ".[]" for a list of them.',
    bad: ['{', '  "key": "r-000001"', '}'],
    also: ['not-json'],
    good: [row()],
  },
  'not-an-object': {
    severity: 'error',
    breaks: 'job',
    says: 'A line is JSON, but not an object.',
    why: LOADED,
    source: LOAD,
    mend: 'Write one object {"key": …, "request": …} a line; take the rows of a list apart with jq -c ".[]".',
    bad: [JSON.stringify([row()])],
    good: [row()],
  },
  'line-too-long': {
    severity: 'error',
    breaks: 'job',
    says: 'A line has more than 100 MB.',
    why: 'A JSON row of a table load has at most 100 MB, and a request much less.',
    source: { where: 'BigQuery, quotas of load jobs', confidence: 'C' },
    mend: 'Put large media into Cloud Storage and name them with fileData.fileUri; check that rows end with a line break.',
    given: { longestLine: 100 },
    bad: [
      JSON.stringify({ key: 'r-000001', request: { contents: HELLO, labels: { padding: 'x'.repeat(60) } } }),
    ],
    good: [row()],
  },
  'blank-line': {
    severity: 'note',
    says: 'A line between rows is blank.',
    why: 'It is no row, and makes line numbers differ from row numbers.',
    source: BATCH_PAGE,
    mend: 'Remove it.',
    bad: [row(), '', row({}, { key: 'r-000002' })],
    good: [row(), { key: 'r-000002', request: { contents: HELLO } }],
    fix: 'line',
  },
});
