import type { BucketMetadata } from '../../google/storage-types.ts';

/** London and Zurich are in Europe and not in the EU. */
const OUTSIDE_EU = ['europe-west2', 'europe-west6'];

/** Regions and dual-regions that lie within a multi-region. Source: cloud.google.com/storage/docs/locations. */
const WITHIN: Record<'us' | 'eu', (location: string) => boolean> = {
  us: (location) => /^us(-|$)/.test(location) || location === 'nam4',
  eu: (location) =>
    location === 'eu' ||
    location === 'eur4' ||
    (location.startsWith('europe-') && !OUTSIDE_EU.includes(location)),
};

/**
 * Why a bucket does not suit jobs at a location, as the end of a sentence; undefined where it does. Nothing here is
 * certain to fail: Vertex AI documents a bucket in the region of the job, and has refused others.
 */
export function unsuitable(
  { location, locationType }: Pick<BucketMetadata, 'location' | 'locationType'>,
  job: string,
): string | undefined {
  // The global endpoint runs anywhere and promises no place.
  if (job === 'global' || job === location) return undefined;
  if (job === 'us' || job === 'eu')
    return WITHIN[job](location) ? undefined : `the data leaves it for jobs in ${job}`;
  if (locationType !== undefined && locationType !== 'region')
    return `buckets of several regions have been refused for jobs in one, here ${job}`;
  return `jobs in ${job} read and write across regions, which is billed as traffic and may be refused`;
}

/** Where to make a bucket for jobs at a location. */
export const locationForBucket = (job: string | undefined): string =>
  job === undefined || job === 'global' ? 'us' : job;
