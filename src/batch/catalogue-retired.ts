import { gemini } from './catalogue-entry.ts';
import { SOURCES } from './catalogue-sources.ts';
import type { Model, Successor } from './catalogue-types.ts';

/**
 * Models that older pages and programs still name. That they are retired follows from their dates, not from
 * this list. The dates are Vertex AI's; the Gemini Developer API has others.
 */
const FLASH: Successor[] = [
  { id: 'gemini-3.8-flash', reason: 'quality' },
  { id: 'gemini-3.5-flash-lite', reason: 'cost' },
];
const LITE: Successor[] = [{ id: 'gemini-3.5-flash-lite', reason: 'cost' }];
const PRO: Successor[] = [
  { id: 'gemini-4-argon', reason: 'quality' },
  { id: 'gemini-3.8-flash', reason: 'cost' },
];

const retired = (
  id: string,
  family: string,
  dates: { released: string; retired: string },
  successors: Successor[],
  more: Partial<Pick<Model, 'aliases' | 'notes' | 'context' | 'modalities' | 'thinking' | 'stage'>> = {},
): Model =>
  gemini(id, family, {
    released: dates.released,
    retires: { date: dates.retired, atLeast: false },
    successors,
    sources: [SOURCES.lifecycle],
    ...more,
  });

const BUDGET_ONLY = { thinking: { levels: [], budgetSupported: true, sure: true } } as const;
const G15 = { context: { input: 1_048_576, output: 8_192 } };
const G15_PRO = { context: { input: 2_097_152, output: 8_192 } };
const G10 = {
  context: { input: 32_760, output: 8_192 },
  modalities: { input: ['text'], output: ['text'] },
} as const;

export const RETIRED_MODELS: readonly Model[] = [
  retired(
    'gemini-3-pro-preview',
    'Gemini 3 Pro',
    { released: '2025-11', retired: '2026-03-09' },
    [
      { id: 'gemini-4-argon', reason: 'quality' },
      { id: 'gemini-3.1-pro-preview', reason: 'closest' },
    ],
    { aliases: ['gemini-3-pro'], stage: 'preview' },
  ),
  retired(
    'gemini-2.5-pro',
    'Gemini 2.5 Pro',
    { released: '2025-06-17', retired: '2026-10-20' },
    [
      { id: 'gemini-3.8-flash', reason: 'quality' },
      { id: 'gemini-3.5-flash', reason: 'closest' },
    ],
    BUDGET_ONLY,
  ),
  retired(
    'gemini-2.5-flash',
    'Gemini 2.5 Flash',
    { released: '2025-06-17', retired: '2026-10-20' },
    FLASH,
    BUDGET_ONLY,
  ),
  retired(
    'gemini-2.5-flash-lite',
    'Gemini 2.5 Flash-Lite',
    { released: '2025-07-22', retired: '2026-10-20' },
    LITE,
    BUDGET_ONLY,
  ),
  retired('gemini-2.0-flash', 'Gemini 2.0 Flash', { released: '2025-02-05', retired: '2026-06-01' }, LITE, {
    ...G15,
    aliases: ['gemini-2.0-flash-001'],
  }),
  retired(
    'gemini-2.0-flash-lite',
    'Gemini 2.0 Flash-Lite',
    { released: '2025-02-25', retired: '2026-06-01' },
    LITE,
    {
      ...G15,
      aliases: ['gemini-2.0-flash-lite-001'],
    },
  ),
  retired('gemini-1.5-pro-002', 'Gemini 1.5 Pro', { released: '2024-09-24', retired: '2025-09-24' }, PRO, {
    ...G15_PRO,
    aliases: ['gemini-1.5-pro'],
  }),
  retired(
    'gemini-1.5-flash-002',
    'Gemini 1.5 Flash',
    { released: '2024-09-24', retired: '2025-09-24' },
    FLASH,
    {
      ...G15,
      aliases: ['gemini-1.5-flash'],
    },
  ),
  retired(
    'gemini-1.5-pro-001',
    'Gemini 1.5 Pro',
    { released: '2024-05-24', retired: '2025-05-24' },
    PRO,
    G15_PRO,
  ),
  retired(
    'gemini-1.5-flash-001',
    'Gemini 1.5 Flash',
    { released: '2024-05-24', retired: '2025-05-24' },
    FLASH,
    G15,
  ),
  retired('gemini-1.0-pro-002', 'Gemini 1.0 Pro', { released: '2024-04-09', retired: '2025-04' }, LITE, {
    ...G10,
    aliases: ['gemini-1.0-pro', 'gemini-pro'],
    notes: ['Retired in April 2025; the exact day is not confirmed.'],
  }),
  retired(
    'gemini-1.0-pro-001',
    'Gemini 1.0 Pro',
    { released: '2024-02-15', retired: '2025-04-09' },
    LITE,
    G10,
  ),
];
