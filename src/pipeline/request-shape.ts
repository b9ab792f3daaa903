import { createHash } from 'node:crypto';
import { canonicalJson } from '../batch/canonical-json.ts';
import { isRecord } from '../support/records.ts';

/**
 * What requests of one kind have in common: everything beside their contents, and the template that the contents
 * were made with, where it is known. Answers of one shape are about as long. 16 hex digits.
 */
export function requestShape(request: unknown, template?: string): string {
  const { contents: _, ...rest } = isRecord(request) ? request : {};
  return createHash('sha256')
    .update(canonicalJson({ ...rest, ...(template !== undefined && { template }) }))
    .digest('hex')
    .slice(0, 16);
}
