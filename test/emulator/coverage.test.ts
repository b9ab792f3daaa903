import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { COVERAGE, endpointOf } from '../../src/emulator/coverage.ts';
import { createFaults } from '../../src/emulator/faults.ts';
import { deterministicModel } from '../../src/emulator/model/online.ts';
import { resourceManagerRoutes } from '../../src/emulator/routes/projects.ts';
import { serviceUsageRoutes } from '../../src/emulator/routes/service-usage.ts';
import { storageRoutes } from '../../src/emulator/routes/storage.ts';
import { vertexRoutes } from '../../src/emulator/routes/vertex.ts';
import { seededIds } from '../../src/support/ids.ts';
import { manualClock } from '../support/manual-clock.ts';

/** Routes are registered without touching what they stand on. */
const nothing = <T>(): T => ({}) as T;

const registered = [
  ...vertexRoutes({
    folder: '',
    clock: manualClock(),
    ids: seededIds(''),
    project: { id: 'p', number: '1' },
    objects: nothing(),
    jobs: nothing(),
    operations: nothing(),
    faults: createFaults([]),
    tunedModels: [],
    seed: '',
    speed: 1,
    pace: {},
    pacedBy: 'clock',
    model: deterministicModel,
    closing: AbortSignal.abort(),
  }).routes,
  ...storageRoutes({ objects: nothing() }).routes,
  ...resourceManagerRoutes({ project: { id: 'p', number: '1' } }).routes,
  ...serviceUsageRoutes({ project: { id: 'p', number: '1' } }).routes,
].map(({ method, path }) => `${method} ${path}`);

test('the coverage is the routes, no more and no less', () => {
  expect(COVERAGE.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([...registered].sort());
});

test.each(COVERAGE)(
  '$rpc names a test that exists and says how faithful it is',
  ({ test: file, fidelity }) => {
    expect(existsSync(file)).toBe(true);
    expect(fidelity).toMatch(/\.$/);
  },
);

test('a call is known by its method and path', () => {
  const job = '/v1/projects/p/locations/l/batchPredictionJobs/12';
  expect(endpointOf('GET', job)?.rpc).toBe('projects.locations.batchPredictionJobs.get');
  expect(endpointOf('POST', `${job}:cancel`)?.rpc).toBe('projects.locations.batchPredictionJobs.cancel');
  expect(endpointOf('PATCH', job)).toBe(undefined);
  expect(endpointOf('GET', '/storage/v1/b/x/o/a%2Fb')?.rpc).toBe('storage.objects.get');
  expect(endpointOf('GET', '/storage/v1/b/x/iam')?.rpc).toBe('storage.buckets.getIamPolicy');
  expect(endpointOf('POST', '/v1/projects/p:getIamPolicy')?.rpc).toBe(
    'cloudresourcemanager.projects.getIamPolicy',
  );
  expect(endpointOf('GET', '/v1/projects/p/services/storage.googleapis.com')?.rpc).toBe(
    'serviceusage.services.get',
  );
});
