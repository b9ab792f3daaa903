import type { Json, JsonObject } from '../messages/messages.ts';
import { moodOnScale } from './choice.ts';
import type { ValueContext } from './context.ts';

export const numeric = (value: Json | undefined): number | undefined =>
  typeof value === 'number' ? value : undefined;

/** A number within the schema's bounds that suits the name of its field. */
export function numberFor(node: JsonObject, name: string, context: ValueContext, integer: boolean): number {
  const step = integer ? 1 : 0.01;
  const exclusiveLeast = numeric(node.exclusiveMinimum);
  const exclusiveMost = numeric(node.exclusiveMaximum);
  const least = numeric(node.minimum) ?? (exclusiveLeast === undefined ? undefined : exclusiveLeast + step);
  const most = numeric(node.maximum) ?? (exclusiveMost === undefined ? undefined : exclusiveMost - step);
  const wanted = plausible(name, least, most, context, integer);
  const rounded = integer ? Math.round(wanted) : Math.round(wanted * 100) / 100;
  const floor = least === undefined ? Number.NEGATIVE_INFINITY : integer ? Math.ceil(least) : least;
  const ceiling = most === undefined ? Number.POSITIVE_INFINITY : integer ? Math.floor(most) : most;
  return Math.max(floor, Math.min(ceiling, rounded));
}

function plausible(
  name: string,
  least: number | undefined,
  most: number | undefined,
  { prompt, ids }: ValueContext,
  integer: boolean,
): number {
  const { subject } = prompt;
  if (/confiden|probab|certain|likelihood/i.test(name)) {
    const top = most ?? (integer ? 100 : 1);
    return top * (0.7 + ids.random() * 0.28);
  }
  if (/score|rating|stars?\b|grade|sentiment|satisf|quality/i.test(name)) {
    const bottom = least ?? (integer ? 1 : 0);
    return moodOnScale(prompt.mood(), bottom, most ?? (integer ? bottom + 4 : bottom + 1));
  }
  if (/year/i.test(name)) return Number(/\b(1[5-9]|20)\d\d\b/.exec(subject)?.[0] ?? 1970 + ids.random() * 55);
  if (/word/i.test(name)) return subject.split(/\s+/).length;
  if (/char|length/i.test(name)) return subject.length;
  if (/price|amount|total|cost|count|quantity|number|age|size|minutes|hours|days|runtime/i.test(name)) {
    const mentioned = /\d+(?:[.,]\d{3})*(?:\.\d+)?/.exec(subject)?.[0]?.replace(/,/g, '');
    if (mentioned !== undefined) return Number(mentioned);
  }
  const bottom = least ?? Math.min(1, most ?? 1);
  const top = most ?? bottom + 9;
  return bottom + ids.random() * (top - bottom);
}
