import { UserError } from '../support/errors.ts';
import { count } from '../support/text.ts';
import type { ChosenModel } from './choose-model.ts';
import type { Ports } from './ports.ts';
import { checkBucket, checkBucketAccess } from './setup/bucket.ts';
import type { SetupLine } from './setup/line.ts';
import { checkCatalogue } from './setup/model.ts';
import { checkOutput } from './setup/output.ts';
import { lookAround, valueIn } from './setup/surroundings.ts';

export interface PreflightSpec {
  model: ChosenModel;
  /** `gs://bucket/prefix` under which inputs are staged and outputs go. */
  place: string;
  /** `gs://bucket/prefix` that the job is to write to, where it should be empty. */
  output?: string | undefined;
}

/**
 * The few checks whose failure would make a submit useless, three calls at once: there is a bucket, the caller may
 * write there, the model is offered. Returns what a person should know before, such as a bucket in another region.
 * @throws UserError `not_ready`, with each failure and the command that mends it; or what is wrong with the credentials
 */
export async function preflight(spec: PreflightSpec, ports: Ports): Promise<SetupLine[]> {
  const { model, place, output } = spec;
  const around = lookAround(place, ports);
  valueIn(await around.caller());
  const lines = await Promise.all([
    checkCatalogue(model, ports),
    checkBucket(around, model.location, ports),
    checkBucketAccess(around, { cleanUp: false }, ports),
    ...(output?.startsWith('gs://') ? [checkOutput(output, around, ports)] : []),
  ]);
  const failures = lines.filter(({ state }) => state === 'failed');
  if (failures.length > 0) throw notReady(failures);
  return lines.filter(({ state }) => state === 'warning');
}

const notReady = (failures: readonly SetupLine[]): UserError =>
  new UserError('not_ready', {
    what: `The job cannot start: ${count(failures.length, 'check')} failed.`,
    why: failures.map(({ says, fix }) => [says, fix && mend(fix)].filter(Boolean).join(' ')).join(' '),
    fix: 'Then send the same call again; check_setup looks at everything else, too.',
  });

const mend = (fix: string): string => (fix.startsWith('gcloud ') ? `Run \`${fix}\`.` : fix);
