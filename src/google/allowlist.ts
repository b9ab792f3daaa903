import type { Settings } from '../settings.ts';
import { UserError } from '../support/errors.ts';
import { isRecord } from '../support/records.ts';
import { list, quoteUntrusted } from '../support/text.ts';
import { STORAGE_URL } from './hosts.ts';

/** What may be used at all. An empty list allows everything; a `*` at an entry's end stands for any rest. */
export interface Allowed {
  models: readonly string[];
  locations: readonly string[];
  buckets: readonly string[];
  /** Beside the server's own. */
  projects: readonly string[];
}

type Kind = keyof Allowed;

const FLAGS: Record<Kind, { one: string; flag: string }> = {
  models: { one: 'model', flag: '--allow-model' },
  locations: { one: 'location', flag: '--allow-location' },
  buckets: { one: 'bucket', flag: '--allow-bucket' },
  projects: { one: 'project', flag: '--allow-project' },
};

export const allowedBy = (settings: Settings): Allowed => ({
  models: settings.allowModels,
  locations: settings.allowLocations,
  buckets: settings.allowBuckets,
  projects: settings.allowProjects,
});

/** Whether a name is on its list, or the list is empty. */
export const isAllowed = (entries: readonly string[], name: string): boolean =>
  entries.length === 0 ||
  entries.some((entry) => (entry.endsWith('*') ? name.startsWith(entry.slice(0, -1)) : name === entry));

/** Throws `not_allowed`. Steps ask early, so that nobody plans what the gate will stop. */
export function assertAllowed(kind: Kind, name: string, allowed: Allowed): void {
  if (!isAllowed(allowed[kind], name)) throw notAllowed(kind, name, allowed[kind]);
}

/** Looks at a request before it is sent; returns the address to send it to. */
export type Permit = (url: URL, body: unknown) => URL;

/**
 * The gate that every request to Google passes, so that no argument of any tool gets around it: the bucket, project,
 * location and model in the address, and in a job's or a question's body. What the rows of a file name is read by
 * Vertex AI itself, and is not seen here. Throws `not_allowed`.
 */
export function permitOnly(allowed: Allowed, ownProject: string): Permit {
  const check = (kind: Kind, name: string | undefined) => {
    if (name === undefined || (kind === 'projects' && name === ownProject)) return;
    assertAllowed(kind, name, allowed);
  };
  const checkModel = (resource: unknown) => {
    if (typeof resource !== 'string') return;
    check('models', resource.split('/').at(-1));
    check('projects', /^projects\/([^/]+)/.exec(resource)?.[1]);
  };
  return (asked, body) => {
    if (asked.origin === new URL(STORAGE_URL).origin) {
      check('buckets', segmentAfter('b', asked));
      return asked;
    }
    const url = allowed.projects.length > 0 ? byProjectId(asked, ownProject) : asked;
    check('projects', segmentAfter('projects', url));
    check('locations', segmentAfter('locations', url));
    // Reading a model's page uses nothing; calling it does.
    if (url.pathname.includes(':')) checkModel(segmentAfter('models', url)?.replace(/:.*$/, ''));
    if (!isRecord(body)) return url;
    checkModel(body.model);
    for (const bucket of bucketsIn(body)) check('buckets', bucket);
    return url;
  };
}

function segmentAfter(name: string, { pathname }: URL): string | undefined {
  const segments = pathname.split('/');
  const at = segments.indexOf(name);
  const found = at === -1 ? undefined : segments[at + 1];
  return found === undefined ? undefined : decodeURIComponent(found);
}

/** Vertex AI writes projects as numbers. A number is taken for the own project's: another's job is not found there. */
function byProjectId(url: URL, ownProject: string): URL {
  const changed = new URL(url);
  changed.pathname = url.pathname.replace(
    /\/projects\/\d+(?=\/|$)/,
    `/projects/${encodeURIComponent(ownProject)}`,
  );
  return changed;
}

/** Of every `gs://` in a body, however deep. */
function* bucketsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') {
    const bucket = /^gs:\/\/([^/]+)/.exec(value)?.[1];
    if (bucket !== undefined) yield bucket;
  } else if (Array.isArray(value)) for (const item of value) yield* bucketsIn(item);
  else if (isRecord(value)) for (const member of Object.values(value)) yield* bucketsIn(member);
}

const notAllowed = (kind: Kind, name: string, entries: readonly string[]) =>
  new UserError('not_allowed', {
    what: `The ${FLAGS[kind].one} ${quoteUntrusted(name, 120)} is not one that this server may use; nothing was sent.`,
    why: `It was started with ${FLAGS[kind].flag} ${entries.join(',')}.`,
    fix: `Use ${list([...entries])}, or ask who runs the server.`,
  });
