import { isRecord } from '../../support/records.ts';
import { outcomeOfFinish } from '../finish-reasons.ts';
import { parseUsage } from '../usage.ts';
import { type Reply, stringOf } from './reply.ts';

type Members = Record<string, unknown>;

/** A GenerateContentResponse. */
export function readGemini(response: Members): Reply {
  const candidates = Array.isArray(response.candidates) ? response.candidates : [];
  const [first] = candidates;
  const reply = isRecord(first) ? fromCandidate(first) : withoutCandidate(response);
  reply.usage = parseUsage(response.usageMetadata);
  for (let index = 1; index < candidates.length; index++)
    reply.candidates.push(
      isRecord(candidates[index]) ? (fromCandidate(candidates[index]).candidates[0] ?? '') : '',
    );
  const version = stringOf(response.modelVersion);
  if (version) reply.modelVersion = version;
  return reply;
}

const NO_USAGE = parseUsage(undefined);

function withoutCandidate({ promptFeedback }: Members): Reply {
  const blockReason = isRecord(promptFeedback) ? stringOf(promptFeedback.blockReason) : '';
  const reply: Reply = { outcome: blockReason ? 'blocked' : 'empty', candidates: [], usage: NO_USAGE };
  if (blockReason) reply.blockReason = blockReason;
  return reply;
}

function fromCandidate(candidate: Members): Reply {
  const finishReason = stringOf(candidate.finishReason);
  // Written member by member: this runs once a row, and spreads cost more than the rest of it.
  const reply: Reply = { outcome: outcomeOfFinish(finishReason), candidates: [], usage: NO_USAGE };
  if (finishReason) reply.finishReason = finishReason;
  const { content } = candidate;
  const parts = isRecord(content) && Array.isArray(content.parts) ? content.parts : [];
  let text = '';
  for (const part of parts) {
    if (!isRecord(part)) continue;
    if (part.thought === true) reply.thought = true;
    else {
      if (typeof part.text === 'string') text += part.text;
      readPart(part, reply);
    }
  }
  reply.candidates.push(text);
  readSources(candidate, reply);
  return reply;
}

/** What a part may hold other than text. */
function readPart({ functionCall, inlineData, fileData }: Members, reply: Reply): void {
  if (isRecord(functionCall)) {
    const { name, args, id } = functionCall;
    reply.calls ??= [];
    reply.calls.push({ name: stringOf(name), args: args ?? {}, ...(stringOf(id) && { id: stringOf(id) }) });
  }
  if (isRecord(inlineData)) {
    reply.media ??= [];
    reply.media.push({ mimeType: stringOf(inlineData.mimeType), data: stringOf(inlineData.data) });
  }
  if (isRecord(fileData)) {
    reply.media ??= [];
    reply.media.push({ mimeType: stringOf(fileData.mimeType), uri: stringOf(fileData.fileUri) });
  }
}

/** From recitation checks and from grounding. */
function readSources({ citationMetadata, groundingMetadata }: Members, reply: Reply): void {
  const cited = isRecord(citationMetadata) ? citationMetadata.citations : undefined;
  const chunks = isRecord(groundingMetadata) ? groundingMetadata.groundingChunks : undefined;
  if (!Array.isArray(cited) && !Array.isArray(chunks)) return;
  const uris = new Set<string>();
  for (const source of [...listOf(cited), ...listOf(chunks).flatMap((chunk) => Object.values(chunk))])
    if (isRecord(source) && stringOf(source.uri)) uris.add(stringOf(source.uri));
  if (uris.size > 0) reply.citations = [...uris];
}

const listOf = (value: unknown): Members[] => (Array.isArray(value) ? value.filter(isRecord) : []);
