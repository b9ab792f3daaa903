import { isRecord } from '../../../support/records.ts';
import { GENERATION_CONFIG, REQUEST } from '../request-messages.ts';
import type { Fix } from '../rule.ts';

/** `{contents: …}` → `{request: {contents: …}}`; what is no part of a request stays beside it. */
export const wrapRequest: Fix = (row) => {
  if (row.request !== undefined) return false;
  const request: Record<string, unknown> = {};
  for (const name of Object.keys(row)) {
    if (!REQUEST.fields.has(name) && !GENERATION_CONFIG.fields.has(name)) continue;
    request[name] = row[name];
    delete row[name];
  }
  row.request = request;
  return true;
};

export const parseRequest: Fix = (row) => {
  const request = parsed(row.request);
  if (!isRecord(request)) return false;
  row.request = request;
  return true;
};

/** `metadata.key` → `key`; metadata that held nothing else goes. */
export const liftMetadataKey: Fix = (row) => {
  const { metadata } = row;
  if (!isRecord(metadata) || typeof metadata.key !== 'string' || row.key !== undefined) return false;
  row.key = metadata.key;
  delete metadata.key;
  if (Object.keys(metadata).length === 0) delete row.metadata;
  return true;
};

export function parsed(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}
