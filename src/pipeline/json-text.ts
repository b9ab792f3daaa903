/** Below this, looking for each kind of character costs more than it saves. */
const LONG = 200;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROLS_BUT_LF = /[\0-\x09\x0b-\x1f]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const RARE_CONTROLS = /[\0-\x08\x0b\x0c\x0e-\x1f]/;

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
    members += `${members && ','}${JSON.stringify(name)}:${jsonText(member)}`;
  }
  return `{${members}}`;
}

/** Of ES2024, and in Node since version 20. */
type Checkable = string & { isWellFormed(): boolean };

function longString(text: string): string {
  const hasControls = CONTROLS_BUT_LF.test(text);
  // Halves of surrogate pairs are escaped too; neither they nor rare controls are in ordinary text.
  if ((hasControls && RARE_CONTROLS.test(text)) || !(text as Checkable).isWellFormed())
    return JSON.stringify(text);
  // The backslash first, as the others bring backslashes.
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
  return `"${hasControls ? escaped.replaceAll('\r', '\\r').replaceAll('\t', '\\t') : escaped}"`;
}
