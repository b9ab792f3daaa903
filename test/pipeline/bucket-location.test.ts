import { expect, test } from 'vitest';
import { locationForBucket, unsuitable } from '../../src/pipeline/setup/bucket-location.ts';

test.each([
  ['us-central1', 'region', 'us-central1'],
  ['asia-northeast1', 'region', 'global'],
  ['us', 'multi-region', 'global'],
  ['us', 'multi-region', 'us'],
  ['us-east1', 'region', 'us'],
  ['nam4', 'dual-region', 'us'],
  ['eu', 'multi-region', 'eu'],
  ['europe-west4', 'region', 'eu'],
  ['eur4', 'dual-region', 'eu'],
])('a bucket in %s (%s) suits jobs in %s', (location, locationType, job) => {
  expect(unsuitable({ location, locationType }, job)).toBeUndefined();
});

test.each([
  ['us', 'multi-region', 'us-central1', 'several regions'],
  ['nam4', 'dual-region', 'us-central1', 'several regions'],
  ['europe-west4', 'region', 'us-central1', 'across regions'],
  ['us-central1', 'region', 'eu', 'leaves it'],
  // London and Zurich: in Europe, not in the EU; so are the pairs with them.
  ['europe-west2', 'region', 'eu', 'leaves it'],
  ['europe-west6', 'region', 'eu', 'leaves it'],
  ['eur5', 'dual-region', 'eu', 'leaves it'],
  ['asia', 'multi-region', 'us', 'leaves it'],
  ['northamerica-northeast1', 'region', 'us', 'leaves it'],
])('a bucket in %s (%s) does not suit jobs in %s', (location, locationType, job, reason) => {
  expect(unsuitable({ location, locationType }, job)).toContain(reason);
});

test('a new bucket goes where the jobs are', () => {
  expect(['us-east1', 'eu', 'global', undefined].map(locationForBucket)).toEqual([
    'us-east1',
    'eu',
    'us',
    'us',
  ]);
});
