import { isRecord } from '../../support/records.ts';
import type { Part } from '../request-row.ts';
import { type LineConversion, notConverted, textPart } from './conversion.ts';
import { functionResult } from './functions.ts';
import { foreignFile, mediaPart } from './media.ts';

type Block = Readonly<Record<string, unknown>>;

/** What the blocks of one message need to know of those before. */
export interface AnthropicBlocks extends LineConversion {
  /** Names of functions by the id of their call. */
  names: Map<unknown, string>;
}

/** The parts of a message's `content`. Throws `line_not_converted`. */
export function anthropicParts(content: unknown, path: string, blocks: AnthropicBlocks): Part[] {
  if (!Array.isArray(content)) return textPart(content);
  return content.flatMap((block: unknown, index) =>
    isRecord(block) ? partsOf(block, `${path}[${index}]`, blocks) : textPart(block),
  );
}

function partsOf(block: Block, path: string, blocks: AnthropicBlocks): Part[] {
  if (block.cache_control)
    blocks.drop(`${path}.cache_control`, 'has no counterpart: Gemini caches by itself');
  switch (block.type) {
    case 'text':
      return textPart(block.text);
    case 'image':
      return sourceParts(block.source, 'image/jpeg', path, blocks);
    case 'document':
      return documentParts(block, path, blocks);
    case 'tool_use':
      return [callPart(block, path, blocks)];
    case 'tool_result':
      return answerParts(block, path, blocks);
    case 'thinking':
    case 'redacted_thinking':
      blocks.drop(path, 'is what another model thought');
      return [];
    default:
      throw notConverted(
        `${path}.type`,
        `Nothing in a Gemini request is like a block of the type ${JSON.stringify(block.type)?.slice(0, 40)}.`,
        'Take the block out of the line.',
      );
  }
}

function documentParts(block: Block, path: string, blocks: AnthropicBlocks): Part[] {
  const { title, context, citations, source } = block;
  if (isRecord(citations) && citations.enabled === true)
    blocks.drop(`${path}.citations`, 'has no counterpart; ask for quotes in the prompt');
  const before = [title, context].flatMap(textPart);
  return [...before, ...sourceParts(source, 'application/pdf', path, blocks)];
}

function sourceParts(source: unknown, assumed: string, path: string, blocks: AnthropicBlocks): Part[] {
  const at = `${path}.source`;
  const { type, media_type: mimeType, data, url, content } = isRecord(source) ? source : {};
  switch (type) {
    case 'base64':
      if (typeof data === 'string' && typeof mimeType === 'string')
        return [{ inlineData: { data, mimeType } }];
      throw notConverted(at, 'It has no data or no media_type.', 'Give it both.');
    case 'text':
      return textPart(data);
    case 'content':
      return anthropicParts(content, `${at}.content`, blocks);
    case 'url':
      return [mediaPart(url, assumed, `${at}.url`, blocks)];
    case 'file':
      throw foreignFile(at, 'Anthropic');
    default:
      throw notConverted(`${at}.type`, 'It is none of base64, text, content and url.', 'Correct it.');
  }
}

function callPart({ id, name, input }: Block, path: string, { names }: AnthropicBlocks): Part {
  if (typeof name !== 'string') throw notConverted(path, 'The call has no name.', 'Give it one.');
  names.set(id, name);
  return { functionCall: { name, args: isRecord(input) ? input : {} } };
}

/** Media in a result follow it, since an answer of a function holds JSON only. */
function answerParts(block: Block, path: string, blocks: AnthropicBlocks): Part[] {
  const name = blocks.names.get(block.tool_use_id);
  if (name === undefined)
    throw notConverted(
      `${path}.tool_use_id`,
      'No call before it has this id, so that it is not known which function answers.',
      'Keep the call in the messages.',
    );
  const parts = anthropicParts(block.content, `${path}.content`, blocks);
  const text = parts.map((part) => part.text ?? '').join('');
  const response = block.is_error === true ? { error: text } : functionResult(text);
  return [{ functionResponse: { name, response } }, ...parts.filter((part) => part.text === undefined)];
}
