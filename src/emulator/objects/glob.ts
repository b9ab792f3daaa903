import { invalid } from './errors.ts';

/**
 * A `matchGlob` as a regular expression: `*` and `?` stop at a slash, `**` does not, `[abc]`, `[!a-z]`, `{one,two}`,
 * and `\` before a character that means itself. Throws 400 on a bracket left open.
 * Source: cloud.google.com/storage/docs/json_api/v1/objects/list#list-objects-and-prefixes-using-glob.
 */
export function globPattern(glob: string): RegExp {
  let pattern = '';
  let braces = 0;
  for (let i = 0; i < glob.length; i++) {
    const character = glob.charAt(i);
    if (glob.startsWith('**/', i)) {
      pattern += '(?:.*/)?';
      i += 2;
    } else if (glob.startsWith('**', i)) {
      pattern += '.*';
      i += 1;
    } else if (character === '*') pattern += '[^/]*';
    else if (character === '?') pattern += '[^/]';
    else if (character === '[') {
      const end = glob.indexOf(']', i + 2);
      if (end === -1) throw invalid(`Invalid glob pattern: ${glob}`);
      pattern += characterClass(glob.slice(i + 1, end));
      i = end;
    } else if (character === '{') {
      pattern += '(?:';
      braces += 1;
    } else if (character === '}' && braces > 0) {
      pattern += ')';
      braces -= 1;
    } else if (character === ',' && braces > 0) pattern += '|';
    else if (character === '\\' && i + 1 < glob.length) {
      i += 1;
      pattern += literal(glob.charAt(i));
    } else pattern += literal(character);
  }
  if (braces > 0) throw invalid(`Invalid glob pattern: ${glob}`);
  try {
    return new RegExp(`^${pattern}$`, 's');
  } catch {
    throw invalid(`Invalid glob pattern: ${glob}`);
  }
}

const literal = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');

function characterClass(content: string): string {
  const negated = /^[!^]/.test(content);
  const members = (negated ? content.slice(1) : content).replace(/[\\\]^]/g, '\\$&');
  return `[${negated ? '^/' : ''}${members}]`;
}
