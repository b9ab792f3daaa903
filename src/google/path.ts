import { UserError } from '../support/errors.ts';

/**
 * A URL path whose parts are encoded, slashes in them too: path`/storage/v1/b/${bucket}/o/${name}`.
 * A part `.` or `..` is refused: URL parsers resolve it even when it is percent-encoded.
 */
export const path = (strings: TemplateStringsArray, ...parts: readonly string[]): string =>
  String.raw({ raw: strings }, ...parts.map(encodePart));

/** The path of a resource name such as `projects/p/locations/l/batchPredictionJobs/1`: its slashes stay. */
export const resourcePath = (name: string): string => name.split('/').map(encodePart).join('/');

function encodePart(part: string): string {
  if (part === '' || part === '.' || part === '..') {
    throw new UserError('bad_name', {
      what: `A name is ${part === '' ? 'empty' : JSON.stringify(part)} where Google expects an id.`,
      fix: 'Check the project, location, bucket, object or model name.',
    });
  }
  return encodeURIComponent(part);
}
