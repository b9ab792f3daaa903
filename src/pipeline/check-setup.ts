import { chooseModel } from './choose-model.ts';
import type { Ports } from './ports.ts';
import { checkApi } from './setup/apis.ts';
import { checkBucket, checkBucketAccess } from './setup/bucket.ts';
import { checkCredentials } from './setup/credentials.ts';
import { lineOf, type SetupLine, warning } from './setup/line.ts';
import { checkModel } from './setup/model.ts';
import { checkPermissions } from './setup/permissions.ts';
import { checkProject } from './setup/project.ts';
import { checkServiceAgent } from './setup/service-agent.ts';
import { found, lookAround } from './setup/surroundings.ts';

export type { SetupLine } from './setup/line.ts';

export interface SetupSpec {
  model?: string | undefined;
  /** Vertex AI location of the jobs. */
  location?: string | undefined;
  /** `gs://bucket`, or its bare name. Default: the configured one. */
  bucket?: string | undefined;
}

export interface Setup {
  /** In the order in which a person sets things up. */
  lines: SetupLine[];
  /** Where jobs would run; unknown where neither call nor settings nor a model say. */
  location?: string | undefined;
}

/**
 * Everything that a job needs of Google, looked at in parallel: one check that fails hides no other.
 * An error of Google's or of the credentials becomes the line of its check; nothing is thrown but defects.
 */
export async function examineSetup(spec: SetupSpec, ports: Ports): Promise<Setup> {
  const { model, location: asked } = spec;
  const around = lookAround(spec.bucket ?? ports.bucket, ports);
  const chosen =
    model === undefined ? undefined : await found(() => chooseModel({ model, location: asked }, ports));
  const location = chosen?.value?.location ?? asked ?? ports.settings.location;
  const lines = await Promise.all([
    ...(ports.emulated ? [emulated(ports)] : []),
    checkCredentials(around, ports),
    checkProject(around, ports),
    checkApi('vertex_ai_api', around, ports),
    checkApi('storage_api', around, ports),
    checkPermissions(around, ports),
    checkBucket(around, location, ports),
    checkBucketAccess(around, { cleanUp: true }, ports),
    checkServiceAgent(around, ports),
    checkModel(chosen, around, ports),
    checkApi('bigquery_api', around, ports),
  ]);
  return { lines, location };
}

const emulated = ({ settings }: Ports): Promise<SetupLine> =>
  lineOf('backend', () =>
    warning(
      `The embedded emulator answers, as ${settings.backend === 'emulator' ? '--backend emulator says' : 'no Google Cloud project is known'}; what follows is of it, its project and bucket made up.`,
      'gcloud auth application-default login',
    ),
  );
