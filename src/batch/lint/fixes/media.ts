import { isRecord } from '../../../support/records.ts';
import { member, textOf } from '../messages.ts';
import { mimeTypeOfName } from '../mime-types.ts';
import type { Fix } from '../rule.ts';
import { partsOf, some } from './parts-of-row.ts';

/** From the name of the file, where that leaves no doubt. */
export const addMimeType: Fix = (row) =>
  some(partsOf(row), (part) => {
    const file = member(part, 'fileData');
    if (!isRecord(file) || member(file, 'mimeType')) return false;
    const type = mimeTypeOfName(textOf(member(file, 'fileUri')));
    if (!type) return false;
    file.mimeType = type;
    return true;
  });

/** `data:image/png;base64,iVBO…` → `iVBO…`. */
export const stripDataUri: Fix = (row) =>
  some(partsOf(row), (part) => {
    const inline = member(part, 'inlineData');
    if (!isRecord(inline) || typeof inline.data !== 'string') return false;
    const uri = /^data:([^;,]*)[^,]{0,100};base64,/.exec(inline.data.slice(0, 300));
    if (!uri) return false;
    inline.data = inline.data.slice(uri[0].length);
    if (uri[1] && member(inline, 'mimeType') === undefined) inline.mimeType = uri[1];
    return true;
  });
