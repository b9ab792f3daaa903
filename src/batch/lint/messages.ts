/** What a member holds. `elsewhere`: looked at by checks of its own. `any`: nothing is known, or nothing matters. */
export type Kind =
  | 'string'
  | 'boolean'
  | 'integer'
  | 'number'
  | 'any'
  | 'object'
  | 'elsewhere'
  | Message
  | { list: Kind }
  | { oneOf: readonly string[] };

export interface Field {
  /** In camelCase. */
  name: string;
  kind: Kind;
  /** True where it was found by its snake_case name. */
  snake: boolean;
}

export interface Message {
  name: string;
  /** By both spellings. */
  fields: ReadonlyMap<string, Field>;
}

/** Rows are asked for the same few names again and again; only names of the API come here. */
const SNAKE = new Map<string, string>();

function snakeCase(camel: string): string {
  let snake = SNAKE.get(camel);
  if (snake === undefined) {
    snake = camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    SNAKE.set(camel, snake);
  }
  return snake;
}

export const camelCase = (name: string): string =>
  name.replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

export function message(name: string, kinds: Record<string, Kind>): Message {
  const fields = new Map<string, Field>();
  for (const [camel, kind] of Object.entries(kinds)) {
    fields.set(snakeCase(camel), { name: camel, kind, snake: true });
    fields.set(camel, { name: camel, kind, snake: false });
  }
  return { name, fields };
}

/** In camelCase, in the order of the declaration. */
export const fieldNames = ({ fields }: Message): string[] =>
  [...fields.values()].filter(({ snake }) => !snake).map(({ name }) => name);

/** The member by either spelling; null counts as absent, as the API has it. */
export function member(value: Record<string, unknown>, camel: string): unknown {
  const found = value[camel];
  if (found !== undefined && found !== null) return found;
  const snake = value[snakeCase(camel)];
  return snake === null ? undefined : snake;
}

/** The text of a plain value; nothing of lists and objects, which may bring a `toString` of their own. */
export const textOf = (value: unknown): string =>
  typeof value === 'object' || value === undefined ? '' : String(value);

/** As proto3's JSON form has it: numbers may be written as text. Undefined for what is none. */
export function numberOf(value: Record<string, unknown>, camel: string): number | undefined {
  const found = member(value, camel);
  const number = typeof found === 'number' || typeof found === 'string' ? Number(found) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}
