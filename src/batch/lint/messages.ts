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

const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

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
  const snake = value[SNAKE.get(camel) ?? snakeCase(camel)];
  return snake === null ? undefined : snake;
}

/** Spellings that rows are asked for again and again. */
const SNAKE = new Map(
  ['role', 'parts', 'text', 'fileData', 'inlineData', 'contents', 'systemInstruction', 'generationConfig'].map(
    (name) => [name, snakeCase(name)],
  ),
);
