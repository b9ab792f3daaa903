import { type Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { CoverageEntry } from '../coverage-entry.ts';
import { withEnumNumbers } from '../enum-numbers.ts';
import { invalidArgument, rpcEnvelope, ServiceError } from '../errors.ts';
import { decodedPath, notFoundPage } from '../front-end.ts';
import { serviceOf } from '../hosts.ts';
import { camelCase, type Json } from '../messages/messages.ts';
import { GENERATE_ROUTES } from './vertex-generate.ts';
import { JOB_ROUTES } from './vertex-jobs.ts';
import { MODEL_ROUTES } from './vertex-models.ts';
import { OPERATION_ROUTES } from './vertex-operations.ts';
import type { VertexCall, VertexContext, VertexRoute } from './vertex-route.ts';

const ROUTES: readonly VertexRoute[] = [
  ...JOB_ROUTES,
  ...OPERATION_ROUTES,
  ...MODEL_ROUTES,
  ...GENERATE_ROUTES,
];

export const VERTEX_COVERAGE: CoverageEntry[] = ROUTES.map(({ handle, queries, ...entry }) => entry);

/** Vertex AI under `/v1` and `/v1beta1`: the hosts of its locations, or any host of a loopback server. */
export function vertexRoutes(context: VertexContext): Hono {
  const app = new Hono({ getPath: (request) => decodedPath(new URL(request.url)) });
  for (const route of ROUTES) {
    app.on(route.method, route.path, async (c) => {
      const location = param(c, 'location');
      const host = serviceOf(new URL(c.req.url).hostname);
      if (location !== '' && host.service === 'vertex' && host.location !== location)
        return notFoundPage(c.req.raw);
      authorize(c);
      checkProject(param(c, 'project'), context);
      checkQueries(c, route);
      const answer = await route.handle(await callOf(c), context);
      const numbers = /enum-encoding=int/.test(c.req.query('$alt') ?? '');
      return c.json(numbers ? withEnumNumbers(answer) : answer);
    });
  }
  app.onError((error, c) => {
    if (!(error instanceof ServiceError)) throw error;
    return c.json(rpcEnvelope(error), error.status as ContentfulStatusCode, error.headers);
  });
  return app;
}

const param = (c: Context, name: string): string => c.req.param(name) ?? '';

async function callOf(c: Context): Promise<VertexCall> {
  const queries = new Map(Object.entries(c.req.query()).map(([name, value]) => [camelCase(name), value]));
  const text = c.req.method === 'POST' ? await c.req.text() : '';
  return { param: (name) => param(c, name), query: (name) => queries.get(name), body: parseBody(text) };
}

function parseBody(text: string): Json {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw invalidArgument(`Invalid JSON payload received. ${(error as Error).message}`);
  }
}

/** Any bearer token will do: the emulator knows callers, not identities. */
function authorize(c: Context): void {
  if (/^Bearer \S+$/i.test(c.req.header('authorization') ?? '')) return;
  throw new ServiceError(
    401,
    'UNAUTHENTICATED',
    'Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
    { 'www-authenticate': 'Bearer realm="https://accounts.google.com/"' },
  );
}

function checkProject(asked: string, { project }: VertexContext): void {
  if (asked === '' || asked === project.id || asked === project.number) return;
  throw new ServiceError(
    403,
    'PERMISSION_DENIED',
    `Permission denied on resource project ${asked} (or it may not exist). The emulator has one project: ${project.id}.`,
  );
}

/** What every Google API takes. */
const COMMON = [
  'alt',
  '$alt',
  'prettyPrint',
  '$prettyPrint',
  'key',
  'quotaUser',
  'accessToken',
  'callback',
  '$.xgafv',
];

function checkQueries(c: Context, { queries = [] }: VertexRoute): void {
  for (const name of Object.keys(c.req.query())) {
    if (name === 'fields' || name === '$fields') {
      throw new ServiceError(501, 'UNIMPLEMENTED', 'Partial responses (fields) are not emulated.');
    }
    if (queries.includes(camelCase(name)) || COMMON.includes(camelCase(name))) continue;
    throw invalidArgument(
      `Invalid JSON payload received. Unknown name "${name}": Cannot bind query parameter. Field '${name}' could not be found in request message.`,
    );
  }
}
