import type { Model } from '../batch/catalogue.ts';
import { pickLocation } from '../batch/find-model.ts';
import { GoogleApiError, isNotFound } from '../google/errors.ts';
import type { Ports } from './ports.ts';

/** Questions under way at once: enough to be quick, too few to be throttled. */
const AT_ONCE = 6;

export interface LiveAnswer {
  live: 'found' | 'not_found' | 'unknown';
  /** `GA`, `PUBLIC_PREVIEW` …, as Vertex AI says it. */
  launch_stage?: string | undefined;
}

/**
 * Whether Vertex AI knows each model, at `location` or where it would be run. In the order of the models.
 * An error that is not about one model, a lack of rights for instance, is thrown once no model got an answer.
 */
export async function checkLive(
  models: readonly Model[],
  location: string | undefined,
  context: Pick<Ports, 'vertex' | 'settings' | 'signal'>,
): Promise<LiveAnswer[]> {
  const answers: LiveAnswer[] = [];
  const errors: GoogleApiError[] = [];
  const waiting = models.entries();
  const ask = async () => {
    for (const [index, model] of waiting) {
      const at = location ?? pickLocation(model, context.settings.location);
      try {
        const { signal, vertex } = context;
        const found = await vertex.publisherModels.get(at, model.publisher, model.id, { signal });
        answers[index] = { live: 'found', launch_stage: found.launchStage };
      } catch (error) {
        if (!(error instanceof GoogleApiError)) throw error;
        answers[index] = { live: isNotFound(error) ? 'not_found' : 'unknown' };
        if (!isNotFound(error)) errors.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
  if (models.length > 0 && errors.length === models.length) throw errors[0];
  return answers;
}
