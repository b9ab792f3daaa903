import { ServiceError } from '../errors.ts';

// The wording is Cloud Storage's own: clients and people match on it.

export const noSuchBucket = (): ServiceError =>
  new ServiceError(404, 'notFound', 'The specified bucket does not exist.');

export const noSuchObject = (bucket: string, name: string): ServiceError =>
  new ServiceError(404, 'notFound', `No such object: ${bucket}/${name}`);

export const conditionNotMet = (): ServiceError =>
  new ServiceError(412, 'conditionNotMet', 'At least one of the pre-conditions you specified did not hold.');

/** What a read answers when the caller already has this version; it has no body. */
export const notModified = (): ServiceError => new ServiceError(304, 'notModified', 'Not Modified');

export const invalid = (message: string): ServiceError => new ServiceError(400, 'invalid', message);

export const required = (message = 'Required'): ServiceError => new ServiceError(400, 'required', message);

/** Google can, the emulator cannot: said aloud, never ignored. */
export const notEmulated = (what: string): ServiceError =>
  new ServiceError(501, 'notImplemented', `The emulator of Cloud Storage does not do this: ${what}.`);
