import { code } from './markdown.ts';

/** As much of JSON Schema as the tools' schemas use. */
export interface JsonSchema {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: readonly unknown[];
  const?: unknown;
  anyOf?: readonly JsonSchema[];
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: readonly string[];
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  format?: string;
}

export interface SchemaRow {
  name: string;
  type: string;
  required: boolean;
  default: string;
  about: string;
}

/** A line for each property, and below it one for each property of the objects in it: `rows.total`, `jobs[].state`. */
export function schemaRows(schema: JsonSchema, prefix = ''): SchemaRow[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]) => {
    const name = prefix + key;
    const row = {
      name,
      type: typeOf(property),
      required: schema.required?.includes(key) ?? false,
      default: property.default === undefined ? '' : code(JSON.stringify(property.default)),
      about: property.description ?? '',
    };
    const inner = property.items
      ? schemaRows(property.items, `${name}[].`)
      : schemaRows(property, `${name}.`);
    return [row, ...inner];
  });
}

function typeOf(schema: JsonSchema): string {
  if (schema.enum) return schema.enum.map((value) => code(String(value))).join(', ');
  if (schema.const !== undefined) return code(String(schema.const));
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' or ');
  if (schema.type === 'array') return `list of ${schema.items ? typeOf(schema.items) : 'anything'}`;
  const { type = 'anything', minimum, maximum, maxLength, format } = schema;
  const bounds = [
    minimum !== undefined && maximum !== undefined
      ? `${minimum} to ${maximum}`
      : minimum !== undefined && `at least ${minimum}`,
    minimum === undefined && maximum !== undefined && `at most ${maximum}`,
    maxLength !== undefined && `at most ${maxLength} characters`,
    format,
  ].filter(Boolean);
  return bounds.length ? `${type}, ${bounds.join(', ')}` : type;
}
