import { claude, openModel } from './catalogue-entry.ts';
import { SOURCES } from './catalogue-sources.ts';
import type { Model } from './catalogue-types.ts';

const CLAUDE_WINDOW = { context: { input: 1_000_000, output: 128_000 } };
const ON_OLDER_LIST = {
  batch: { supported: true, sure: false },
  notes: ['On the batch list in some copies of the page, gone from the newest.'],
  confidence: 'B',
} as const;

/** Anthropic's models on Google Cloud. The list that could be read may be cut at its end. */
const CLAUDE_MODELS: readonly Model[] = [
  claude('claude-sonnet-5-5', 'Claude Sonnet 5.5', CLAUDE_WINDOW),
  claude('claude-opus-5-5', 'Claude Opus 5.5', CLAUDE_WINDOW),
  claude('claude-fable-5-2', 'Claude Fable 5.2'),
  claude('claude-fable-5-1', 'Claude Fable 5.1', CLAUDE_WINDOW),
  claude('claude-fable-5', 'Claude Fable 5', {
    ...CLAUDE_WINDOW,
    retires: { date: '2027-06-08', atLeast: true },
    sources: [SOURCES.claudeBatch, SOURCES.claudeModels],
  }),
  claude('claude-sonnet-5', 'Claude Sonnet 5'),
  claude('claude-opus-5', 'Claude Opus 5', CLAUDE_WINDOW),
];

/** Open models that Google runs as a service. */
const OPEN_MODELS: readonly Model[] = [
  openModel('meta', 'llama-4-maverick-17b-128e-instruct-maas', 'Llama 4 Maverick', {
    locations: ['us-east5'],
  }),
  openModel('meta', 'llama-4-scout-17b-16e-instruct-maas', 'Llama 4 Scout', { locations: ['us-east5'] }),
  openModel('meta', 'llama-3.3-70b-instruct-maas', 'Llama 3.3 70B', ON_OLDER_LIST),
  openModel('meta', 'llama-3.1-405b-instruct-maas', 'Llama 3.1 405B', { ...ON_OLDER_LIST, stage: 'preview' }),
  openModel('meta', 'llama-3.1-70b-instruct-maas', 'Llama 3.1 70B', { ...ON_OLDER_LIST, stage: 'preview' }),
  openModel('meta', 'llama-3.1-8b-instruct-maas', 'Llama 3.1 8B', { ...ON_OLDER_LIST, stage: 'preview' }),
  openModel('openai', 'gpt-oss-120b-maas', 'gpt-oss 120B'),
  openModel('openai', 'gpt-oss-20b-maas', 'gpt-oss 20B', ON_OLDER_LIST),
  openModel('qwen', 'qwen3-coder-480b-a35b-instruct-maas', 'Qwen3 Coder', {
    ...ON_OLDER_LIST,
    locations: ['us-south1'],
  }),
  openModel('qwen', 'qwen3-235b-a22b-instruct-2507-maas', 'Qwen3 235B', {
    ...ON_OLDER_LIST,
    locations: ['us-south1'],
  }),
  openModel('deepseek-ai', 'deepseek-v3.2-maas', 'DeepSeek-V3.2', ON_OLDER_LIST),
  openModel('deepseek-ai', 'deepseek-v3.1-maas', 'DeepSeek-V3.1', {
    ...ON_OLDER_LIST,
    locations: ['us-west2'],
  }),
  openModel('deepseek-ai', 'deepseek-r1-0528-maas', 'DeepSeek R1', ON_OLDER_LIST),
  openModel('intfloat', 'multilingual-e5-large-instruct-maas', 'Multilingual E5 large', {
    ...ON_OLDER_LIST,
    modalities: { input: ['text'], output: ['embedding'] },
  }),
  openModel('intfloat', 'multilingual-e5-small-maas', 'Multilingual E5 small', {
    ...ON_OLDER_LIST,
    modalities: { input: ['text'], output: ['embedding'] },
  }),
];

export const PARTNER_MODELS: readonly Model[] = [...CLAUDE_MODELS, ...OPEN_MODELS];
