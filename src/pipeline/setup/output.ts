import { isNotFound } from '../../google/errors.ts';
import { gsUri, parseGsUri } from '../../google/gs-uri.ts';
import { quoteUntrusted } from '../../support/text.ts';
import type { Ports } from '../ports.ts';
import { type Finding, ok, type SetupLine, skipped, warning } from './line.ts';
import { askGoogle, type Surroundings } from './surroundings.ts';

/**
 * Whether the place that a job is to write to is empty. One that is not spoils nothing, since Vertex AI writes into a
 * new folder for each job, but people and scripts that read the whole prefix mix up two jobs.
 */
export const checkOutput = (output: string, around: Surroundings, ports: Ports): Promise<SetupLine> =>
  askGoogle('output', around, () => lookUnder(output, ports));

async function lookUnder(output: string, { storage, signal }: Ports): Promise<Finding> {
  const { bucket, name } = parseGsUri(output);
  const folder = name.replace(/\/+$/, '');
  try {
    for await (const object of storage.list(bucket, { prefix: folder && `${folder}/`, signal }))
      return warning(
        `${gsUri(bucket, folder)} holds objects already, such as ${quoteUntrusted(object.name, 120)}; the job writes a folder of its own beside them.`,
        `gcloud storage ls ${gsUri(bucket, folder)}`,
      );
    return ok(`Nothing is under ${gsUri(bucket, folder)} yet.`);
  } catch (error) {
    if (isNotFound(error)) return skipped(`There is no bucket ${gsUri(bucket)}.`);
    throw error;
  }
}
