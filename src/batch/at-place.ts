import { UserError } from '../support/errors.ts';

/** The same error with the place that it is about: `line 7`. What is no `UserError` stays as it is. */
export function atPlace(error: unknown, place: string): unknown {
  if (!(error instanceof UserError)) return error;
  const { code, what, why, fix } = error;
  return new UserError(code, { what: `At ${place}: ${what}`, why, fix, cause: error });
}
