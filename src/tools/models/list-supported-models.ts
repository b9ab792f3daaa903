import { z } from 'zod';
import { CATALOGUE_AS_OF, isLive, lifecycleWarning, type Model } from '../../batch/catalogue.ts';
import { type Day, dayOf } from '../../batch/day.ts';
import { liveSuccessors, modelProblem, pickLocation, resolveModel } from '../../batch/find-model.ts';
import { checkLive } from '../../pipeline/check-live.ts';
import { count, list } from '../../support/text.ts';
import { defineTool, type Next } from '../define.ts';
import { batchPrice, briefFacts, fullFacts, type ModelFacts, modelFactsSchema } from './model-facts.ts';
import { STAGES, selectModels } from './select-models.ts';

export const listSupportedModels = defineTool({
  name: 'list_supported_models',
  title: 'List supported models',
  toolset: 'models',
  effect: 'read',
  description:
    'Models for batch jobs, from a dated catalogue: locations, batch prices with coming changes, retirement, successors. A model name as query gives all about it; retired ones, also Gemini 1.0 and 1.5, answer with what replaced them.',
  input: z.strictObject({
    query: z.string().min(1).max(300).optional().describe('Model name, or part of one.'),
    stage: z.enum(STAGES).default('live'),
    modality: z.enum(['text', 'image', 'audio', 'video', 'pdf', 'embedding']).optional(),
    location: z.string().optional(),
    live: z.boolean().default(false).describe('Also ask Vertex AI whether each exists.'),
  }),
  output: z.object({ as_of: z.string(), models: z.array(modelFactsSchema) }),
  run: async ({ live, ...selection }, context) => {
    const on = dayOf(context.clock.now());
    const { models, exact, leftOut } = selectModels(selection, on);
    const facts = models.map((model) => (exact ? fullFacts(model, on) : briefFacts(model, on)));
    const answers = live ? await checkLive(models, selection.location, context) : [];
    const [only] = models;
    const said = exact && only ? describeOne(only, selection.location, on) : describeList(models, leftOut);
    const next =
      exact && only
        ? nextForOne(only, selection.location ?? context.settings.location, on)
        : nextForList(models);
    return {
      data: {
        as_of: CATALOGUE_AS_OF,
        models: facts.map((fact, index) => ({ ...fact, ...answers[index] })),
      },
      summary: [...said, ...describeLive(facts, answers)].join(' '),
      next: next && context.hasTool(next.tool) ? next : undefined,
    };
  },
});

function describeList(models: readonly Model[], leftOut: number): string[] {
  return [
    models.length === 0
      ? `No model fits, by the catalogue of ${CATALOGUE_AS_OF}.`
      : `${count(models.length, 'model')}, by the catalogue of ${CATALOGUE_AS_OF}; prices are USD per million tokens in / out, in a batch.`,
    ...(leftOut > 0
      ? [
          `${count(leftOut, 'model')} of partners (claude, llama, gpt-oss …) not shown: ask with query, or stage all.`,
        ]
      : []),
  ];
}

function describeOne(model: Model, location: string | undefined, on: Day): string[] {
  if (!isLive(model, on)) {
    const problem = modelProblem(resolveModel(model.id, on));
    return [problem?.message ?? ''];
  }
  const price = batchPrice(model, on);
  const elsewhere = modelProblem(resolveModel(model.id, on), location);
  const warning = lifecycleWarning(model, on);
  return [
    `${model.id} is ${IN_STAGE[model.stage]}, offered in ${list(model.locations)}${model.locationsSure ? '' : ' as far as is known'}.`,
    price ? `In a batch, USD per million tokens in / out: ${price}.` : 'Its price is not in the catalogue.',
    ...(elsewhere ? [elsewhere.message] : []),
    ...(warning ? [warning] : []),
  ];
}

const IN_STAGE = { ga: 'GA', preview: 'in preview', short_lived_ga: 'a short-lived GA release' } as const;

function describeLive(
  facts: readonly ModelFacts[],
  answers: readonly { live: ModelFacts['live'] }[],
): string[] {
  const without = facts.filter(
    ({ stage }, index) => stage !== 'retired' && answers[index]?.live === 'not_found',
  );
  return without.length > 0 ? [`Vertex AI does not find ${list(without.map(({ id }) => id))}.`] : [];
}

function nextForOne(model: Model, preferred: string | undefined, on: Day): Next | undefined {
  if (isLive(model, on))
    return {
      tool: 'create_batch_job',
      arguments: { model: model.id, location: pickLocation(model, preferred) },
      reason: 'run request rows on it, named as input',
    };
  const [successor] = liveSuccessors(model, on);
  return (
    successor && {
      tool: 'list_supported_models',
      arguments: { query: successor.model.id },
      reason: 'see price and locations of the successor',
    }
  );
}

/** The example is one that lasts, and of which most is known. */
function nextForList(models: readonly Model[]): Next | undefined {
  const example = models.find(({ stage, locationsSure }) => stage === 'ga' && locationsSure) ?? models[0];
  return (
    example && {
      tool: 'list_supported_models',
      arguments: { query: example.id },
      reason: 'see all about one of them, for instance this',
    }
  );
}
