/** Below this, looking for each kind of character costs more than it saves. */
const LONG = 200;
/** Escaped in JSON, or, as halves of surrogate pairs, perhaps; next to quotes and line ends, which prose is full of. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const SELDOM = /[\0-\x09\x0b-\x1f\\\ud800-\udfff]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const RARE = /[\0-\x08\x0b\x0c\x0e-\x1f]/;

/**
 * What `JSON.stringify` writes, sooner where there are long strings, as in prompts: it looks at each character,
 * here the few that need a backslash are looked for. Takes JSON values; members that are undefined are left out.
 */
export function jsonText(value: unknown): string {
  if (typeof value === 'string') return value.length < LONG ? JSON.stringify(value) : longString(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`;
  let members = '';
  for (const name of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[name];
    if (member === undefined) continue;
    members += `${members && ','}${nameText(name)}:${jsonText(member)}`;
  }
  return `{${members}}`;
}

const names = new Map<string, string>();
const MOST_NAMES = 1_000;

/** Requests of an input have the same few names, row after row. */
function nameText(name: string): string {
  const known = names.get(name);
  if (known !== undefined) return known;
  const text = JSON.stringify(name);
  if (names.size < MOST_NAMES) names.set(name, text);
  return text;
}

/** Of ES2024, and in Node since version 20. */
type Checkable = string & { isWellFormed(): boolean };

function longString(text: string): string {
  let escaped = text;
  if (SELDOM.test(text)) {
    if (RARE.test(text) || !(text as Checkable).isWellFormed()) return JSON.stringify(text);
    escaped = text.replaceAll('\\', '\\\\').replaceAll('\r', '\\r').replaceAll('\t', '\\t');
  }
  return `"${escaped.replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
