import { isForbidden, isNotFound } from '../../google/errors.ts';
import { vertexUrl } from '../../google/hosts.ts';
import { list } from '../../support/text.ts';
import type { Ports } from '../ports.ts';
import { locationForBucket, unsuitable } from './bucket-location.ts';
import { answerOf, failed, ok, type SetupLine, skipped, warning } from './line.ts';
import { grantCommand, lookCommand } from './look-command.ts';
import { askGoogle, type Surroundings, valueIn } from './surroundings.ts';

/** Whether there is a bucket, and in a place that suits jobs at `location`. */
export const checkBucket = (
  around: Surroundings,
  location: string | undefined,
  { project }: Ports,
): Promise<SetupLine> =>
  askGoogle('bucket', around, async () => {
    // It becomes part of a command: what is no location throws.
    if (location !== undefined) vertexUrl(location);
    const create = (name: string) =>
      `gcloud storage buckets create gs://${name} --project=${project} --location=${locationForBucket(location)}`;
    if (!around.place)
      return failed(
        'No bucket is configured for inputs and outputs: start the server with --bucket.',
        create(`${project}-batch`),
      );
    const name = around.bucketName ?? '';
    const looked = await around.bucket();
    if (isNotFound(looked.error)) return failed(`There is no bucket gs://${name}.`, create(name));
    if (isForbidden(looked.error))
      return warning(
        `Where gs://${name} is may not be looked at. ${answerOf(looked.error)}`,
        await lookCommand(looked.error, { permission: 'storage.buckets.get', bucket: name }, around),
      );
    const bucket = valueIn(looked);
    const where = `gs://${bucket.name} is in ${bucket.location}`;
    if (location === undefined) return ok(`${where}.`);
    const reason = unsuitable(bucket, location);
    return reason ? warning(`${where}: ${reason}.`) : ok(`${where}, which suits jobs in ${location}.`);
  });

const READ_AND_WRITE = ['storage.objects.create', 'storage.objects.get', 'storage.objects.list'];
const CLEAN_UP = 'storage.objects.delete';

/** Whether the caller may read and write there; `cleanUp` also asks for what only tidiness needs. */
export const checkBucketAccess = (
  around: Surroundings,
  { cleanUp }: { cleanUp: boolean },
  { storage, signal }: Ports,
): Promise<SetupLine> =>
  askGoogle('bucket_access', around, async () => {
    const { bucketName: bucket } = around;
    if (!bucket) return skipped('There is no bucket to look at.');
    const asked = cleanUp ? [...READ_AND_WRITE, CLEAN_UP] : READ_AND_WRITE;
    const answer = await storage.testPermissions(bucket, asked, { signal }).catch((error: unknown) => {
      if (isNotFound(error)) return undefined;
      throw error;
    });
    if (!answer) return skipped(`There is no bucket gs://${bucket}.`);
    const missing = asked.filter((permission) => !answer.includes(permission));
    if (missing.length === 0) return ok(`The caller may read and write objects of gs://${bucket}.`);
    const [permission = ''] = missing;
    const says = `The caller lacks ${list(missing)} on gs://${bucket}.`;
    const grant = await grantCommand({ permission, bucket }, around);
    return permission === CLEAN_UP ? warning(says, grant) : failed(says, grant);
  });
