/**
 * What members all lines together have, and of which kinds. Vertex AI loads the file like a table: a member of any
 * line is a column of every line, and a column has one type. Plain data, so that it travels between threads.
 */
export interface Shape {
  /** First line that had the kind, by `KINDS`; 0 for none. Null is no kind. */
  first: number[];
  members?: Map<string, Shape>;
  items?: Shape;
}

export interface Structure {
  root: Shape;
  /** Shapes below the root. */
  size: number;
  /** Line at which there were too many; 0 before. Nothing is added from there on. */
  fullAt: number;
}

export const KINDS = ['a boolean', 'a number', 'text', 'an object', 'a list'] as const;
const BOOLEAN = 0;
const NUMBER = 1;
const TEXT = 2;
const OBJECT = 3;
const LIST = 4;

/** A BigQuery table has at most 10,000 columns. Bounds the memory, too. */
const MOST_SHAPES = 10_000;
/** Walks stop here, so that no line can exhaust the stack. */
export const MOST_DEPTH = 100;

const newShape = (): Shape => ({ first: [0, 0, 0, 0, 0] });

export const newStructure = (): Structure => ({ root: newShape(), size: 0, fullAt: 0 });

/** What a walk met on its way. */
export interface Walk {
  structure: Structure;
  line: number;
  /** Most objects in each other. */
  deepest: number;
  /** A list directly in a list. */
  nestedList: boolean;
}

/** Widens the shape by a value. False where the value is too deep to be walked. */
export function widen(shape: Shape, value: unknown, walk: Walk, objects: number, depth: number): boolean {
  if (value === null) return true;
  const { first } = shape;
  if (typeof value !== 'object') {
    const kind = typeof value === 'string' ? TEXT : typeof value === 'number' ? NUMBER : BOOLEAN;
    if (first[kind] === 0) first[kind] = walk.line;
    return true;
  }
  if (depth >= MOST_DEPTH) return false;
  return Array.isArray(value)
    ? widenList(shape, value, walk, objects, depth)
    : widenObject(shape, value as Record<string, unknown>, walk, objects, depth);
}

function widenList(shape: Shape, list: unknown[], walk: Walk, objects: number, depth: number): boolean {
  if (shape.first[LIST] === 0) shape.first[LIST] = walk.line;
  const items = shape.items ?? grow(walk, (added) => (shape.items = added));
  for (let i = 0; i < list.length; i++) {
    const item = list[i];
    if (typeof item === 'object' && Array.isArray(item)) walk.nestedList = true;
    if (!widen(items, item, walk, objects, depth + 1)) return false;
  }
  return true;
}

function widenObject(
  shape: Shape,
  value: Record<string, unknown>,
  walk: Walk,
  objects: number,
  depth: number,
): boolean {
  see(shape, walk, objects);
  for (const name in value) {
    const child = memberShape(shape, name, walk);
    if (!widen(child, value[name], walk, objects + 1, depth + 1)) return false;
  }
  return true;
}

/** Takes note of an object whose members are widened one by one by the caller. */
export function see(shape: Shape, walk: Walk, objects: number): void {
  if (shape.first[OBJECT] === 0) shape.first[OBJECT] = walk.line;
  if (objects > walk.deepest) walk.deepest = objects;
}

export function memberShape(shape: Shape, name: string, walk: Walk): Shape {
  shape.members ??= new Map();
  const { members } = shape;
  return members.get(name) ?? grow(walk, (added) => members.set(name, added));
}

/** A new shape. Where the structure is full it belongs to nothing: the walk goes on, and leaves no trace. */
function grow({ structure, line }: Walk, add: (shape: Shape) => unknown): Shape {
  const added = newShape();
  if (structure.size < MOST_SHAPES) {
    structure.size += 1;
    add(added);
  } else structure.fullAt ||= line;
  return added;
}

/** Adds what later lines had. `lines`: how many lines come before those of `b`. */
export function mergeStructure(a: Structure, b: Structure, lines: number): void {
  mergeShape(a, a.root, b.root, lines);
  if (!a.fullAt && b.fullAt) a.fullAt = b.fullAt + lines;
}

function mergeShape(into: Structure, a: Shape, b: Shape, lines: number): void {
  b.first.forEach((line, kind) => {
    if (line > 0 && a.first[kind] === 0) a.first[kind] = line + lines;
  });
  const walk: Walk = { structure: into, line: firstLine(b) + lines, deepest: 0, nestedList: false };
  if (b.items) {
    const items = a.items ?? grow(walk, (added) => (a.items = added));
    mergeShape(into, items, b.items, lines);
  }
  for (const [name, member] of b.members ?? []) {
    walk.line = firstLine(member) + lines;
    const own = memberShape(a, name, walk);
    mergeShape(into, own, member, lines);
  }
}

/** The part's first line for what was null wherever it was. */
function firstLine({ first }: Shape): number {
  const lines = first.filter((line) => line > 0);
  return lines.length > 0 ? Math.min(...lines) : 1;
}

/** A member that is of several kinds: where, and the first line of each kind, in order of lines. */
export interface Conflict {
  path: string;
  kinds: { kind: (typeof KINDS)[number]; line: number }[];
  /** True where values of both kinds are plain: texts, numbers, booleans. */
  scalars: boolean;
}

export function conflicts(shape: Shape, path = ''): Conflict[] {
  const kinds = KINDS.map((kind, index) => ({ kind, line: shape.first[index] ?? 0 }))
    .filter(({ line }) => line > 0)
    .sort((a, b) => a.line - b.line);
  const scalars = (shape.first[OBJECT] ?? 0) === 0 && (shape.first[LIST] ?? 0) === 0;
  return [
    ...(kinds.length > 1 ? [{ path, kinds, scalars }] : []),
    ...(shape.items ? conflicts(shape.items, `${path}[]`) : []),
    ...[...(shape.members ?? [])].flatMap(([name, member]) =>
      conflicts(member, path ? `${path}.${name}` : name),
    ),
  ];
}
