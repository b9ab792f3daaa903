import { HELLO, row } from '../examples.ts';
import { defineRules } from '../rule.ts';

const keyed = (key: unknown) => row({}, { key });
const ECHO = { where: 'googleapis/python-aiplatform#1166', confidence: 'B' } as const;
const LISTS = { where: 'googleapis/go-genai#513', confidence: 'B' } as const;

/** What ties a row to its answer. */
export const KEY_RULES = defineRules({
  'key-missing': {
    severity: 'warning',
    says: 'A row has no key.',
    why: 'Answers come in any order; without a key they are told apart by their requests alone.',
    source: ECHO,
    mend: 'Add a text "key" beside "request", different on each row: r-000001, r-000002 and so on.',
    bad: [{ request: { contents: HELLO } }],
    good: [row()],
  },
  'key-empty': {
    severity: 'warning',
    says: 'A key is empty.',
    why: 'The answer cannot be told from others without a key.',
    source: ECHO,
    mend: 'Give the row a key of its own.',
    bad: [keyed('')],
    good: [row()],
  },
  'key-not-scalar': {
    severity: 'error',
    breaks: 'rows',
    says: 'A key is a list or an object.',
    why: 'Lists beside "request" come back empty: no answer would find its row.',
    source: LISTS,
    mend: 'Write the key as text, such as doc-7-page-2.',
    bad: [keyed(['doc', '7'])],
    good: [keyed('doc-7')],
  },
  'key-reads-as-other-type': {
    severity: 'warning',
    says: 'A key reads as a number, a date or a boolean.',
    why: 'The load guesses types from values: 007 may come back as 7, and a date in another form.',
    source: { where: 'inference from how tables are loaded', confidence: 'C' },
    mend: 'Put a letter before it: k-007.',
    bad: [keyed('007')],
    good: [keyed('k-007')],
  },
  'key-duplicate': {
    severity: 'error',
    breaks: 'rows',
    says: 'Several rows have the same key.',
    why: 'Answers come in any order: which belongs to which row could not be told.',
    source: ECHO,
    mend: 'Make keys unique; remove rows that stand there twice, since each is paid for.',
    bad: [row(), row()],
    good: [row(), row({}, { key: 'r-000002' })],
  },
  'list-beside-request': {
    severity: 'warning',
    says: 'A list stands beside "request".',
    why: 'It comes back empty; only plain values are carried along.',
    source: LISTS,
    mend: 'Write it as text, or keep it in a file of your own and join by key.',
    bad: [row({}, { tags: ['a', 'b'] })],
    good: [row({}, { tags: 'a,b' })],
  },
});
