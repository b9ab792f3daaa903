/** What is wrong with the text around the items. */
export type ArrayProblem = 'no array' | 'cut off' | 'more behind' | 'too long';

const BETWEEN_ITEMS = /[,"{}[\]]/g;
const INSIDE_ITEM = /["{}[\]]/g;
const INSIDE_STRING = /["\\]/g;

/**
 * The texts of an array's items, in order, without looking at what they hold: brackets are counted outside strings.
 * What is no JSON inside an item is left to whoever parses it. An empty array has none.
 * `problem` makes the error; it is given the text that the source begins with.
 */
export async function* jsonItems(
  chunks: AsyncIterable<string>,
  mostCharacters: number,
  problem: (kind: ArrayProblem, text: string) => Error,
): AsyncGenerator<string> {
  let held = '';
  let items = 0;
  /** 0 before and behind the array, 1 between items, more inside of one. */
  let depth = 0;
  let isClosed = false;
  let inString = false;
  /** 1 where a backslash ended the last chunk: what it escapes is the first character of this one. */
  let escaped = 0;
  for await (const chunk of chunks) {
    let at = escaped;
    let start = 0;
    escaped = 0;
    if (depth === 0 && !isClosed) {
      at = chunk.search(/\S/);
      if (at === -1) continue;
      if (chunk.charAt(at) !== '[') throw problem('no array', chunk.slice(at));
      depth = 1;
      start = at += 1;
    }
    while (!isClosed) {
      at = next(inString ? INSIDE_STRING : depth === 1 ? BETWEEN_ITEMS : INSIDE_ITEM, chunk, at);
      if (at === -1) break;
      const character = chunk.charAt(at++);
      if (character === '\\') {
        escaped = at === chunk.length ? 1 : 0;
        at += 1;
      } else if (character === '"') inString = !inString;
      else if (character === '{' || character === '[') depth += 1;
      else if (character !== ',' && depth > 1) depth -= 1;
      else {
        const item = held + chunk.slice(start, at - 1);
        const isBlank = item.trim() === '';
        held = '';
        start = at;
        isClosed = character === ']';
        if (isBlank ? !isClosed || items > 0 : character === '}') throw problem('cut off', '');
        if (isBlank) break;
        items += 1;
        yield item;
      }
    }
    const rest = chunk.slice(start);
    if (isClosed && /\S/.test(rest)) throw problem('more behind', '');
    if (!isClosed) held += rest;
    if (held.length > mostCharacters) throw problem('too long', '');
  }
  if (!isClosed) throw problem('cut off', '');
}

function next(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? -1;
}
