import type { Outcome } from '../../batch/outcomes.ts';
import type { Manifest } from '../../pipeline/manifest.ts';
import type { Preview } from '../../pipeline/preview.ts';
import type { PreviewPlan } from '../../pipeline/preview-plan.ts';
import type { Next } from '../define.ts';
import { roomierLimit } from './preview-words.ts';

/** The batch, where all rows came out well; else what mends the worst of them. */
export function afterPreview(plan: PreviewPlan, { rows }: Preview, sameCall: Next): Next {
  const { input, model, location } = plan.spec;
  const of = (...outcomes: Outcome[]) => rows.filter(({ answer }) => outcomes.includes(answer.outcome));
  const job = { input, model, ...(location !== undefined && { location }) };
  if (of('error_permanent').length > 0)
    return {
      tool: 'validate_batch_input',
      arguments: { input, model },
      reason: 'find such mistakes in all rows',
    };
  if (of('error_retriable').length > 0) return { ...sameCall, reason: 'ask what was not answered' };
  if (rows.every(({ answer }) => answer.outcome === 'ok'))
    return { tool: 'create_batch_job', arguments: job, reason: 'run all rows at half the price' };

  const cut = of('truncated');
  const limit = roomierLimit(cut);
  const call = plan.manifest && composeCall(plan.manifest, limit);
  if (call)
    return {
      tool: 'compose_batch_input',
      arguments: call,
      reason: limit
        ? 'compose it again with more room for answers'
        : 'compose it again, with what the notes advise',
    };
  if (limit === undefined) return { ...sameCall, reason: 'look again once the rows are mended' };
  return {
    tool: 'estimate_batch_cost',
    arguments: { ...job, output_tokens: limit },
    reason: 'see what longer answers would cost, then raise the limit in the rows',
  };
}

/** The call that composed an input, with another limit of output; undefined where it cannot be told, or takes none. */
function composeCall(
  { source, spec }: Manifest,
  maxOutputTokens: number | undefined,
): Record<string, unknown> | undefined {
  const [object, ...others] = source.objects ?? [];
  const from = source.path ?? source.folder ?? (others.length === 0 ? object?.uri : undefined);
  if (from === undefined || (spec.prompt === undefined && spec.media === undefined)) return undefined;
  const { safety_settings: safety, generation_config: config, ...same } = spec;
  return {
    source: from,
    ...same,
    ...(safety && {
      safety_settings: Object.fromEntries(safety.map(({ category, threshold }) => [category, threshold])),
    }),
    ...((config || maxOutputTokens) && {
      generation_config: { ...config, ...(maxOutputTokens && { maxOutputTokens }) },
    }),
  };
}
