import { isRecord } from '../../../support/records.ts';
import { HOMES, MOVABLE, type Place, SDK_ONLY, sameName } from '../homes.ts';
import { camelCase, type Kind, type Message, member } from '../messages.ts';
import { CONTENT, GENERATION_CONFIG, PART, REQUEST } from '../request-messages.ts';
import type { Fix, JsonObject } from '../rule.ts';
import { allContents, configOf, partsOf, requestOf, some } from './parts-of-row.ts';

/** snake_case and misspelled names become the API's, in their places. Names that people chose stay. */
export const foldNames: Fix = (row) => {
  const request = fold(requestOf(row), REQUEST);
  const contents = some(allContents(row), (content) => fold(content, CONTENT));
  const parts = some(partsOf(row), (part) => fold(part, PART));
  return request || contents || parts;
};

function fold(value: JsonObject, message: Message): boolean {
  const names = Object.keys(value).map((name) => [name, nameIn(name, value, message)] as const);
  const inside = some(names, ([name, folded]) => {
    const kind = message.fields.get(folded)?.kind;
    return kind !== undefined && foldInside(value[name], kind);
  });
  if (names.every(([name, folded]) => name === folded)) return inside;
  const members = names.map(([name, folded]) => [folded, value[name]] as const);
  for (const [name] of names) delete value[name];
  // Put back one by one, so that the order of the members stays.
  for (const [name, content] of members) value[name] = content;
  return true;
}

/** What the member should be called; its own name where the right one is taken. */
function nameIn(name: string, value: JsonObject, message: Message): string {
  const folded = message.fields.get(name)?.name ?? sameName(name, message) ?? name;
  return folded !== name && folded in value ? name : folded;
}

function foldInside(value: unknown, kind: Kind): boolean {
  if (typeof kind !== 'object' || 'oneOf' in kind) return false;
  if ('list' in kind) return Array.isArray(value) && some(value, (item) => foldInside(item, kind.list));
  return isRecord(value) && fold(value, kind);
}

/** Misplaced members go where they belong, unless something is there already. */
export const moveFields: Fix = (row) => {
  const inside = some(MOVABLE, ([message, place]) => {
    const container = at(row, place);
    if (!container) return false;
    const strangers = Object.keys(container).filter(
      (name) => !message.fields.has(name) && !sameName(name, message),
    );
    return some(strangers, (name) => move(row, container, name));
  });
  const beside = Object.keys(row).filter(
    (name) => typeof row[name] === 'object' && name !== 'labels' && HOMES.get(camelCase(name))?.length === 1,
  );
  return some(beside, (name) => move(row, row, name)) || inside;
};

function move(row: JsonObject, from: JsonObject, name: string): boolean {
  const camel = camelCase(name);
  const home = HOMES.get(camel);
  if (!home || home.some((step) => step.endsWith('[]'))) return false;
  const to = at(row, home, true);
  if (!to || to === from || member(to, camel) !== undefined) return false;
  to[camel] = from[name];
  delete from[name];
  return true;
}

/** The object at a place, by either spelling; made where it is missing and `make` says so. */
function at(row: JsonObject, place: Place, make = false): JsonObject | undefined {
  let found: JsonObject = row;
  for (const name of place) {
    const next = member(found, name);
    if (next === undefined && make) {
      const made: JsonObject = {};
      found[name] = made;
      found = made;
    } else if (isRecord(next)) found = next;
    else return undefined;
  }
  return found;
}

/** The SDK's `config` argument, taken apart. What the API does not know stays where it is. */
export const spreadConfig: Fix = (row) => {
  const { config } = requestOf(row);
  if (!isRecord(config)) return false;
  const moved = some(Object.keys(config), (name) => {
    if (!SDK_ONLY.has(camelCase(name))) return move(row, config, name);
    delete config[name];
    return true;
  });
  if (Object.keys(config).length > 0) return moved;
  delete requestOf(row).config;
  return true;
};

export const dropSdkFields: Fix = (row) =>
  some([requestOf(row), configOf(row)], (container) =>
    some(Object.keys(container), (name) => SDK_ONLY.has(camelCase(name)) && delete container[name]),
  );

/** Empty objects mean the same as none, other than as tools, where they choose one. */
export const dropEmpty: Fix = (row) => {
  const request = requestOf(row);
  return [empty(configOf(row), GENERATION_CONFIG), empty(request, REQUEST)].includes(true);
};

function empty(value: JsonObject, message: Message): boolean {
  return some(Object.keys(value), (name) => {
    const kind = message.fields.get(name)?.kind;
    const inner = value[name];
    if (!isRecord(inner) || kind === undefined || kind === 'any' || kind === 'elsewhere') return false;
    if (Object.keys(inner).length === 0) return delete value[name];
    return typeof kind === 'object' && 'fields' in kind && empty(inner, kind);
  });
}

export const dropModel: Fix = (row) => delete requestOf(row).model;
