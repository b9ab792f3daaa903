import { quoteUntrusted } from '../../support/text.ts';
import { readMediaReference } from '../media-reference.ts';
import type { Part } from '../request-row.ts';
import { type LineConversion, notConverted } from './conversion.ts';

/**
 * The part for an address or a data URI that another service would fetch. `assumed` is the MIME type where the
 * address says none. Throws `line_not_converted` for what is neither.
 */
export function mediaPart(url: unknown, assumed: string, path: string, { drop }: LineConversion): Part {
  const reference = readMediaReference(typeof url === 'string' ? url : '');
  switch (reference.kind) {
    case 'inline':
      return { inlineData: { data: reference.data, mimeType: reference.mimeType } };
    case 'uri':
      if (!reference.mimeType) drop(path, `does not say its type, and was taken as ${assumed}`);
      return { fileData: { fileUri: reference.uri, mimeType: reference.mimeType ?? assumed } };
    case 'local':
      throw notConverted(
        path,
        `${quoteUntrusted(reference.path, 80)} is no address that Vertex AI can read.`,
        'Put the file into Cloud Storage and name it as gs://…, or give a data URI.',
      );
  }
}

/** `line_not_converted` for files that only the other service has. */
export const foreignFile = (path: string, service: string) =>
  notConverted(
    path,
    `It names a file that was uploaded to ${service}, which Vertex AI cannot read.`,
    'Put the file into Cloud Storage and name it as gs://…',
  );
