import { isForbidden, isNotFound } from '../../google/errors.ts';
import type { Policy } from '../../google/iam-policy.ts';
import { list } from '../../support/text.ts';
import type { Ports } from '../ports.ts';
import { type Access, accessOf } from './agent-access.ts';
import { type Finding, failed, ok, type SetupLine, skipped, warning } from './line.ts';
import { grantCommand } from './look-command.ts';
import { askGoogle, projectNumber, type Surroundings } from './surroundings.ts';

/**
 * Whether the account that reads inputs and writes outputs for Vertex AI can reach the bucket. In the project of the
 * jobs Google grants its role by itself; for a bucket of another project somebody has to.
 */
export const checkServiceAgent = (around: Surroundings, ports: Ports): Promise<SetupLine> =>
  askGoogle('service_agent', around, async () => {
    const { project } = ports;
    const number = await projectNumber(around);
    if (number === undefined)
      return skipped(
        'The service agent of Vertex AI is named after the number of the project, which could not be learned.',
        `gcloud beta services identity create --service=aiplatform.googleapis.com --project=${project}`,
      );
    const agent = `service-${number}@gcp-sa-aiplatform.iam.gserviceaccount.com`;
    const { bucketName } = around;
    const bucket = await around.bucket();
    if (!bucketName || isNotFound(bucket.error))
      return skipped(`There is no bucket to look at for ${agent}.`);
    const grant = { permission: 'storage.objects.create', bucket: bucketName, principal: agent };
    const command = await grantCommand(grant, around);
    if (bucket.error !== undefined && !isForbidden(bucket.error))
      return skipped(`gs://${bucketName} could not be looked at for ${agent}.`, command);

    const owner = bucket.value?.projectNumber;
    const policies = await readPolicies(bucketName, owner, ports);
    const bindings = [policies.ofBucket, policies.ofProject].flatMap((policy) => policy?.bindings ?? []);
    const access = accessOf(agent, bindings);
    if (access.missing.length === 0) return ok(`${agent} may read and write gs://${bucketName}.`);
    if (owner !== number) return inAnotherProject({ agent, bucketName, owner, command, access, policies });
    // The role comes with the account, so where it cannot be looked up it is taken to be there.
    if (!policies.ofProject)
      return ok(`The bucket is in the project of the jobs, where ${agent} has its role automatically.`);
    return warning(
      `${agent} has no role in ${project} yet; Google makes the account and grants the role when Vertex AI is first used.`,
      `gcloud projects add-iam-policy-binding ${project} --member=serviceAccount:${agent} --role=roles/aiplatform.serviceAgent`,
    );
  });

interface Policies {
  ofBucket: Policy | undefined;
  /** Of the project that the bucket is in. */
  ofProject: Policy | undefined;
}

function inAnotherProject(facts: {
  agent: string;
  bucketName: string;
  owner: string | undefined;
  command: string | undefined;
  access: Access;
  policies: Policies;
}): Finding {
  const { agent, bucketName, owner, command, access, policies } = facts;
  const where = `gs://${bucketName} is in ${owner ? `another project, ${owner}` : 'a project that is not known'}`;
  if (access.unsure.length > 0)
    return warning(
      `${where}; whether ${list(access.unsure)} gives ${agent} all that it needs is not known here.`,
      command,
    );
  if (policies.ofBucket && policies.ofProject)
    return failed(`${where}, where ${agent} lacks ${list(access.missing)}.`, command);
  if (policies.ofBucket)
    return warning(
      `${where}; its policy does not let ${agent} in, and that of the project may not be read.`,
      command,
    );
  return skipped(`${where}, and whether ${agent} has access may not be looked at.`, command);
}

/** The policies that the caller may read. */
async function readPolicies(
  bucket: string,
  owner: string | undefined,
  { storage, cloud, signal }: Ports,
): Promise<Policies> {
  const [ofBucket, ofProject] = await Promise.all([
    whereAllowed(storage.getBucketIamPolicy(bucket, { signal })),
    owner === undefined ? undefined : whereAllowed(cloud.projects.getIamPolicy(owner, { signal })),
  ]);
  return { ofBucket, ofProject };
}

const whereAllowed = (policy: Promise<Policy>): Promise<Policy | undefined> =>
  policy.catch((error: unknown) => {
    if (isForbidden(error) || isNotFound(error)) return undefined;
    throw error;
  });
