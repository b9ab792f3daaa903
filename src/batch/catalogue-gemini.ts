import { GEMINI_4, gemini, LOW_TO_HIGH, MINIMAL_TO_HIGH, SAMPLING_GONE } from './catalogue-entry.ts';
import { SOURCES } from './catalogue-sources.ts';
import type { Model } from './catalogue-types.ts';

const { batchModels, lifecycle, flash35, gemini4 } = SOURCES;
const CYBER_VARIANT = 'The batch list also names a variant for cyber security; its id is not confirmed.';

/** The Gemini models that write text, newest first. */
export const GEMINI_MODELS: readonly Model[] = [
  gemini('gemini-4-hydrogen', 'Gemini 4 Hydrogen', {
    ...GEMINI_4,
    stage: 'short_lived_ga',
    released: '2026-11-12',
    thinking: { levels: [...LOW_TO_HIGH, 'XHIGH'], budgetSupported: false, sure: true },
    notes: ['Short-lived: at least 45 days of notice before it goes.', 'The day of release is approximate.'],
    confidence: 'B',
  }),
  gemini('gemini-4-carbon', 'Gemini 4 Carbon', {
    ...GEMINI_4,
    stage: 'short_lived_ga',
    released: '2026-11-10',
    notes: ['Probably short-lived; the lifecycle page does not say.', CYBER_VARIANT],
    confidence: 'B',
  }),
  gemini('gemini-4-argon', 'Gemini 4 Argon', {
    ...GEMINI_4,
    released: '2026-10-13',
    retires: { date: '2027-10-13', atLeast: true },
    locationsSure: true,
    notes: [CYBER_VARIANT],
  }),
  gemini('gemini-3.8-flash', 'Gemini 3.8 Flash', {
    ...SAMPLING_GONE,
    released: '2026-09-02',
    retires: { date: '2027-09-02', atLeast: true },
    locationsSure: true,
    thinking: { levels: LOW_TO_HIGH, default: 'MEDIUM', budgetSupported: true, sure: true },
  }),
  gemini('gemini-3.7-flash', 'Gemini 3.7 Flash', {
    ...SAMPLING_GONE,
    stage: 'short_lived_ga',
    released: '2026-08-13',
    successors: [{ id: 'gemini-3.8-flash', reason: 'closest' }],
    locationsSure: true,
    thinking: { levels: LOW_TO_HIGH, budgetSupported: true, sure: false },
  }),
  gemini('gemini-3.6-flash', 'Gemini 3.6 Flash', {
    ...SAMPLING_GONE,
    stage: 'short_lived_ga',
    released: '2026-07-21',
    successors: [{ id: 'gemini-3.8-flash', reason: 'closest' }],
    thinking: { levels: LOW_TO_HIGH, default: 'MEDIUM', budgetSupported: true, sure: false },
  }),
  gemini('gemini-3.5-flash-lite', 'Gemini 3.5 Flash-Lite', {
    ...SAMPLING_GONE,
    released: '2026-07-21',
    retires: { date: '2027-07-21', atLeast: true },
    thinking: { levels: MINIMAL_TO_HIGH, default: 'MINIMAL', budgetSupported: true, sure: true },
    notes: ['presencePenalty and frequencyPenalty are refused, and so is a last turn of role model.'],
  }),
  gemini('gemini-3.5-flash', 'Gemini 3.5 Flash', {
    released: '2026-05-19',
    retires: { date: '2027-05-19', atLeast: true },
    successors: [{ id: 'gemini-3.8-flash', reason: 'quality' }],
    thinking: { levels: MINIMAL_TO_HIGH, default: 'MEDIUM', budgetSupported: true, sure: true },
    notes: ['Also in single regions of the Americas, Europe and Asia Pacific, which are not listed here.'],
    sources: [batchModels, lifecycle, flash35],
  }),
  gemini('gemini-3.1-flash-lite', 'Gemini 3.1 Flash-Lite', {
    released: '2026-05-07',
    retires: { date: '2027-05-07', atLeast: true },
    successors: [{ id: 'gemini-3.5-flash-lite', reason: 'quality' }],
    locationsSure: true,
    thinking: { levels: MINIMAL_TO_HIGH, default: 'MINIMAL', budgetSupported: true, sure: true },
    sources: [batchModels, lifecycle, flash35],
  }),
  gemini('gemini-3.1-pro-preview', 'Gemini 3.1 Pro', {
    aliases: ['gemini-3.1-pro'],
    stage: 'preview',
    released: '2026-02-19',
    successors: [
      { id: 'gemini-4-argon', reason: 'quality' },
      { id: 'gemini-4-carbon', reason: 'quality' },
    ],
    locations: ['global'],
    locationsSure: true,
    thinking: { levels: LOW_TO_HIGH, default: 'HIGH', budgetSupported: true, sure: true },
    sources: [batchModels, lifecycle, flash35, gemini4],
  }),
  gemini('gemini-3-flash-preview', 'Gemini 3 Flash', {
    aliases: ['gemini-3-flash'],
    stage: 'preview',
    released: '2025-12-17',
    successors: [{ id: 'gemini-3.8-flash', reason: 'quality' }],
    locations: ['global'],
    locationsSure: true,
    thinking: { levels: MINIMAL_TO_HIGH, default: 'HIGH', budgetSupported: true, sure: false },
  }),
];
