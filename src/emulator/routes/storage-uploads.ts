import type { Context } from 'hono';
import { ServiceError } from '../errors.ts';
import { invalid, required } from '../objects/errors.ts';
import type { InsertOptions } from '../objects/model.ts';
import { answer, objectResource, originOf } from './storage-answer.ts';
import { OBJECT_SCHEMA } from './storage-fields.ts';
import { boundaryOf, parseMultipart } from './storage-multipart.ts';
import { expectedChecksums, fieldsOf, parseJson, preconditionsOf, segment, text } from './storage-request.ts';
import type { StorageContext } from './storage-route.ts';

/** `storage.objects.insert`: the three ways in which a new object begins. */
export async function insert(c: Context, storage: StorageContext): Promise<Response> {
  switch (c.req.query('uploadType')) {
    case 'media':
      return await insertMedia(c, storage);
    case 'multipart':
      return await insertMultipart(c, storage);
    case 'resumable':
      return await startResumable(c, storage);
    default:
      throw invalid('Invalid value for: uploadType');
  }
}

async function insertMedia(c: Context, { objects }: StorageContext): Promise<Response> {
  const { bucket, name, options } = target(c, {}, c.req.header('content-type'));
  const object = await objects.insert(bucket, name, bodyOf(c), options);
  return answer(c, objectResource(object, originOf(c)), OBJECT_SCHEMA);
}

async function insertMultipart(c: Context, { objects }: StorageContext): Promise<Response> {
  const boundary = boundaryOf(c.req.header('content-type') ?? '');
  const upload = await parseMultipart(bodyOf(c), boundary);
  const { bucket, name, options } = target(c, parseJson(upload.resource), upload.contentType);
  const object = await objects.insert(bucket, name, upload.content, options);
  return answer(c, objectResource(object, originOf(c)), OBJECT_SCHEMA);
}

async function startResumable(c: Context, { objects }: StorageContext): Promise<Response> {
  const size = c.req.header('x-upload-content-length');
  if (size !== undefined && !/^\d{1,15}$/.test(size)) throw invalid('Invalid X-Upload-Content-Length.');
  const resource = parseJson(await c.req.text());
  const { bucket, name, options } = target(c, resource, c.req.header('x-upload-content-type'));
  const id = await objects.uploads.start({
    bucket,
    name,
    options,
    size: size === undefined ? undefined : Number(size),
  });
  const session = new URL(c.req.path, originOf(c));
  session.search = new URLSearchParams({ uploadType: 'resumable', name, upload_id: id }).toString();
  return new Response(null, { status: 200, headers: { location: session.href, 'x-guploader-uploadid': id } });
}

const bodyOf = (c: Context): ReadableStream<Uint8Array> => c.req.raw.body ?? new Blob([]).stream();

/** Where an upload goes, and as what. */
function target(c: Context, resource: Record<string, unknown>, mediaType: string | undefined) {
  const name = c.req.query('name') ?? text(resource, 'name');
  if (!name) throw required();
  if (c.req.query('predefinedAcl')) {
    throw invalid(
      'Cannot insert legacy ACL for an object when uniform bucket-level access is enabled. ' +
        'Read more at https://cloud.google.com/storage/docs/uniform-bucket-level-access',
    );
  }
  const fields = fieldsOf(resource);
  if (mediaType !== undefined && fields.contentType !== undefined && fields.contentType !== mediaType) {
    throw invalid(
      `Content-Type specified in the upload (${mediaType}) does not match Content-Type specified in metadata ` +
        `(${fields.contentType}). If it was a manual upload, please make sure the types are the same.`,
    );
  }
  const options: InsertOptions = {
    ...fields,
    contentType: fields.contentType ?? mediaType,
    contentEncoding: c.req.query('contentEncoding') ?? fields.contentEncoding,
    preconditions: preconditionsOf(c),
    expected: expectedChecksums(c, resource),
  };
  return { bucket: segment(c, 'bucket'), name, options };
}

/** A PUT to a session: a chunk, the rest, everything, or the question how far it came. */
export async function resume(c: Context, { objects }: StorageContext): Promise<Response> {
  const id = sessionId(c);
  const range = contentRange(c.req.header('content-range'));
  const state =
    range.offset === undefined
      ? await objects.uploads.status(id, range.total)
      : await objects.uploads.put(id, {
          ...range,
          offset: range.offset,
          bytes: bodyOf(c),
          expected: expectedChecksums(c),
        });
  if (state.object) return answer(c, objectResource(state.object, originOf(c)), OBJECT_SCHEMA);
  const headers = new Headers({ 'x-guploader-uploadid': id, 'content-length': '0' });
  if (state.received > 0) headers.set('range', `bytes=0-${state.received - 1}`);
  return new Response(null, { status: 308, headers });
}

export async function cancel(c: Context, { objects }: StorageContext): Promise<Response> {
  await objects.uploads.cancel(sessionId(c));
  return new Response(null, { status: 499, headers: { 'content-length': '0' } });
}

function sessionId(c: Context): string {
  const id = c.req.query('upload_id');
  if (!id) throw new ServiceError(404, 'notFound', 'No such upload session.');
  return id;
}

interface ContentRange {
  /** Undefined in a status query. */
  offset?: number | undefined;
  length?: number | undefined;
  total?: number | undefined;
}

// `bytes a-b/total`, with a star for what is not known yet: `a-b/*` (more to come), `a-*/*` (up to the end of the
// body), `*/total` or `*/*` (only a question). No header is the whole object in one body.
function contentRange(header: string | undefined): ContentRange {
  if (header === undefined) return { offset: 0 };
  const [matched, first, last, size] =
    /^bytes (?:\*|(\d{1,15})-(\d{1,15}|\*))\/(\d{1,15}|\*)$/.exec(header) ?? [];
  const total = size === undefined || size === '*' ? undefined : Number(size);
  if (matched !== undefined && first === undefined) return { total };
  const offset = Number(first);
  const length = last === '*' ? undefined : Number(last) - offset + 1;
  const isPossible =
    matched !== undefined && (length === undefined || (length > 0 && offset + length <= (total ?? Infinity)));
  if (!isPossible) throw invalid('Failed to parse Content-Range header.');
  return { offset, length, total };
}
