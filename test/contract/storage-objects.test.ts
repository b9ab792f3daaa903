import { createHash } from 'node:crypto';
import type { Bucket, File } from '@google-cloud/storage';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { googleStorage } from '../support/google-storage.ts';
import { type StorageEmulator, startStorage } from '../support/storage-emulator.ts';

let emulator: StorageEmulator;
let bucket: Bucket;

beforeAll(async () => {
  emulator = await startStorage();
  [bucket] = await googleStorage(emulator.url).createBucket('objects');
});
afterAll(() => emulator.stop());

async function saved(name: string, text: string, target = bucket): Promise<File> {
  const file = target.file(name);
  await file.save(text, { resumable: false });
  return file;
}

const textOf = async (file: File, options = {}) => (await file.download(options))[0].toString();

describe('reading', () => {
  test('the whole and a range', async () => {
    const file = await saved('alphabet', 'abcdefghij');
    expect(await textOf(file)).toBe('abcdefghij');
    expect(await textOf(file, { start: 2, end: 4 })).toBe('cde');
    expect(await textOf(file, { start: 7 })).toBe('hij');
    await expect(textOf(file, { start: 10 })).rejects.toMatchObject({ code: 416 });
  });

  test('a generation that was overwritten is gone', async () => {
    const file = await saved('versioned', 'one');
    const { generation } = (await file.getMetadata())[0];
    await file.save('two', { resumable: false });
    expect(Number((await file.getMetadata())[0].generation)).toBeGreaterThan(Number(generation));
    const old = bucket.file('versioned', { generation: generation as string });
    await expect(old.download()).rejects.toMatchObject({ code: 404 });
    await expect(old.getMetadata()).rejects.toMatchObject({ code: 404 });
  });

  test('what is not there is named', async () => {
    const missing = { code: 404, message: 'No such object: objects/not/here' };
    await expect(bucket.file('not/here').getMetadata()).rejects.toMatchObject(missing);
    await expect(bucket.file('not/here').download()).rejects.toMatchObject(missing);
    await expect(bucket.file('not/here').delete()).rejects.toMatchObject(missing);
    expect(await bucket.file('not/here').exists()).toEqual([false]);
  });
});

describe('listing', () => {
  let tree: Bucket;
  beforeAll(async () => {
    [tree] = await googleStorage(emulator.url).createBucket('tree');
    for (const name of ['a.txt', 'in/1', 'in/2', 'in/deep/3', 'out/1', 'z']) await saved(name, name, tree);
  });
  const names = (files: File[]) => files.map(({ name }) => name);

  test('prefix, offsets and glob', async () => {
    expect(names((await tree.getFiles())[0])).toEqual(['a.txt', 'in/1', 'in/2', 'in/deep/3', 'out/1', 'z']);
    expect(names((await tree.getFiles({ prefix: 'in/' }))[0])).toEqual(['in/1', 'in/2', 'in/deep/3']);
    expect(names((await tree.getFiles({ startOffset: 'in/2', endOffset: 'out/1' }))[0])).toEqual([
      'in/2',
      'in/deep/3',
    ]);
    expect(names((await tree.getFiles({ matchGlob: '**/{1,3}' }))[0])).toEqual([
      'in/1',
      'in/deep/3',
      'out/1',
    ]);
  });

  test('a delimiter rolls names up to prefixes', async () => {
    const [files, , answer] = await tree.getFiles({ delimiter: '/', autoPaginate: false });
    expect(names(files)).toEqual(['a.txt', 'z']);
    expect(answer).toMatchObject({ prefixes: ['in/', 'out/'] });
  });

  test('pages of one, followed to the end', async () => {
    const seen: string[] = [];
    let query: object | null = { delimiter: '/', maxResults: 1, autoPaginate: false };
    while (query) {
      const [files, next, answer]: [File[], object | null, unknown] = (await tree.getFiles(query)) as never;
      seen.push(...names(files), ...((answer as { prefixes?: string[] }).prefixes ?? []));
      query = next;
    }
    expect(seen).toEqual(['a.txt', 'in/', 'out/', 'z']);
  });
});

describe('writing', () => {
  test('compose joins the sources in their order; the result has no MD5', async () => {
    const parts = [await saved('part-1', 'one '), await saved('part-2', 'two ')];
    const [whole] = await bucket.combine(parts, bucket.file('whole.txt'));
    expect(await textOf(whole, { validation: 'crc32c' })).toBe('one two ');
    const [metadata] = await whole.getMetadata();
    expect(metadata).toMatchObject({ componentCount: 2, size: '8' });
    expect(metadata.md5Hash).toBeUndefined();
    const [longer] = await bucket.combine([whole, ...parts], bucket.file('longer.txt'));
    expect((await longer.getMetadata())[0].componentCount).toBe(4);
  });

  test('compose of 33, of what is not there, of a source that changed', async () => {
    const part = await saved('part', 'x');
    const many = Array.from({ length: 33 }, () => part);
    await expect(bucket.combine(many, bucket.file('many.txt'))).rejects.toMatchObject({ code: 400 });
    const missing = [part, bucket.file('no-part')];
    await expect(bucket.combine(missing, bucket.file('many.txt'))).rejects.toMatchObject({ code: 404 });
    await part.getMetadata();
    await saved('part', 'y');
    await expect(bucket.combine([part], bucket.file('many.txt'))).rejects.toMatchObject({ code: 404 });
  });

  test('setMetadata merges, and null unsets', async () => {
    const file = await saved('described', 'x');
    await file.setMetadata({ cacheControl: 'no-store', metadata: { a: '1', b: '2' } });
    await file.setMetadata({ metadata: { a: null, c: '3' } });
    const [metadata] = await file.getMetadata();
    expect(metadata).toMatchObject({ cacheControl: 'no-store', metageneration: '3' });
    expect(metadata.metadata).toEqual({ b: '2', c: '3' });
  });

  test('copy takes bytes, checksums and metadata along, also to another bucket', async () => {
    const [other] = await googleStorage(emulator.url).createBucket('copies');
    const file = await saved('original', 'same bytes');
    await file.setMetadata({ contentType: 'text/x-special' });
    const [copy] = await file.copy(other.file('the/copy'));
    expect(await textOf(copy)).toBe('same bytes');
    expect((await copy.getMetadata())[0]).toMatchObject({
      contentType: 'text/x-special',
      md5Hash: createHash('md5').update('same bytes').digest('base64'),
      metageneration: '1',
    });
  });

  test('every write keeps its preconditions', async () => {
    const notMet = {
      code: 412,
      message: 'At least one of the pre-conditions you specified did not hold.',
      errors: [{ reason: 'conditionNotMet', domain: 'global', locationType: 'header', location: 'If-Match' }],
    };
    const file = await saved('guarded', 'x');
    const { generation } = (await file.getMetadata())[0];
    const wrong = { ifGenerationMatch: 1 };
    await expect(file.setMetadata({ cacheControl: 'x' }, wrong)).rejects.toMatchObject(notMet);
    await expect(file.setMetadata({ cacheControl: 'x' }, { ifMetagenerationMatch: 7 })).rejects.toMatchObject(
      notMet,
    );
    await expect(file.delete(wrong)).rejects.toMatchObject(notMet);
    await expect(bucket.combine([file], bucket.file('guarded'), wrong)).rejects.toMatchObject(notMet);
    await expect(file.copy(file, { preconditionOpts: wrong })).rejects.toMatchObject(notMet);
    await file.delete({ ifGenerationMatch: generation as string });
    expect(await file.exists()).toEqual([false]);
  });
});
