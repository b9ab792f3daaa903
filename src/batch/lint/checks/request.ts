import { isRecord } from '../../../support/records.ts';
import { member } from '../messages.ts';
import type { Notes } from '../notes.ts';
import type { Target } from '../target.ts';
import { checkContent } from './contents.ts';
import { checkGeneration } from './generation.ts';
import { checkTools } from './tools.ts';

/**
 * One member of a request, by its name in camelCase, other than contents: these are the same on most rows of a file.
 * Returns the characters of its texts.
 */
export function checkSection(name: string, value: unknown, target: Target, notes: Notes): number {
  switch (name) {
    case 'systemInstruction':
      if (isRecord(value)) return checkContent(value, target, notes);
      notes.say('system-instruction-as-text', value);
      return 0;
    case 'generationConfig':
      if (isRecord(value)) checkGeneration(value, target, notes);
      return 0;
    case 'tools':
      checkTools(value, notes);
      return 0;
    case 'labels':
      checkLabels(value, notes);
      return 0;
    case 'cachedContent':
      notes.say('cached-content', value);
      return 0;
    case 'model':
      notes.say('model-in-request', value);
      return 0;
    case 'serviceTier':
    case 'modelArmorConfig':
      notes.say('effect-unknown');
      return 0;
    default:
      return 0;
  }
}

const LABEL_KEY = /^[\p{Ll}\p{Lo}][\p{Ll}\p{Lo}\p{N}_-]{0,62}$/u;
const LABEL_VALUE = /^[\p{Ll}\p{Lo}\p{N}_-]{0,63}$/u;

function checkLabels(labels: unknown, notes: Notes): void {
  if (!isRecord(labels)) {
    notes.say('wrong-type', labels, 'write an object');
    return;
  }
  for (const name in labels) {
    const value = labels[name];
    if (value === null) continue;
    notes.path.push(name);
    if (!LABEL_KEY.test(name) || typeof value !== 'string' || !LABEL_VALUE.test(value))
      notes.say('label-value', value);
    notes.path.pop();
  }
}

/** The schema of the answers, as it is written. */
export function responseSchemaOf(config: unknown): unknown {
  if (!isRecord(config)) return undefined;
  return member(config, 'responseSchema') ?? member(config, 'responseJsonSchema');
}

/** Everything that tools declare of functions. */
export const functionsOf = (tools: unknown): unknown[] =>
  Array.isArray(tools)
    ? tools.flatMap((tool) => (isRecord(tool) ? [member(tool, 'functionDeclarations') ?? []] : [])).flat()
    : [];
