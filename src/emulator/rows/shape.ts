import type { Json, JsonObject } from '../messages/messages.ts';

/**
 * The structure that all lines of an input share. Vertex AI loads the file like a table: a member that any line
 * has is a column of every line, and a column has one type.
 */
export interface Shape {
  /** Absent while only null was seen. */
  kind?: 'boolean' | 'number' | 'string' | 'object' | 'array';
  fields?: Map<string, Shape>;
  items?: Shape;
}

/** A field that is one type on one line and another type on a later one. */
export class ShapeConflict extends Error {
  override readonly name = 'ShapeConflict';

  constructor(path: string, was: string, is: string) {
    super(`field '${path}' is ${was} on one line and ${is} on another`);
  }
}

/** Widens the shape by a value. Throws `ShapeConflict` where the types differ. */
export function widen(shape: Shape, value: Json, path = ''): void {
  if (value === null) return;
  const kind = kindOf(value);
  if (shape.kind === undefined) shape.kind = kind;
  else if (shape.kind !== kind) throw new ShapeConflict(path, shape.kind, kind);
  if (typeof value !== 'object') return;
  if (Array.isArray(value)) {
    shape.items ??= {};
    for (const item of value) widen(shape.items, item, `${path}[]`);
    return;
  }
  shape.fields ??= new Map();
  for (const name in value) {
    const member = value[name] as Json;
    let field = shape.fields.get(name);
    if (field === undefined) {
      field = {};
      shape.fields.set(name, field);
    }
    if (member !== null) widen(field, member, path === '' ? name : `${path}.${name}`);
  }
}

/**
 * The value as it comes back: missing members are null, and an object that is empty on every line is gone,
 * since a table has no column without fields.
 */
export function fill(shape: Shape, value: Json): Json {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) {
    const items = shape.items ?? {};
    return value.map((item) => fill(items, item));
  }
  if (shape.fields === undefined || shape.fields.size === 0) return null;
  const filled: JsonObject = {};
  for (const [name, field] of shape.fields) {
    const member = value[name];
    filled[name] = member === undefined ? null : fill(field, member);
  }
  return filled;
}

type StoredShape = { kind?: Shape['kind']; fields?: [string, StoredShape][]; items?: StoredShape };

/** The shape as JSON; the order of the members is kept. */
export const storeShape = ({ kind, fields, items }: Shape): StoredShape => ({
  ...(kind === undefined ? {} : { kind }),
  ...(fields === undefined ? {} : { fields: [...fields].map(([name, field]) => [name, storeShape(field)]) }),
  ...(items === undefined ? {} : { items: storeShape(items) }),
});

export const restoreShape = ({ kind, fields, items }: StoredShape): Shape => ({
  ...(kind === undefined ? {} : { kind }),
  ...(fields === undefined
    ? {}
    : { fields: new Map(fields.map(([name, field]) => [name, restoreShape(field)])) }),
  ...(items === undefined ? {} : { items: restoreShape(items) }),
});

export type { StoredShape };

const kindOf = (value: Exclude<Json, null>) =>
  Array.isArray(value) ? 'array' : (typeof value as NonNullable<Shape['kind']>);
