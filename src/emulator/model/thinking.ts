import type { Ids } from '../../support/ids.ts';
import type { GenerationConfig } from '../messages/request.ts';
import type { PublisherModel } from '../models.ts';

/** Tokens of thought for a short prompt, least and most. */
const THOUGHTS: Record<string, readonly [number, number]> = {
  none: [0, 0],
  minimal: [0, 12],
  low: [16, 80],
  medium: [60, 240],
  high: [200, 900],
  xhigh: [600, 2_400],
};

/** How long the model thinks: by the level that was asked for, else by its own; a budget caps it, -1 does not. */
export function thoughtTokens(
  model: Pick<PublisherModel, 'thinking'>,
  config: GenerationConfig['thinkingConfig'],
  ids: Ids,
): number {
  const asked = config?.thinkingLevel === 'THINKING_LEVEL_UNSPECIFIED' ? undefined : config?.thinkingLevel;
  const [least, most] = THOUGHTS[asked?.toLowerCase() ?? model.thinking] ?? [0, 0];
  const thoughts = least + Math.floor(ids.random() * (most - least + 1));
  const budget = config?.thinkingBudget ?? -1;
  return budget < 0 ? thoughts : Math.min(thoughts, budget);
}
