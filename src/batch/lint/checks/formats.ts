import { isRecord } from '../../../support/records.ts';
import type { RowFormat } from '../../catalogue.ts';
import type { Notes } from '../notes.ts';
import type { JsonObject } from '../rule.ts';
import type { Target } from '../target.ts';

type Detected = RowFormat | 'anthropic' | 'bare' | 'text' | 'none';

/** What kind of batch a line belongs to. Told from each line by itself: the first may be an odd one. */
export function detectFormat(row: JsonObject): Detected {
  const { request } = row;
  if (isRecord(request)) {
    if (request.contents !== undefined) return 'gemini';
    if (request.anthropic_version !== undefined || request.max_tokens !== undefined) return 'claude';
    return isRecord(request.content) ? 'embedding' : 'gemini';
  }
  if (isRecord(row.body) && ('custom_id' in row || 'url' in row || 'method' in row)) return 'openai';
  if (isRecord(row.params) && 'custom_id' in row) return 'anthropic';
  if (row.contents !== undefined) return 'bare';
  if (typeof request === 'string') return 'text';
  if (Array.isArray(row.messages)) return 'openai';
  return typeof row.content === 'string' ? 'embedding' : 'none';
}

/** True where the row is a Gemini request that the other checks can look at. */
export function checkFormat(row: JsonObject, { format }: Target, notes: Notes): boolean {
  const detected = detectFormat(row);
  if (detected === 'gemini' && format === 'gemini') {
    if ('status' in row && 'response' in row) notes.say('output-line');
    return true;
  }
  if (detected === format) return false;
  switch (detected) {
    case 'gemini':
      notes.say('gemini-line', undefined, `${format} rows`);
      break;
    case 'claude':
    case 'anthropic':
      notes.say(format === 'claude' ? 'claude-line' : 'anthropic-line');
      break;
    case 'openai':
      notes.say('openai-line');
      break;
    case 'embedding':
      notes.say('embedding-line');
      break;
    case 'bare':
      notes.say(format === 'gemini' ? 'bare-request' : 'gemini-line');
      break;
    case 'text':
      notes.say(format === 'gemini' ? 'request-as-text' : 'request-missing');
      break;
    case 'none':
      notes.say(
        'request-missing',
        undefined,
        `the line has ${Object.keys(row).slice(0, 5).join(', ') || 'nothing'}`,
      );
  }
  return false;
}
