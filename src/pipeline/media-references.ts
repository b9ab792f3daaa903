import { modalityOf } from '../batch/lint/mime-types.ts';
import type { Row } from '../tables/table.ts';
import type { MediaItem } from './compose-media.ts';
import { cellOf, compileTemplate } from './template.ts';

/** The references that one `media` argument makes of a row; none where its columns are empty. */
export interface MediaReferences {
  columns: readonly string[];
  itemsOf(cells: Row['cells']): MediaItem[];
}

/**
 * Compiles `{{column}}`, a template such as `gs://bucket/{{id}}.jpg`, a column's plain name, or a constant; a MIME
 * type may stand before it: `image/jpeg {{url}}`. A column that holds a list makes one medium of each member.
 * Throws what templates throw.
 */
export function compileMedia(text: string, columns: readonly string[]): MediaReferences {
  const { mimeType, rest } = splitType(text.trim());
  const only = onlyColumn(rest, columns);
  const template = compileTemplate(only === undefined ? rest : `{{${only}}}`, columns, 'media');
  const item = (reference: string): MediaItem => ({ reference, ...(mimeType && { mimeType }) });
  return {
    columns: template.columns,
    itemsOf(cells) {
      const value = only === undefined ? undefined : cellOf(cells, only);
      const texts = Array.isArray(value)
        ? value.filter((member) => typeof member === 'string')
        : [template.fill(cells)];
      // `gs://bucket/{{id}}.jpg` of a row without id is no address.
      const missing = template.columns.some((column) => isBlank(cellOf(cells, column)));
      return missing ? [] : texts.filter((reference) => reference.trim() !== '').map(item);
    },
  };
}

const isBlank = (value: unknown): boolean => value === undefined || value === null || value === '';

/** Only types that Gemini reads count, so that a path with a space in it stays a path. */
function splitType(text: string): { mimeType?: string; rest: string } {
  const [, mimeType, rest] = /^([a-z]+\/[\w.+-]+)\s+(\S.*)$/is.exec(text) ?? [];
  return mimeType && rest && modalityOf(mimeType)
    ? { mimeType: mimeType.toLowerCase(), rest }
    : { rest: text };
}

function onlyColumn(text: string, columns: readonly string[]): string | undefined {
  if (columns.includes(text)) return text;
  const name = /^\{\{([^{}]*)\}\}$/.exec(text)?.[1];
  if (name === undefined) return undefined;
  return columns.find((column) => column === name) ?? columns.find((column) => column.trim() === name.trim());
}
