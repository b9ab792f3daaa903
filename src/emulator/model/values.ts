import { isObject, type Json, type JsonObject } from '../messages/messages.ts';
import { choose } from './choice.ts';
import type { ValueContext } from './context.ts';
import { numberFor, numeric } from './numbers.ts';
import { type Prompt, promptAbout } from './prompt.ts';
import { stringFor } from './strings.ts';

/** References may be circular; nobody wants an answer deeper than this. */
const MOST_DEPTH = 8;

/**
 * A value that a schema allows and that looks as if somebody had read the prompt. Reads both dialects, Google's
 * `Schema` (`STRING`, `nullable`, `ref`) and JSON Schema (`string`, `["string", "null"]`, `$ref`):
 * their members have the same names where they mean the same.
 */
export function valueFor(schema: Json, name: string, context: ValueContext): Json {
  if (!isObject(schema) || context.depth > MOST_DEPTH) return context.depth > MOST_DEPTH ? null : {};
  const node = resolve(schema, context.root);
  const { ids, prompt } = context;
  if (node.const !== undefined && node.const !== null) return node.const;
  const options = node.anyOf ?? node.oneOf;
  if (Array.isArray(options) && options.length > 0) {
    const solid = options.filter((option) => isObject(option) && typeOf(option) !== 'null');
    return valueFor(solid[Math.floor(ids.random() * solid.length)] ?? null, name, deeper(context));
  }
  if (isNullable(node) && ids.random() < 0.08) return null;
  const values = Array.isArray(node.enum) ? node.enum.filter((value) => value !== null) : [];
  const type = typeOf(node);
  if (values.length > 0) {
    const chosen = choose(values.map(String), prompt, ids);
    const value = values.find((one) => String(one) === chosen) ?? chosen;
    return type === 'integer' || type === 'number' ? Number(value) : value;
  }
  switch (type) {
    case 'object':
      return objectFor(node, context);
    case 'array':
      return arrayFor(node, name, context);
    case 'integer':
    case 'number':
      return numberFor(node, name, context, type === 'integer');
    case 'boolean':
      return booleanFor(name, context);
    case 'null':
      return null;
    default:
      return stringFor(node, name, context);
  }
}

function objectFor(node: JsonObject, context: ValueContext): JsonObject {
  const properties = isObject(node.properties) ? node.properties : {};
  const ordering = Array.isArray(node.propertyOrdering) ? node.propertyOrdering.map(String) : [];
  const names = Object.keys(properties);
  const ordered = [
    ...ordering.filter((name) => name in properties),
    ...names.filter((name) => !ordering.includes(name)),
  ];
  const value: JsonObject = {};
  for (const name of ordered) {
    const required = Array.isArray(node.required) && node.required.includes(name);
    if (!required && context.depth >= MOST_DEPTH - 2) continue;
    value[name] = valueFor(properties[name] ?? null, name, deeper(context));
  }
  return value;
}

function arrayFor(node: JsonObject, name: string, context: ValueContext): Json[] {
  const least = numeric(node.minItems) ?? 1;
  const most = numeric(node.maxItems) ?? Math.max(least, 3);
  const wanted = Math.max(
    least,
    Math.min(most, least + Math.floor(context.ids.random() * (most - least + 1))),
  );
  const single = name.replace(/ies$/, 'y').replace(/(ss|s)$/, (end) => (end === 'ss' ? 'ss' : ''));
  const items: Json[] = [];
  const seen = new Set<string>();
  for (let attempt = 0; items.length < wanted && attempt < wanted * 4; attempt++) {
    const item = valueFor(node.items ?? null, single, {
      ...deeper(context),
      prompt: nthPrompt(context.prompt, items.length),
    });
    const text = JSON.stringify(item);
    const repeated = seen.has(text) && attempt < wanted * 4 - (wanted - items.length);
    seen.add(text);
    if (!repeated) items.push(item);
  }
  return items;
}

/** Items of a list speak about different sentences, so that they are not all the same. */
function nthPrompt(prompt: Prompt, index: number): Prompt {
  const sentences = prompt.sentences();
  const subject = index === 0 ? undefined : sentences[index % Math.max(1, sentences.length)];
  return subject === undefined ? prompt : promptAbout(prompt.whole, subject);
}

const CONTRARY =
  /\b(defect|fault|complaint|negative|problem|issue|angry|churn|refund|return|urgent|spam|toxic|fail)/i;
const CHEERFUL = /\b(positive|recommend|satisfied|happy|good|like|success|works|approve|again)/i;

function booleanFor(name: string, { prompt, ids }: ValueContext): boolean {
  const words = name.replace(/[_-]/g, ' ').replace(/([a-z])([A-Z])/g, '$1 $2');
  if (CONTRARY.test(words)) return prompt.mood() < 0;
  if (CHEERFUL.test(words)) return prompt.mood() > 0;
  return ids.random() < 0.5;
}

function resolve(schema: JsonObject, root: JsonObject): JsonObject {
  const reference = schema.$ref ?? schema.ref;
  if (typeof reference !== 'string') return schema;
  let found: Json | undefined = root;
  for (const step of reference.replace(/^#\/?/, '').split('/')) {
    if (step !== '') found = isObject(found) ? (found[step] ?? found[step.replace('$', '')]) : undefined;
  }
  return isObject(found) ? found : {};
}

function typeOf(node: JsonObject): string {
  const type = Array.isArray(node.type) ? node.type.find((one) => one !== 'null') : node.type;
  if (typeof type === 'string') return type.toLowerCase();
  if (isObject(node.properties)) return 'object';
  return node.items === undefined || node.items === null ? 'string' : 'array';
}

const isNullable = (node: JsonObject): boolean =>
  node.nullable === true || (Array.isArray(node.type) && node.type.includes('null'));

const deeper = (context: ValueContext): ValueContext => ({ ...context, depth: context.depth + 1 });
