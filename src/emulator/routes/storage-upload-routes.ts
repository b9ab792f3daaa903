import { storageRoute } from './storage-route.ts';
import { cancel, insert, resume } from './storage-uploads.ts';

const contract = 'test/contract/storage-uploads.test.ts';
const raw = 'test/emulator/storage-resumable.test.ts';

const RULES =
  'Chunks, one-shot PUTs and status queries, resumed after a broken connection or a restart; a session lives a ' +
  'week. Stricter: every chunk but the last is a multiple of 256 KiB, a gap or an odd length is 400.';

export const UPLOAD_ROUTES = [
  storageRoute({
    rpc: 'storage.objects.insert',
    method: 'POST',
    path: '/upload/storage/v1/b/:bucket/o',
    fidelity:
      'uploadType media, multipart and resumable; checksums sent in metadata or x-goog-hash are verified before ' +
      'anything is stored. Stricter: a Content-Type that differs between metadata and media is 400.',
    test: contract,
    access: { permission: 'storage.objects.create', on: 'object' },
    handle: insert,
  }),
  storageRoute({
    rpc: 'storage.objects.insert (resumable session)',
    method: 'PUT',
    path: '/upload/storage/v1/b/:bucket/o',
    fidelity: RULES,
    test: contract,
    handle: resume,
  }),
  storageRoute({
    rpc: 'storage.objects.insert (resumable session)',
    method: 'DELETE',
    path: '/upload/storage/v1/b/:bucket/o',
    fidelity: 'Cancels the session with 499; afterwards it is 404.',
    test: raw,
    handle: cancel,
  }),
  storageRoute({
    rpc: 'storage.objects.insert',
    method: 'POST',
    path: '/resumable/upload/storage/v1/b/:bucket/o',
    fidelity: 'Where gcloud starts a resumable upload; the same as under /upload.',
    test: raw,
    access: { permission: 'storage.objects.create', on: 'object' },
    handle: insert,
  }),
  storageRoute({
    rpc: 'storage.objects.insert (resumable session)',
    method: 'PUT',
    path: '/resumable/upload/storage/v1/b/:bucket/o',
    fidelity: RULES,
    test: raw,
    handle: resume,
  }),
  storageRoute({
    rpc: 'storage.objects.insert (resumable session)',
    method: 'DELETE',
    path: '/resumable/upload/storage/v1/b/:bucket/o',
    fidelity: 'Cancels the session with 499; afterwards it is 404.',
    test: raw,
    handle: cancel,
  }),
];
