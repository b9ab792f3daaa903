/** Members of an output line that are no key, whatever they hold. */
const NO_KEY: ReadonlySet<string> = new Set([
  ...['request', 'response', 'status', 'processed_time', 'error'],
  ...['method', 'url', 'body', 'instance', 'predictions', 'content'],
]);

/**
 * What ties an output line to its input: `key`, else `custom_id`, else `id`, else the first other scalar, which
 * Vertex AI copies from the input. As text; numbers and text are not told apart.
 */
export function keyOf(row: Readonly<Record<string, unknown>>): string | undefined {
  const named = textOf(row.key) ?? textOf(row.custom_id) ?? textOf(row.id);
  if (named !== undefined) return named;
  for (const name in row) {
    const text = NO_KEY.has(name) ? undefined : textOf(row[name]);
    if (text !== undefined) return text;
  }
  return undefined;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
