import { isRecord } from '../support/records.ts';
import type { Model, ThinkingLevel } from './catalogue-types.ts';
import { OUTCOME_FACTS, type Outcome } from './outcomes.ts';

/** How a row failed, as far as that decides what may help it. */
export interface Failure {
  outcome: Outcome;
  finishReason?: string | undefined;
  /** Tokens that the model spent on thoughts. */
  thoughtTokens?: number | undefined;
}

/** The row to send again and what is different in it, or why sending it again is pointless. */
export type Repair = { row: Record<string, unknown>; changes: string[] } | { left: string };

export interface RepairSpec {
  /** Model that the row goes to; undefined where the catalogue does not know it. */
  model: Model | undefined;
  /** Whether that is another one than the one it failed on. */
  otherModel: boolean;
  /** Puts a line right as far as lint can, and names the rules. */
  mend(text: string): { text: string | undefined; rules: readonly string[] };
}

/** Times by which the room for an answer is widened. */
const WIDER = 4;

/** What each cause asks for: more room or less thought, the same again, or a mended request. The row is not changed. */
export function repairRow(row: Record<string, unknown>, failure: Failure, spec: RepairSpec): Repair {
  const { outcome } = failure;
  if (outcome === 'ok') return { left: 'it is ok' };
  if (outcome === 'blocked') return { left: 'a filter stopped it, and would again' };
  if (outcome === 'truncated') return withRoom(structuredClone(row), failure, spec.model);
  if (OUTCOME_FACTS[outcome].retry === 'same') return { row, changes: [] };
  const { text, rules } = spec.mend(JSON.stringify(row));
  if (text !== undefined && rules.length > 0)
    return { row: JSON.parse(text), changes: rules.map((rule) => `mended ${rule}`) };
  if (spec.otherModel) return { row, changes: [] };
  return { left: 'it was refused, and no known mend fits' };
}

function withRoom(row: Record<string, unknown>, failure: Failure, model: Model | undefined): Repair {
  const request = isRecord(row.request) ? row.request : undefined;
  if (!request) return { left: 'its limits are not those of a Gemini request' };
  const name = 'generation_config' in request ? 'generation_config' : 'generationConfig';
  const config = isRecord(request[name]) ? request[name] : {};
  const room = widened(config, model?.context?.output ?? Number.POSITIVE_INFINITY);
  // Thoughts count against the same limit: where there is no more room, there can be less of them.
  const changes = room ?? ((failure.thoughtTokens ?? 0) > 0 ? thinkLess(config, model) : undefined);
  if (!changes) return { left: 'its answer is longer than the model can write' };
  request[name] = config;
  return { row, changes };
}

function widened(config: Record<string, unknown>, most: number): string[] | undefined {
  const name = 'max_output_tokens' in config ? 'max_output_tokens' : 'maxOutputTokens';
  const now = config[name];
  if (typeof now !== 'number' || now >= most) return undefined;
  config[name] = Math.min(most, now * WIDER);
  return [`maxOutputTokens ${now} → ${config[name]}`];
}

function thinkLess(config: Record<string, unknown>, model: Model | undefined): string[] | undefined {
  const { levels = [], default: standard } = model?.thinking ?? {};
  const name = 'thinking_config' in config ? 'thinking_config' : 'thinkingConfig';
  const thinking = isRecord(config[name]) ? config[name] : {};
  const member = 'thinking_level' in thinking ? 'thinking_level' : 'thinkingLevel';
  const now = String(thinking[member] ?? standard ?? levels.at(-1) ?? '').toUpperCase() as ThinkingLevel;
  const lower = levels[levels.indexOf(now) - 1];
  if (!lower) return undefined;
  config[name] = { ...thinking, [member]: lower };
  return [`thinkingLevel ${now} → ${lower}`];
}
