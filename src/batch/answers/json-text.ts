/** The value of a JSON text; undefined for what is none, since null is a value. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The JSON of an answer: all of it, or all of a block between code fences, whatever prose stands around those.
 * Without fences nothing is cut off: half a sentence behind an object may be what contradicts it.
 */
export function parseAnswer(text: string): unknown {
  const whole = parseJson(text);
  if (whole !== undefined) return whole;
  for (let open = text.indexOf(FENCE); open >= 0; ) {
    const start = text.slice(open, open + LONGEST_OPENING).match(OPENING)?.[0].length;
    if (start === undefined) return undefined;
    const end = closing(text, open + start);
    const block = parseJson(text.slice(open + start, end < 0 ? undefined : end));
    if (block !== undefined || end < 0) return block;
    open = text.indexOf(FENCE, end + FENCE.length);
  }
  return undefined;
}

const FENCE = '```';
/** With the language that may stand behind it. */
const OPENING = /^`{3,}[ \t]*[\w+.-]*/;
const LONGEST_OPENING = 40;

/** Where a line starts with a fence, or where the last one of the text is: strings within may hold fences too. */
function closing(text: string, from: number): number {
  const line = /\n[ \t]*```/g;
  line.lastIndex = from;
  const found = line.exec(text);
  if (found) return found.index;
  const last = text.lastIndexOf(FENCE);
  return last > from ? last : -1;
}
