import { isRecord } from '../../support/records.ts';
import type { Part } from '../request-row.ts';
import { type LineConversion, notConverted, textPart } from './conversion.ts';
import { foreignFile, mediaPart } from './media.ts';

const AUDIO: Readonly<Record<string, string>> = { wav: 'audio/wav', mp3: 'audio/mpeg' };

/** The parts of a message's `content`, of chat completions and of responses. Throws `line_not_converted`. */
export function openAiParts(content: unknown, path: string, conversion: LineConversion): Part[] {
  if (!Array.isArray(content)) return textPart(content);
  return content.flatMap((part: unknown, index) =>
    isRecord(part) ? partOf(part, `${path}[${index}]`, conversion) : textPart(part),
  );
}

function partOf(part: Record<string, unknown>, path: string, conversion: LineConversion): Part[] {
  switch (part.type) {
    case 'text':
    case 'input_text':
    case 'output_text':
      return textPart(part.text);
    case 'refusal':
      return textPart(part.refusal);
    case 'image_url':
    case 'input_image':
      return [imagePart(part, path, conversion)];
    case 'input_audio':
      return [audioPart(part.input_audio, path)];
    case 'file':
      return [filePart(isRecord(part.file) ? part.file : {}, `${path}.file`, conversion)];
    case 'input_file':
      return [filePart(part, path, conversion)];
    default:
      throw notConverted(
        `${path}.type`,
        `Nothing in a Gemini request is like a part of the type ${JSON.stringify(part.type)?.slice(0, 40)}.`,
        'Take the part out of the line.',
      );
  }
}

function imagePart(part: Record<string, unknown>, path: string, conversion: LineConversion): Part {
  const image = isRecord(part.image_url) ? part.image_url : { url: part.image_url, detail: part.detail };
  if (part.file_id && !image.url) throw foreignFile(`${path}.file_id`, 'OpenAI');
  if (image.detail && image.detail !== 'auto')
    conversion.drop(`${path}.image_url.detail`, 'is for the whole request in Gemini: mediaResolution');
  return mediaPart(image.url, 'image/jpeg', `${path}.image_url`, conversion);
}

function audioPart(audio: unknown, path: string): Part {
  const { data, format } = isRecord(audio) ? audio : {};
  const mimeType = AUDIO[String(format)];
  if (typeof data === 'string' && mimeType) return { inlineData: { data, mimeType } };
  throw notConverted(`${path}.input_audio`, 'It is not audio in wav or mp3.', 'Give it data and a format.');
}

function filePart(file: Record<string, unknown>, path: string, conversion: LineConversion): Part {
  const { file_data: data, file_url: url, file_id: id } = file;
  if (id && !data && !url) throw foreignFile(`${path}.file_id`, 'OpenAI');
  return mediaPart(data ?? url, 'application/pdf', path, conversion);
}
