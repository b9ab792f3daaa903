import { CATALOGUE_AS_OF, type LaunchStage, type Model } from '../../batch/catalogue.ts';
import { dayOf } from '../../batch/day.ts';
import { modelProblem, resolveModel } from '../../batch/find-model.ts';
import { GoogleApiError, isNotFound } from '../../google/errors.ts';
import { checkLive } from '../check-live.ts';
import type { ChosenModel } from '../choose-model.ts';
import type { Ports } from '../ports.ts';
import { answerOf, type Finding, failed, lineOf, ok, type SetupLine, skipped, warning } from './line.ts';
import { type Found, type Surroundings, valueIn } from './surroundings.ts';

const ELSE = 'Take another model or location from list_supported_models.';
const STAGES: Record<LaunchStage, string> = { ga: 'GA', preview: 'a preview', short_lived_ga: 'short-lived' };

/** What the catalogue says of a model at its location, and whether Vertex AI agrees. */
export const checkModel = (
  chosen: Found<ChosenModel> | undefined,
  around: Surroundings,
  ports: Ports,
): Promise<SetupLine> =>
  lineOf('model', async () => {
    if (!chosen) return skipped('No model was named.');
    const choice = valueIn(chosen);
    const resolution = resolveModel(choice.resource, dayOf(ports.clock.now()));
    const model = resolution.kind === 'live' ? resolution.model : undefined;
    const says = model ? catalogued(model, choice.location) : `${choice.resource} is a model of a project.`;
    if ((await around.caller()).error !== undefined)
      return skipped(`${says} Vertex AI was not asked, as there are no credentials that work.`);
    const live = await askVertex(model, choice, ports);
    if (live.state !== 'ok') return { ...live, says: `${says} ${live.says}` };
    const [note] = choice.notes;
    return note ? warning(`${says} ${live.says} ${choice.notes.join(' ')}`) : ok(`${says} ${live.says}`);
  });

const catalogued = ({ id, stage, retires }: Model, location: string): string => {
  const until = retires ? `, to be retired ${retires.atLeast ? 'not before' : 'on'} ${retires.date}` : '';
  return `${id} is ${STAGES[stage]} in ${location} by the catalogue of ${CATALOGUE_AS_OF}${until}.`;
};

async function askVertex(
  model: Model | undefined,
  { resource, location }: ChosenModel,
  ports: Ports,
): Promise<Finding> {
  try {
    if (!model) await ports.vertex.models.get(resource, { signal: ports.signal });
    const [answer] = model ? await checkLive([model], location, ports) : [];
    if (answer?.live === 'not_found') return failed(`Vertex AI does not find it in ${location}.`, ELSE);
    return ok(`Vertex AI finds it${answer?.launch_stage ? ` (${answer.launch_stage})` : ''}.`);
  } catch (error) {
    if (isNotFound(error)) return failed(`Vertex AI does not find it in ${location}.`, ELSE);
    if (!(error instanceof GoogleApiError)) throw error;
    return warning(`Whether Vertex AI has it could not be learned. ${answerOf(error)}`);
  }
}

/** The same from the catalogue alone. */
export const checkCatalogue = ({ resource, location }: ChosenModel, { clock }: Ports): Promise<SetupLine> =>
  lineOf('model', () => {
    const problem = modelProblem(resolveModel(resource, dayOf(clock.now())), location);
    if (problem) throw problem;
    return ok(`${resource} runs in ${location} by the catalogue of ${CATALOGUE_AS_OF}.`);
  });
