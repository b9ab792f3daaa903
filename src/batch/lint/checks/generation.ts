import { isRecord } from '../../../support/records.ts';
import { member, numberOf, textOf } from '../messages.ts';
import type { Notes } from '../notes.ts';
import type { JsonObject } from '../rule.ts';
import type { Target } from '../target.ts';
import { checkJsonSchema } from './json-schema.ts';
import { checkSchema } from './schema.ts';
import { checkThinking } from './thinking.ts';

/** Settings by their values, and by what the model makes of them. Names and kinds have been looked at. */
export function checkGeneration(config: JsonObject, target: Target, notes: Notes): void {
  checkRanges(config, target, notes);
  checkModel(config, target, notes);
  checkThinking(config, target, notes);
  checkAnswer(config, notes);
  const image = member(config, 'imageConfig');
  const size = isRecord(image) ? member(image, 'imageSize') : undefined;
  if (size !== undefined && textOf(size).toUpperCase() !== '1K') notes.say('image-size', size);
}

const RANGES = { temperature: [0, 2], topP: [0, 1], candidateCount: [1, 8], logprobs: [0, 20] } as const;
const MOST_STOP_SEQUENCES = 5;

function checkRanges(config: JsonObject, { context }: Target, notes: Notes): void {
  for (const [name, [least, most]] of Object.entries(RANGES)) {
    const value = numberOf(config, name);
    if (value !== undefined && (value < least || value > most))
      sayAt(name, () => notes.say('setting-out-of-range', value, `${least} to ${most}`), notes);
  }
  const output = numberOf(config, 'maxOutputTokens');
  if (output !== undefined && output < 1)
    sayAt('maxOutputTokens', () => notes.say('setting-out-of-range', output, '1 or more'), notes);
  if (output !== undefined && output > context.output)
    sayAt(
      'maxOutputTokens',
      () => notes.say('output-above-limit', output, `at most ${context.output}`),
      notes,
    );
  const stops = member(config, 'stopSequences');
  if (Array.isArray(stops) && stops.length > MOST_STOP_SEQUENCES)
    sayAt(
      'stopSequences',
      () => notes.say('setting-out-of-range', `${stops.length} of them`, 'at most 5'),
      notes,
    );
}

const SAMPLING = ['temperature', 'topP', 'topK'];

/** By the notes of the catalogue. */
const REFUSED: Record<string, readonly string[]> = {
  'gemini-3.5-flash-lite': ['presencePenalty', 'frequencyPenalty'],
  'gemini-nano-banana-2.1': ['responseSchema', 'responseJsonSchema'],
};

function checkModel(config: JsonObject, { model }: Target, notes: Notes): void {
  if (!model) return;
  if (model.samplingIgnored)
    for (const name of SAMPLING) {
      const value = member(config, name);
      if (value !== undefined) sayAt(name, () => notes.say('sampling-ignored', value), notes);
    }
  for (const name of REFUSED[model.id] ?? []) {
    const value = member(config, name);
    if (value !== undefined) sayAt(name, () => notes.say('refused-by-model', value), notes);
  }
  const wanted = member(config, 'responseModalities');
  for (const one of Array.isArray(wanted) ? wanted : []) {
    const modality = textOf(one).toLowerCase();
    if (
      ['image', 'audio', 'video'].includes(modality) &&
      !model.modalities.output.some((made) => made === modality)
    )
      sayAt('responseModalities', () => notes.say('modality-not-offered', one), notes);
  }
}

const WRITTEN = ['text/plain', 'application/json', 'text/x.enum', 'application/yaml', 'application/xml'];
const STRUCTURED = ['application/json', 'text/x.enum'];

function checkAnswer(config: JsonObject, notes: Notes): void {
  const type = member(config, 'responseMimeType');
  const schema = member(config, 'responseSchema');
  const jsonSchema = member(config, 'responseJsonSchema');
  if (typeof type === 'string' && !WRITTEN.includes(type))
    sayAt('responseMimeType', () => notes.say('response-mime-type', type), notes);
  if ((schema !== undefined || jsonSchema !== undefined) && !STRUCTURED.includes(textOf(type)))
    notes.say('schema-without-json', type);
  if (schema !== undefined && jsonSchema !== undefined) notes.say('schema-twice');
  if (jsonSchema !== undefined) {
    sayAt('responseJsonSchema', () => notes.say('response-json-schema'), notes);
    sayAt(
      'responseJsonSchema',
      () => once(jsonSchema, () => checkJsonSchema(jsonSchema, notes), notes),
      notes,
    );
  }
  if (schema !== undefined)
    sayAt('responseSchema', () => once(schema, () => checkSchema(schema, notes), notes), notes);
}

function sayAt(name: string, say: () => void, notes: Notes): void {
  notes.path.push(name);
  say();
  notes.path.pop();
}

/** Settings may differ from row to row where the schema does not. */
function once(schema: unknown, check: () => void, notes: Notes): void {
  notes.once(notes.path.join('.'), schema, () => {
    check();
    return true;
  });
}
