import { staticAuth } from '../../../src/google/auth.ts';
import { createHttp, type Fetch, type Http, type HttpOptions } from '../../../src/google/http.ts';
import { seededIds } from '../../../src/support/ids.ts';
import { manualClock } from '../../support/manual-clock.ts';

export const TOKEN = 'ya29.secret-of-the-test';

/** The real HTTP client with a fixed token; waits between tries take no time. */
export const testHttp = (fetch: Fetch, options: Partial<HttpOptions> = {}): Http =>
  createHttp({
    fetch,
    auth: staticAuth(TOKEN),
    clock: manualClock({ jump: true }),
    ids: seededIds('test'),
    log: () => {},
    userAgent: 'test',
    ...options,
  });

/** What `run` rejects with; fails where it does not reject. */
export async function failureOf(run: Promise<unknown>): Promise<Error> {
  const outcome = await run.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(outcome instanceof Error)) throw new Error('expected an error');
  return outcome;
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
