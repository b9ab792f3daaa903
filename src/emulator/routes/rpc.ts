import { type Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { CoverageEntry } from '../coverage-entry.ts';
import { withEnumNumbers } from '../enum-numbers.ts';
import { invalidArgument, rpcEnvelope, ServiceError } from '../errors.ts';
import { decodedPath } from '../front-end.ts';
import { camelCase, type Json, type JsonObject } from '../messages/messages.ts';

/** A call after the front end: who may call and where it went is settled, the body is JSON. */
export interface RpcCall {
  /** Named parts of the path; empty where the path has none of that name. */
  param(name: string): string;
  query(name: string): string | undefined;
  body: Json;
}

/** An endpoint of a service that speaks google.rpc over JSON: what it is and what it does. */
export interface RpcRoute<Services> extends CoverageEntry {
  /** Query parameters beside those of every Google API; another one is a 400. */
  queries?: readonly string[];
  handle(call: RpcCall, services: Services): Promise<JsonObject> | JsonObject;
}

/** The endpoint as the coverage page has it. */
export const coverageOf = <Services>({ handle, queries, ...entry }: RpcRoute<Services>): CoverageEntry =>
  entry;

/**
 * The routes of such a service, behind what all of them share: a bearer token, known query parameters, errors as
 * google.rpc.Status. `gate` comes before the token, `admit` after it; either may answer in place of the route.
 */
export function rpcRoutes<Services>(
  routes: readonly RpcRoute<Services>[],
  services: Services,
  {
    gate,
    admit,
  }: { gate?: (c: Context) => Response | undefined; admit?: (param: RpcCall['param']) => void } = {},
): Hono {
  const app = new Hono({ getPath: (request) => decodedPath(new URL(request.url)) });
  for (const route of routes) {
    app.on(route.method, route.path, async (c) => {
      const refused = gate?.(c);
      if (refused) return refused;
      authorize(c);
      admit?.((name) => param(c, name));
      checkQueries(c, route.queries);
      const answer = await route.handle(await callOf(c), services);
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

export const param = (c: Context, name: string): string => c.req.param(name) ?? '';

async function callOf(c: Context): Promise<RpcCall> {
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

function checkQueries(c: Context, queries: readonly string[] = []): void {
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
