import { imageModel } from './catalogue-entry.ts';
import { SOURCES } from './catalogue-sources.ts';
import type { Model } from './catalogue-types.ts';

/** The Gemini models that make pictures, newest first. */
export const IMAGE_MODELS: readonly Model[] = [
  imageModel('gemini-nano-banana-2.1', 'Nano Banana 2.1', {
    aliases: ['nano-banana-2.1'],
    released: '2026-10-07',
    thinking: {
      levels: ['MINIMAL', 'MEDIUM', 'HIGH'],
      default: 'MEDIUM',
      budgetSupported: false,
      sure: false,
    },
    notes: ['Function calls and structured output are not supported.'],
    sources: [SOURCES.batchModels, SOURCES.nanoBanana],
    confidence: 'B',
  }),
  imageModel('gemini-3.1-flash-lite-image', 'Gemini 3.1 Flash-Lite Image', {
    aliases: ['nano-banana-2-lite'],
    released: '2026-06-23',
    retires: { date: '2027-06-28', atLeast: true },
  }),
  imageModel('gemini-3.1-flash-image', 'Gemini 3.1 Flash Image', {
    aliases: ['nano-banana-2', 'gemini-3.1-flash-image-preview'],
    released: '2026-05-28',
    retires: { date: '2027-05-28', atLeast: true },
    thinking: { levels: ['MINIMAL', 'HIGH'], default: 'MINIMAL', budgetSupported: false, sure: false },
  }),
  imageModel('gemini-3-pro-image', 'Gemini 3 Pro Image', {
    aliases: ['nano-banana-pro', 'gemini-3-pro-image-preview'],
    released: '2026-05-28',
    retires: { date: '2027-05-28', atLeast: true },
  }),
  imageModel('gemini-2.5-flash-image', 'Gemini 2.5 Flash Image', {
    released: '2025-10-02',
    retires: { date: '2027-03-15', atLeast: false },
    successors: [{ id: 'gemini-3.1-flash-lite-image', reason: 'cost' }],
    batch: { supported: true, sure: false },
    notes: ['Seen with a batch price, but not on the part of the batch list that could be read.'],
    sources: [SOURCES.lifecycle],
  }),
];
