import { partRow, row } from '../examples.ts';
import { defineRules } from '../rule.ts';

const LIFECYCLE = { where: 'Vertex AI, model versions and lifecycle', confidence: 'A' } as const;
const LIMITS = { where: 'Vertex AI, batch inference, limitations', confidence: 'A' } as const;
const LIVE = { model: 'gemini-3.8-flash' } as const;
const SECOND = row({}, { key: 'r-000002' });

/** The model and what one job of it takes. Said of the file, not of a line. */
export const MODEL_RULES = defineRules({
  'model-unknown': {
    severity: 'warning',
    says: 'The model is not in the catalogue.',
    why: 'It may be new, or misspelled; nothing about its limits could be checked.',
    source: LIFECYCLE,
    mend: 'Compare with list_supported_models.',
    given: { model: 'gemini-9.9-flash' },
    bad: [row()],
    good: [row()],
  },
  'model-retired': {
    severity: 'error',
    breaks: 'job',
    says: 'The model is retired.',
    why: 'Vertex AI answers 404 for it.',
    source: LIFECYCLE,
    mend: 'Take the successor that the finding names.',
    given: { model: 'gemini-2.5-flash', on: '2026-11-22' },
    bad: [row()],
    good: [row()],
  },
  'model-retires-first': {
    severity: 'error',
    breaks: 'job',
    says: 'The model retires before the job must have ended.',
    why: 'A job may wait 72 hours and run 24: rows that come after the retirement are lost.',
    source: LIFECYCLE,
    mend: 'Take a successor, which list_supported_models names.',
    given: { model: 'gemini-2.5-flash', on: '2026-10-17' },
    bad: [row()],
    good: [row()],
  },
  'model-ends': {
    severity: 'warning',
    says: 'The model is near its end, or can go at short notice.',
    why: 'From a month before its retirement a model may refuse projects that have not used it yet.',
    source: LIFECYCLE,
    mend: 'Run the job soon, or take a successor.',
    given: { model: 'gemini-2.5-flash', on: '2026-10-01' },
    bad: [row()],
    good: [row()],
  },
  'too-many-rows': {
    severity: 'error',
    breaks: 'job',
    says: 'The file has more rows than one job takes.',
    why: 'Gemini takes 200,000 rows a job, embedding models 30,000 or 1,000,000.',
    source: LIMITS,
    mend: 'Split the file, and make one job for each part.',
    given: { limits: { maxRows: 1 } },
    bad: [row(), SECOND],
    good: [row()],
  },
  'too-many-bytes': {
    severity: 'error',
    breaks: 'job',
    says: 'The file is larger than one job takes.',
    why: 'A Gemini job reads at most 1 GB from Cloud Storage.',
    source: LIMITS,
    mend: 'Split the file, or move media from the rows into Cloud Storage.',
    given: { limits: { maxBytes: 150 } },
    bad: [row(), SECOND],
    good: [row()],
  },
  'longer-than-context': {
    severity: 'error',
    breaks: 'rows',
    says: 'A prompt is longer than the model reads.',
    why: 'The row is refused. Tokens are estimated from the text; the finding names the lower end.',
    source: { where: "Vertex AI, the model's page", confidence: 'A' },
    mend: 'Cut the text into several rows.',
    given: LIVE,
    bad: () => [partRow({ text: 'word '.repeat(1_600_000) })],
    good: [row()],
  },
});
