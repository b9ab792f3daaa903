import { conditionNotMet, notModified } from './errors.ts';
import type { Preconditions } from './model.ts';

interface Versions {
  generation?: string;
  metageneration: string;
}

/**
 * Throws 412 when a precondition of a write does not hold. An object that is not there has generation 0,
 * and no metageneration that could match.
 */
export function assertWritable(existing: Versions | undefined, preconditions: Preconditions = {}): void {
  const { ifGenerationMatch, ifGenerationNotMatch, ifMetagenerationMatch, ifMetagenerationNotMatch } =
    preconditions;
  const generation = existing?.generation ?? '0';
  const holds =
    (ifGenerationMatch === undefined || ifGenerationMatch === generation) &&
    (ifGenerationNotMatch === undefined || ifGenerationNotMatch !== generation) &&
    (ifMetagenerationMatch === undefined || ifMetagenerationMatch === existing?.metageneration) &&
    (ifMetagenerationNotMatch === undefined || ifMetagenerationNotMatch !== existing?.metageneration);
  if (!holds) throw conditionNotMet();
}

/** As for a write, but where only a `NotMatch` fails the caller has what it asks for: 304. */
export function assertReadable(existing: Versions, preconditions: Preconditions = {}): void {
  const { ifGenerationMatch, ifMetagenerationMatch } = preconditions;
  assertWritable(existing, { ifGenerationMatch, ifMetagenerationMatch });
  const { ifGenerationNotMatch, ifMetagenerationNotMatch } = preconditions;
  const isKnown =
    (ifGenerationNotMatch !== undefined && ifGenerationNotMatch === existing.generation) ||
    ifMetagenerationNotMatch === existing.metageneration;
  if (isKnown) throw notModified();
}
