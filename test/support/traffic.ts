import type { Fetch } from '../../src/backend.ts';

export interface Sent {
  method: string;
  url: URL;
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
      const call = { method: init?.method ?? 'GET', url: new URL(url), body: text && JSON.parse(text) };
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

/** A connection that breaks after the other side has done its work. */
export const loseAnswer = async (pass: () => Promise<Response>): Promise<Response> => {
  await pass();
  throw new TypeError('fetch failed');
};
