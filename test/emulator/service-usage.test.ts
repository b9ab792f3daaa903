import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Answer, openVertex, type Vertex } from '../support/vertex-emulator.ts';

let emulator: Vertex;
beforeEach(async () => {
  emulator = await openVertex();
});
afterEach(() => emulator.close());

const HOST = 'https://serviceusage.googleapis.com';

async function get(name: string, project = 'emulated-project', init?: RequestInit) {
  const response = await emulator.call(`${HOST}/v1/projects/${project}/services/${name}`, init);
  return { status: response.status, json: (await response.json()) as Answer };
}

test('what is emulated is enabled, and named by the number of the project', async () => {
  for (const name of ['aiplatform.googleapis.com', 'storage.googleapis.com']) {
    const { status, json } = await get(name);
    expect(status).toBe(200);
    expect(json).toMatchObject({ state: 'ENABLED', config: { name } });
    expect(json.parent).toMatch(/^projects\/\d{12}$/);
    expect(json.name).toBe(`${json.parent}/services/${name}`);
    expect(await get(name, json.parent.replace('projects/', ''))).toEqual({ status, json });
  }
});

test('what is not emulated is not', async () => {
  expect((await get('bigquery.googleapis.com')).json.state).toBe('DISABLED');
});

test('unknown names, other projects and callers without a token are refused as Google refuses them', async () => {
  expect(await get('nope.googleapis.com')).toMatchObject({
    status: 403,
    json: { error: { status: 'PERMISSION_DENIED', message: expect.stringContaining('nope.googleapis.com') } },
  });
  expect(await get('constructor')).toMatchObject({ status: 403 });
  expect(await get('storage.googleapis.com', 'other')).toMatchObject({
    status: 403,
    json: { error: { message: 'Permission denied to get service [storage.googleapis.com]' } },
  });
  const anonymous = { headers: { authorization: '' } };
  expect(await get('storage.googleapis.com', undefined, anonymous)).toMatchObject({
    status: 401,
    json: { error: { status: 'UNAUTHENTICATED' } },
  });
});

test('each service answers on its own host only', async () => {
  const paths = {
    serviceusage: '/v1/projects/emulated-project/services/storage.googleapis.com',
    cloudresourcemanager: '/v1/projects/emulated-project',
    storage: '/storage/v1/b/emulated-bucket/iam',
  };
  for (const host of Object.keys(paths))
    for (const [home, path] of Object.entries(paths)) {
      const { status } = await emulator.call(`https://${host}.googleapis.com${path}`);
      expect([host, home, status]).toEqual([host, home, host === home ? 200 : 404]);
    }
});

test('faults are injected by the name of the method', async () => {
  await emulator.close();
  emulator = await openVertex({
    faults: [{ match: { rpc: 'serviceusage.*' }, times: 1, respond: { status: 503 } }],
  });
  expect(await get('storage.googleapis.com')).toMatchObject({
    status: 503,
    json: { error: { code: 503, status: 'UNAVAILABLE' } },
  });
  expect(await get('storage.googleapis.com')).toMatchObject({ status: 200 });
});
