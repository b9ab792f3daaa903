import { notSupported, type SchemaConversion } from './conversion.ts';

/** What an enum of JSON Schema becomes: Vertex AI's hold strings only. */
export interface EnumMembers {
  type: 'STRING' | 'BOOLEAN';
  enum?: string[] | undefined;
  nullable: boolean;
}

/** Throws `schema_not_supported`. */
export function translateEnum(
  values: unknown,
  declared: readonly string[],
  path: string,
  { note }: SchemaConversion,
): EnumMembers {
  if (!Array.isArray(values) || values.length === 0)
    throw notSupported(`${path}.enum`, 'It lists no values.', 'List them, or leave enum out.');
  const left = [...new Set(values.filter((value) => value !== null))];
  const nullable = left.length < values.length && values.includes(null);
  if (nullable) note(path, 'null in enum was written as nullable');
  if (left.length === 0) throw alwaysNull(path);
  if (left.every((value) => typeof value === 'boolean')) {
    if (left.length === 1) note(path, `Only ${left[0]} was meant, but a BOOLEAN cannot be narrowed`);
    return { type: 'BOOLEAN', nullable };
  }
  if (left.includes(''))
    throw notSupported(
      `${path}.enum`,
      'One of its values is the empty string, which Vertex AI refuses.',
      'Give that value a name, such as none.',
    );
  if (left.every((value) => typeof value === 'number'))
    note(path, 'enum of numbers was written as strings, and answers hold strings too');
  else if (!left.every((value) => typeof value === 'string') || declared.some((type) => type === 'boolean'))
    throw notSupported(
      `${path}.enum`,
      'Its values are not all strings, which is all that an enum of Vertex AI can hold.',
      'Write the values as strings.',
    );
  else if (declared.length > 0 && !declared.includes('string'))
    note(path, `enum of strings made a STRING of a ${declared[0]?.toUpperCase()}`);
  return { type: 'STRING', enum: left.map(String), nullable };
}

export const alwaysNull = (path: string) =>
  notSupported(path, 'Its value is always null.', 'Leave the property out: it tells nothing.');
