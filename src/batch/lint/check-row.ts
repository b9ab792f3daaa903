import { isRecord } from '../../support/records.ts';
import { checkContents } from './checks/contents.ts';
import { checkFormat } from './checks/formats.ts';
import { checkBeside, checkKey } from './checks/keys.ts';
import { checkLength } from './checks/length.ts';
import { checkAllowed } from './checks/tools.ts';
import { logKey } from './key-log.ts';
import { createNotes, type Finding } from './notes.ts';
import { type LintPart, MOST_KEYS } from './part.ts';
import type { JsonObject } from './rule.ts';
import { createSections } from './sections.ts';
import { memberShape, type Shape, see, type Walk, widen } from './structure.ts';
import type { Target } from './target.ts';

/** Objects in each other that a table takes. */
const MOST_OBJECTS = 15;

/**
 * Checks rows one by one, and adds to the part what only the file as a whole can tell. The findings are valid until
 * the next row. Rows must not be changed afterwards: equal settings of later rows are compared with them.
 */
export function createRowChecker(
  target: Target,
  part: Pick<LintPart, 'structure' | 'keys' | 'schemas' | 'functions'>,
) {
  const notes = createNotes();
  const walk: Walk = { structure: part.structure, line: 0, deepest: 0, nestedList: false };
  const checkSection = createSections(target, part, notes, (shape, value) => widenBy(shape, value, 2));
  const { root } = part.structure;

  /** False where the value is too deep to be looked at. */
  function widenBy(shape: Shape, value: unknown, objects: number): boolean {
    walk.deepest = 0;
    walk.nestedList = false;
    const walkable = widen(shape, value, walk, objects, objects);
    if (walk.nestedList) notes.say('nested-list');
    if (!walkable || walk.deepest > MOST_OBJECTS) notes.say('nested-deep');
    return walkable;
  }

  function checkBesideRequest(row: JsonObject): boolean {
    see(root, walk, 0);
    for (const name in row) {
      if (name === 'request' && isRecord(row.request)) continue;
      notes.path.push(name);
      const walkable = widenBy(memberShape(root, name, walk), row[name], 1);
      notes.path.pop();
      if (!walkable) return false;
    }
    return true;
  }

  const contentsOf = ({ contents }: JsonObject, shape: Shape): number =>
    widenBy(shape, contents, 2) ? checkContents(contents, target, notes) : 0;

  function checkRequest(request: JsonObject): void {
    const shape = memberShape(root, 'request', walk);
    see(shape, walk, 1);
    let characters = 0;
    for (const name in request) {
      const member = memberShape(shape, name, walk);
      notes.path.push(name);
      characters +=
        name === 'contents' ? contentsOf(request, member) : checkSection(name, request, member, walk.line);
      notes.path.pop();
    }
    if (request.contents === undefined) checkContents(undefined, target, notes);
    if ('toolConfig' in request || 'tool_config' in request) checkAllowed(request, notes);
    checkLength(request, characters, target, notes);
  }

  return (row: JsonObject, line: number): readonly Finding[] => {
    notes.found = [];
    notes.path.length = 0;
    walk.line = line;
    if (!checkBesideRequest(row)) return notes.found;
    const key = checkKey(row, notes);
    if (key !== undefined && part.keys.size < MOST_KEYS) logKey(part.keys, key, line);
    const { request } = row;
    if (!checkFormat(row, target, notes)) {
      if (isRecord(request)) widenBy(memberShape(root, 'request', walk), request, 1);
      return notes.found;
    }
    checkBeside(row, notes);
    notes.path.push('request');
    checkRequest(request as JsonObject);
    notes.path.pop();
    return notes.found;
  };
}
