import type { Content, Part, RequestRow } from '../../batch/request-row.ts';
import { bytes, quoteUntrusted } from '../../support/text.ts';

const MOST_TEXT_SHOWN = 600;
const MOST_PARTS_SHOWN = 10;

/**
 * A row as it will be sent, with what comes from cells quoted and cut. `foreign` rows were written by somebody else
 * altogether: nothing in them is taken for the caller's own words.
 */
export function shownRow({ key, request }: RequestRow, foreign: boolean): Record<string, unknown> {
  const { contents, systemInstruction, ...rest } = request;
  const settings = foreign
    ? Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, quotedJson(value)]))
    : rest;
  return {
    key: /^r-\d+$/.test(key) ? key : quoteUntrusted(key),
    request: {
      contents: contents.slice(-MOST_PARTS_SHOWN).map(shownContent),
      ...(systemInstruction && { systemInstruction: shownContent(systemInstruction) }),
      ...settings,
    },
  };
}

const shownContent = ({ role, parts }: Content) => ({
  ...(role && { role }),
  parts: parts.slice(0, MOST_PARTS_SHOWN).map(shownPart),
});

function shownPart(part: Part): Record<string, unknown> {
  const { text, fileData, inlineData } = part;
  if (text !== undefined) return { text: quoteUntrusted(text, MOST_TEXT_SHOWN) };
  if (fileData)
    return { fileData: { fileUri: quoteUntrusted(fileData.fileUri), mimeType: fileData.mimeType } };
  if (inlineData)
    return {
      inlineData: { mimeType: inlineData.mimeType, data: `${bytes(inlineData.data.length)} of base64` },
    };
  return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, quotedJson(value)]));
}

const quotedJson = (value: unknown): string => quoteUntrusted(JSON.stringify(value) ?? '', MOST_TEXT_SHOWN);
