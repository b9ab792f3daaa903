import { CATALOGUE_AS_OF, SOURCES } from './catalogue-sources.ts';
import type { Model, ThinkingLevel } from './catalogue-types.ts';

/** What an entry says beside its id and name; the rest is what most models of its kind share. */
type Differences = Partial<Omit<Model, 'id' | 'family'>>;

const COMMON = {
  publisher: 'google',
  aliases: [],
  stage: 'ga',
  successors: [],
  locationsSure: false,
  samplingIgnored: false,
  batch: { supported: true, sure: true },
  limits: {},
  notes: [],
  asOf: CATALOGUE_AS_OF,
  confidence: 'A',
} as const satisfies Differences;

const MILLION = 1_048_576;
/** Of one job's Cloud Storage input; decimal, the smaller reading of "1 GB". */
const GIGABYTE = 1_000_000_000;

export const gemini = (id: string, family: string, differences: Differences): Model => ({
  ...COMMON,
  id,
  family,
  locations: ['global', 'us', 'eu'],
  context: { input: MILLION, output: 65_536 },
  modalities: { input: ['text', 'image', 'audio', 'video', 'pdf'], output: ['text'] },
  rowFormat: 'gemini',
  limits: { maxRows: 200_000, maxBytes: GIGABYTE },
  sources: [SOURCES.batchModels, SOURCES.lifecycle],
  ...differences,
});

export const LOW_TO_HIGH: readonly ThinkingLevel[] = ['LOW', 'MEDIUM', 'HIGH'];
export const MINIMAL_TO_HIGH: readonly ThinkingLevel[] = ['MINIMAL', ...LOW_TO_HIGH];

/** Since Gemini 3.6 and 3.5 Flash-Lite. */
export const SAMPLING_GONE = { samplingIgnored: true } as const;

/** One window for input, thoughts and output; up to 65,536 output tokens a request, then CONTINUATION. */
export const GEMINI_4 = {
  ...SAMPLING_GONE,
  context: { input: MILLION, output: 65_536, shared: true },
  thinking: { levels: LOW_TO_HIGH, budgetSupported: false, sure: true },
  sources: [SOURCES.batchModels, SOURCES.lifecycle, SOURCES.gemini4],
} as const satisfies Differences;

/** Writes pictures in its answers. Sizes of the windows are left out: the sources do not give them. */
export const imageModel = (id: string, family: string, differences: Differences): Model => {
  const notes = ['In a batch, pictures come only in the default 1K size.', ...(differences.notes ?? [])];
  return gemini(id, family, {
    context: undefined,
    modalities: { input: ['text', 'image'], output: ['text', 'image'] },
    ...differences,
    notes,
  });
};

export const embedding = (id: string, family: string, differences: Differences): Model => ({
  ...COMMON,
  id,
  family,
  locations: ['global', 'us', 'eu'],
  modalities: { input: ['text'], output: ['embedding'] },
  rowFormat: 'embedding',
  limits: { maxRows: 1_000_000, maxBytes: GIGABYTE },
  sources: [SOURCES.embeddings],
  ...differences,
});

/** At most four batch jobs at once in a project. */
export const claude = (id: string, family: string, differences: Differences = {}): Model => ({
  ...COMMON,
  id,
  family,
  publisher: 'anthropic',
  locations: ['us-east5', 'europe-west1', 'global'],
  modalities: { input: ['text', 'image', 'pdf'], output: ['text'] },
  rowFormat: 'claude',
  limits: { maxJobs: 4 },
  notes: ['A project runs at most 4 Claude batch jobs at once, unless its quota was raised.'],
  sources: [SOURCES.claudeBatch],
  ...differences,
});

/** Takes OpenAI's batch lines, text only; the global endpoint is not offered. */
export const openModel = (
  publisher: string,
  id: string,
  family: string,
  differences: Differences = {},
): Model => ({
  ...COMMON,
  id,
  family,
  publisher,
  locations: ['us-central1'],
  notIn: ['global'],
  modalities: { input: ['text'], output: ['text'] },
  rowFormat: 'openai',
  sources: [SOURCES.openBatch],
  ...differences,
});
