/**
 * Whether two JSON values are equal, whatever the order of members. Allocates nothing: rows of a file repeat the same
 * settings and schemas, and telling so is much cheaper than checking them again.
 */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (!sameJson(a[i], b[i])) return false;
    return true;
  }
  if (Array.isArray(b)) return false;
  let members = 0;
  for (const name in a) {
    if (!sameJson((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name])) return false;
    members += 1;
  }
  for (const _ in b) members -= 1;
  return members === 0;
}
