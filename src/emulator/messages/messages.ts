/**
 * Reads JSON as Google's API front end reads it into a protobuf message: camelCase or snake_case names,
 * null is absent, an unknown name or a wrong type is an error in Google's words. Lenient readings of the
 * real parser (one value for a repeated field) are refused here, because batch input files are refused for them.
 */
export type Json = null | boolean | number | string | Json[] | JsonObject;
export type JsonObject = { [name: string]: Json };

export type Scalar = 'string' | 'bool' | 'integer' | 'number' | 'bytes' | 'value' | 'struct';
export type FieldType =
  | Scalar
  | { message: Message }
  | { enum: readonly string[]; name: string }
  | { repeated: FieldType }
  | { map: FieldType };

export interface Message {
  /** Name in the proto, for errors. */
  name: string;
  /** camelCase name → type. A function where messages are recursive. */
  fields: () => Record<string, FieldType>;
  /** Fields of which at most one may be set, by the oneof's name. */
  oneofs?: Record<string, readonly string[]>;
  /** Set by the service: accepted from callers and dropped. */
  outputOnly?: readonly string[];
}

const PACKAGE = 'type.googleapis.com/google.cloud.aiplatform.v1';

/** The message with camelCase names and without nulls; what is wrong is pushed to `problems`, one line each. */
export function readMessage(
  json: Json,
  message: Message,
  problems: string[],
  root: readonly string[] = [],
): JsonObject {
  return new Reader(problems, [...root]).message(json, message);
}

const camelNames = new Map<string, string>();

/** `response_schema` → `responseSchema`; memoised, because rows repeat the same few names. */
export function camelCase(name: string): string {
  let camel = camelNames.get(name);
  if (camel === undefined) {
    camel = name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    if (camelNames.size < 2000) camelNames.set(name, camel);
  }
  return camel;
}

export const snakeCase = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

export const isObject = (json: unknown): json is JsonObject =>
  typeof json === 'object' && json !== null && !Array.isArray(json);

class Reader {
  readonly #problems: string[];
  readonly #path: string[];

  constructor(problems: string[], path: string[]) {
    this.#problems = problems;
    this.#path = path;
  }

  message(json: Json, message: Message): JsonObject {
    if (!isObject(json)) {
      this.#wrong(`${PACKAGE}.${message.name}`, json);
      return {};
    }
    const fields = message.fields();
    const read: JsonObject = {};
    for (const name in json) {
      const value = json[name] as Json;
      const camel = Object.hasOwn(fields, name) ? name : camelCase(name);
      const type = Object.hasOwn(fields, camel) ? fields[camel] : undefined;
      if (type === undefined) {
        this.#unknown(name, 'Cannot find field.');
        continue;
      }
      if (value === null || message.outputOnly?.includes(camel)) continue;
      if (Array.isArray(value) && !acceptsList(type)) {
        this.#unknown(name, 'Proto field is not repeating, cannot start list.');
        continue;
      }
      this.#path.push(camel);
      read[camel] = this.#field(value, type);
      this.#path.pop();
    }
    if (message.oneofs !== undefined) this.#oneofs(read, message.oneofs);
    return read;
  }

  #field(value: Json, type: FieldType): Json {
    if (typeof type === 'string') return this.#scalar(value, type);
    if ('message' in type) return this.message(value, type.message);
    if ('enum' in type) return this.#enum(value, type);
    if ('repeated' in type) return this.#repeated(value, type.repeated);
    return this.#map(value, type.map);
  }

  #repeated(value: Json, type: FieldType): Json {
    if (!Array.isArray(value)) {
      this.#wrong(typeLabel(type), value);
      return [];
    }
    const path = this.#path;
    const name = path.pop() ?? '';
    const items = value.map((item, index) => {
      path.push(`${name}[${index}]`);
      const read =
        item === null && type !== 'value' ? this.#wrong(typeLabel(type), item) : this.#field(item, type);
      path.pop();
      return read;
    });
    path.push(name);
    return items;
  }

  #map(value: Json, type: FieldType): Json {
    if (!isObject(value)) {
      this.#wrong('map', value);
      return {};
    }
    const path = this.#path;
    const name = path.pop() ?? '';
    const read: JsonObject = {};
    Object.entries(value).forEach(([key, item], index) => {
      path.push(`${name}[${index}]`, 'value');
      read[key] = item === null ? this.#wrong(typeLabel(type), item) : this.#field(item, type);
      path.length -= 2;
    });
    path.push(name);
    return read;
  }

  #scalar(value: Json, type: Scalar): Json {
    switch (type) {
      case 'value':
        return value;
      case 'struct':
        return isObject(value) ? value : this.#wrong('type.googleapis.com/google.protobuf.Struct', value);
      case 'string':
        return typeof value === 'string' ? value : this.#wrong('TYPE_STRING', value);
      case 'bytes':
        return typeof value === 'string' && /^[A-Za-z0-9+/_-]*={0,2}$/.test(value)
          ? value
          : this.#wrong('TYPE_BYTES', value);
      case 'bool':
        return typeof value === 'boolean' ? value : this.#wrong('TYPE_BOOL', value);
      case 'integer': {
        const number = asNumber(value);
        return Number.isInteger(number) ? number : this.#wrong('TYPE_INT32', value);
      }
      case 'number': {
        const number = asNumber(value);
        return Number.isFinite(number) ? number : this.#wrong('TYPE_DOUBLE', value);
      }
    }
  }

  #enum(value: Json, type: { enum: readonly string[]; name: string }): Json {
    if (typeof value === 'number' && type.enum[value] !== undefined) return type.enum[value] as string;
    const upper = typeof value === 'string' ? value.toUpperCase() : '';
    return type.enum.includes(upper) ? upper : this.#wrong(`${PACKAGE}.${type.name}`, value);
  }

  #oneofs(read: JsonObject, oneofs: Record<string, readonly string[]>): void {
    for (const [oneof, members] of Object.entries(oneofs)) {
      const [, second] = members.filter((member) => read[member] !== undefined);
      if (second !== undefined) {
        this.#problems.push(
          `Invalid value at '${this.#where()}' (oneof), oneof field '${oneof}' is already set. Cannot set '${second}'`,
        );
      }
    }
  }

  #unknown(name: string, reason: string): void {
    const at = this.#path.length > 0 ? ` at '${this.#where()}'` : '';
    this.#problems.push(`Invalid JSON payload received. Unknown name "${name}"${at}: ${reason}`);
  }

  #wrong(type: string, value: Json): null {
    const shown =
      typeof value === 'object' ? (value === null ? 'null' : 'an object or a list') : JSON.stringify(value);
    this.#problems.push(`Invalid value at '${this.#where()}' (${type}), ${shown}`);
    return null;
  }

  #where(): string {
    return this.#path.map(snakeCase).join('.');
  }
}

const acceptsList = (type: FieldType): boolean =>
  type === 'value' || (typeof type === 'object' && 'repeated' in type);

const asNumber = (value: Json): number =>
  typeof value === 'number'
    ? value
    : typeof value === 'string' && value.trim() !== ''
      ? Number(value)
      : Number.NaN;

function typeLabel(type: FieldType): string {
  if (typeof type === 'string') return `TYPE_${type.toUpperCase()}`;
  if ('message' in type) return `${PACKAGE}.${type.message.name}`;
  if ('enum' in type) return `${PACKAGE}.${type.name}`;
  return 'repeated' in type ? typeLabel(type.repeated) : 'map';
}
