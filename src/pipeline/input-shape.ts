import { basename, dirname } from 'node:path';
import { canonicalJson } from '../batch/canonical-json.ts';
import { member } from '../batch/tokens-request.ts';
import { lines } from '../support/lines.ts';
import { requestOf } from './estimate-rows.ts';
import { openFile } from './estimate-sample.ts';
import type { InputFile, JobInput } from './job-input.ts';
import { type Manifest, readManifest } from './manifest.ts';
import type { Ports } from './ports.ts';
import { requestShape } from './request-shape.ts';
import type { Workspace } from './workspace.ts';

/** A file without a request in its first lines has hardly any. */
const MOST_LINES = 20;
/** Characters of a prompt that are taken for its instruction. */
const OPENING = 40;

/**
 * The shape of an input's requests, by the first of them; see `requestShape`. What a composed input was made with
 * stands in its manifest. Of other inputs only how the first prompt begins is known: that may be too narrow, and an
 * earlier run then goes unused, but two tasks with the same settings are not taken for one.
 */
export async function inputShape(
  { files: [file] }: JobInput,
  ports: ShapePorts,
): Promise<string | undefined> {
  const request = file && (await firstRequest(file, ports));
  if (!request) return undefined;
  const { spec } = (await manifestOf(file, ports.workspace)) ?? {};
  const { prompt, system_instruction, media, examples } = spec ?? {};
  if (prompt === undefined && media === undefined) return requestShape(request, opening(request));
  // Its system instruction may have columns, too: then the words of the first row are those of no other.
  const { systemInstruction: _, ...rest } = request;
  return requestShape(rest, canonicalJson({ prompt, system_instruction, media, examples }));
}

type ShapePorts = Pick<Ports, 'workspace' | 'storage' | 'signal'>;

async function firstRequest(
  file: InputFile,
  ports: ShapePorts,
): Promise<Record<string, unknown> | undefined> {
  let seen = 0;
  for await (const line of lines(openFile(file, 0, ports))) {
    const request = requestOf(line);
    seen += 1;
    // As it is sent: what is too large for a number is null then.
    if (request) return JSON.parse(JSON.stringify(request));
    if (seen === MOST_LINES) break;
  }
  return undefined;
}

/** The manifest of the input that a file belongs to; undefined where it was not composed in this workspace. */
export async function manifestOf({ path }: InputFile, workspace: Workspace): Promise<Manifest | undefined> {
  if (path === undefined) return undefined;
  const manifest = await readManifest(basename(dirname(path)), workspace);
  return manifest?.files.some(({ name }) => name === basename(path)) ? manifest : undefined;
}

function opening(request: Record<string, unknown>): string | undefined {
  const { contents } = request;
  const parts = (Array.isArray(contents) ? contents : [contents]).flatMap((content) =>
    member(content, 'parts'),
  );
  const text = parts.map((part) => member(part, 'text')).find((said) => typeof said === 'string');
  return typeof text === 'string' ? text.slice(0, OPENING) : undefined;
}
