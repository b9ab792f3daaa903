import { TextDecoder } from 'node:util';
import { UserError } from '../support/errors.ts';
import { quoteUntrusted } from '../support/text.ts';
import type { Source } from './table.ts';

/** UTF-16 in either byte order, as its byte order mark says, which is left out. Throws `invalid_utf16`. */
export async function* utf16Chunks(source: Source, signal: AbortSignal): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  const decode = (bytes?: Uint8Array): string => {
    try {
      return decoder?.decode(bytes, { stream: bytes !== undefined }) ?? '';
    } catch (error) {
      throw invalidUtf16(source, error);
    }
  };
  for await (const bytes of source.bytes(signal)) {
    decoder ??= new TextDecoder(bytes[0] === 0xff ? 'utf-16le' : 'utf-16be', { fatal: true });
    yield decode(bytes);
  }
  yield decode();
}

const invalidUtf16 = ({ name }: Source, cause: unknown) =>
  new UserError('invalid_utf16', {
    what: `${quoteUntrusted(name)} begins as UTF-16 does, and has bytes that are no character of it.`,
    fix: 'Save it as UTF-8.',
    cause,
  });
