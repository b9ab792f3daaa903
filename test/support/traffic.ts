import type { Fetch } from '../../src/backend.ts';

export interface Sent {
  method: string;
  url: URL;
  headers: Headers;
  /** Parsed JSON of a text body. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever went over the wire.
  body: any;
}

/** Notes what goes to Google and can answer, lose or change single calls; the rest passes through. */
export function traffic(
  meddle: (call: Sent, pass: () => Promise<Response>) => Promise<Response> | undefined = () => undefined,
) {
  const sent: Sent[] = [];
  const network =
    (next: Fetch): Fetch =>
    (url, init) => {
      const text = typeof init?.body === 'string' ? init.body : undefined;
      const headers = new Headers(init?.headers);
      const call = {
        method: init?.method ?? 'GET',
        url: new URL(url),
        headers,
        body: text && JSON.parse(text),
      };
      sent.push(call);
      const pass = () => next(url, init);
      return meddle(call, pass) ?? pass();
    };
  return { sent, network };
}

export const isCreate = ({ method, url }: Sent): boolean =>
  method === 'POST' && url.pathname.endsWith('/batchPredictionJobs');

export const isGetJob = ({ method, url }: Sent): boolean =>
  method === 'GET' && /\/batchPredictionJobs\/\d+$/.test(url.pathname);

export const isListJobs = ({ method, url }: Sent): boolean =>
  method === 'GET' && url.pathname.endsWith('/batchPredictionJobs');

/** The beginning of an upload to an object whose name begins so. */
export const isUploadTo =
  (prefix: string) =>
  ({ method, url }: Sent): boolean =>
    method === 'POST' &&
    url.pathname.startsWith('/upload/') &&
    !!url.searchParams.get('name')?.startsWith(prefix);

/** Bytes of an upload that was begun, also where it only asks how many have arrived. */
export const isUploadPart = ({ method, url }: Sent): boolean =>
  method === 'PUT' && url.pathname.startsWith('/upload/');

/** A connection that breaks after the other side has done its work. */
export const loseAnswer = async (pass: () => Promise<Response>): Promise<Response> => {
  await pass();
  throw new TypeError('fetch failed');
};

/**
 * A process that ends at the first call that `moment` fits, before that is sent or after its work is done: neither
 * that call nor any later one ever comes back. `died` resolves at that moment; close the session then.
 */
export function mortal(moment: (call: Sent) => boolean, when: 'before' | 'after' = 'before') {
  let dead = false;
  let die = () => {};
  const died = new Promise<void>((resolve) => {
    die = resolve;
  });
  const never = new Promise<Response>(() => {});
  const { sent, network } = traffic((call, pass) => {
    if (dead) return never;
    if (!moment(call)) return undefined;
    dead = true;
    return Promise.resolve(when === 'after' && pass())
      .finally(die)
      .then(() => never);
  });
  return { sent, network, died };
}
