import { embedding } from './catalogue-entry.ts';
import { SOURCES } from './catalogue-sources.ts';
import type { Model } from './catalogue-types.ts';

const { batchModels, embeddings, lifecycle } = SOURCES;
const CLOUD_STORAGE_ONLY = 'Input comes from Cloud Storage JSONL only.';

const textEmbedding = (id: string, family: string): Model =>
  embedding(id, family, {
    locations: ['us-central1'],
    context: { input: 2_048 },
    limits: { maxRows: 30_000 },
    successors: [{ id: 'gemini-embedding-001', reason: 'quality' }],
    notes: ['Its dates are not confirmed; check that it is still offered before relying on it.'],
    confidence: 'B',
  });

/** Google's embedding models, newest first. */
export const EMBEDDING_MODELS: readonly Model[] = [
  embedding('gemini-embedding-2', 'Gemini Embedding 2', {
    locationsSure: true,
    modalities: { input: ['text', 'image', 'audio', 'video'], output: ['embedding'] },
    notes: [CLOUD_STORAGE_ONLY, 'task_type and title are silently ignored.'],
    sources: [batchModels, embeddings],
  }),
  embedding('gemini-embedding-001', 'Gemini Embedding', {
    released: '2025-05-20',
    retires: { date: '2028-05-20', atLeast: true },
    successors: [{ id: 'gemini-embedding-2', reason: 'quality' }],
    locations: [
      'us-central1',
      'us-east1',
      'us-east4',
      'us-west1',
      'us-west4',
      'europe-west1',
      'europe-west4',
    ],
    locationsSure: true,
    context: { input: 2_048 },
    notes: [CLOUD_STORAGE_ONLY, 'Vectors of gemini-embedding-2 live in another space: never mix the two.'],
    sources: [batchModels, embeddings, lifecycle],
  }),
  textEmbedding('text-embedding-005', 'Text Embedding 005'),
  textEmbedding('text-embedding-004', 'Text Embedding 004'),
  textEmbedding('text-multilingual-embedding-002', 'Multilingual Text Embedding 002'),
];
