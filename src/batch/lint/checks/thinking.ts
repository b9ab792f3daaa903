import { isRecord } from '../../../support/records.ts';
import type { Model, ThinkingLevel } from '../../catalogue.ts';
import { member, numberOf } from '../messages.ts';
import type { Notes } from '../notes.ts';
import type { JsonObject } from '../rule.ts';
import type { Target } from '../target.ts';

/** Output tokens below which thinking of a level leaves little for the answer. A rule of thumb, not documented. */
const NEEDS: Record<ThinkingLevel, number> = {
  MINIMAL: 0,
  LOW: 512,
  MEDIUM: 2_048,
  HIGH: 4_096,
  XHIGH: 8_192,
};

/** Thinking settings against each other, the model, and the room for output. */
export function checkThinking(config: JsonObject, { model }: Target, notes: Notes): void {
  const thinking = member(config, 'thinkingConfig');
  const settings = isRecord(thinking) ? thinking : {};
  const budget = numberOf(settings, 'thinkingBudget');
  const named = member(settings, 'thinkingLevel');
  const level = typeof named === 'string' ? named.toUpperCase() : undefined;
  notes.path.push('thinkingConfig');
  if (budget !== undefined && level !== undefined) notes.say('thinking-twice');
  if (model?.thinking) checkModelThinking(model, model.thinking, { budget, level }, notes);
  notes.path.pop();
  checkRoom(config, { budget, level, usual: usualLevel(model) }, notes);
}

function checkModelThinking(
  { id }: Model,
  { levels, budgetSupported, sure }: NonNullable<Model['thinking']>,
  { budget, level }: { budget: number | undefined; level: string | undefined },
  notes: Notes,
): void {
  if (budget !== undefined && !budgetSupported)
    notes.say('thinking-budget-refused', budget, `one of ${levels.join(', ')}`);
  const known = level !== undefined && level in NEEDS;
  if (known && sure && !levels.some((offered) => offered === level))
    notes.say('thinking-level-not-offered', level, `${id} has ${levels.join(', ') || 'budgets only'}`);
}

/** What a model does when nothing is said; the middle where it is not documented. */
function usualLevel(model: Model | undefined): ThinkingLevel | undefined {
  if (!model?.thinking || model.thinking.levels.length === 0) return undefined;
  return model.thinking.default ?? 'MEDIUM';
}

function checkRoom(
  config: JsonObject,
  {
    budget,
    level,
    usual,
  }: Record<'budget', number | undefined> & Record<'level' | 'usual', string | undefined>,
  notes: Notes,
): void {
  const room = numberOf(config, 'maxOutputTokens');
  if (room === undefined || room < 1) return;
  const by = level ?? (budget === undefined || budget < 0 ? usual : undefined);
  const need = by === undefined ? budget : NEEDS[by as ThinkingLevel];
  const short = by === undefined ? need !== undefined && need > 0 && room <= need : room < (need ?? 0);
  if (!short) return;
  notes.path.push('maxOutputTokens');
  notes.say(
    'thinking-eats-output',
    room,
    by === undefined ? `more than the budget of ${need}` : `${need} or more at ${by}`,
  );
  notes.path.pop();
}
