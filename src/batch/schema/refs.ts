import { isRecord } from '../../support/records.ts';
import { quoteUntrusted } from '../../support/text.ts';
import { notSupported, type SchemaConversion } from './conversion.ts';

/** Finds what the `$ref`s in one document mean. */
export function schemaRefs(root: unknown): SchemaConversion['target'] {
  const reached = new Map<string, ReadonlySet<string>>();
  return (ref, path) => {
    if (!ref.startsWith('#'))
      throw notSupported(
        path,
        `It refers to another document, ${quoteUntrusted(ref, 120)}.`,
        'Put the schema that is meant into $defs, and refer to it as #/$defs/NAME.',
      );
    const found = lookUp(root, ref);
    if (found === undefined)
      throw notSupported(
        path,
        `It refers to ${quoteUntrusted(ref, 120)}, and there is nothing.`,
        'Correct the reference, or add the definition to $defs.',
      );
    if (reachedFrom(ref, root, reached).has(ref))
      throw notSupported(
        path,
        `It refers to ${quoteUntrusted(ref, 120)}, which contains itself. A response schema has no references, so it would never end.`,
        'Write the levels out as far as they are needed, or describe the inner part as a STRING that holds JSON.',
      );
    return found;
  };
}

/** A JSON pointer within the document, `#` for the document itself; undefined where it leads nowhere. */
export function lookUp(root: unknown, ref: string): unknown {
  let found: unknown = root;
  for (const step of ref.replace(/^#\/?/, '').split('/').filter(Boolean)) {
    const name = decode(step).replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Record<string, unknown>)[name];
  }
  return found;
}

function decode(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}

/** References that writing out one reference would meet, however deep. */
function reachedFrom(
  ref: string,
  root: unknown,
  known: Map<string, ReadonlySet<string>>,
): ReadonlySet<string> {
  const before = known.get(ref);
  if (before) return before;
  const reached = new Set<string>();
  const open = refsIn(lookUp(root, ref));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (reached.has(next)) continue;
    reached.add(next);
    open.push(...refsIn(lookUp(root, next)));
  }
  known.set(ref, reached);
  return reached;
}

/** Where definitions stand is not part of what a schema says. */
const DEFINITIONS = new Set(['$defs', 'definitions', 'defs']);

function refsIn(schema: unknown): string[] {
  const refs: string[] = [];
  const open = [schema];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (Array.isArray(next)) open.push(...next);
    if (!isRecord(next)) continue;
    for (const [name, member] of Object.entries(next)) {
      if ((name === '$ref' || name === 'ref') && typeof member === 'string') refs.push(member);
      else if (!DEFINITIONS.has(name)) open.push(member);
    }
  }
  return refs;
}
