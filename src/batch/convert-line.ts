import { UserError } from '../support/errors.ts';
import { isRecord } from '../support/records.ts';
import { atPlace } from './at-place.ts';
import { canonicalJson } from './canonical-json.ts';
import { type Converted, type Dropped, notConverted, schemaCache } from './convert/conversion.ts';
import { convertAnthropicLine } from './convert-anthropic.ts';
import { convertOpenAiLine } from './convert-openai.ts';
import { detectFormat } from './lint/checks/formats.ts';
import type { GenerateContentRequest } from './request-row.ts';

export type LineFormat = 'openai' | 'anthropic' | 'gemini';

/** What became of the settings of a whole file. */
export interface ConversionReport {
  /** Lines by format. */
  lines: Partial<Record<LineFormat, number>>;
  /** Most frequent first; `path` has `[]` for each place in a list. */
  dropped: { path: string; why: string; count: number }[];
  /** How many different response schemas the lines have: a job takes one. */
  schemas: number;
}

export interface LineConverter {
  /** `place` names the line in errors: `line 7`. Throws `line_not_converted`. */
  convert(line: Readonly<Record<string, unknown>>, place: string): Omit<Converted, 'dropped'>;
  report(): ConversionReport;
}

/** Batch lines in the formats of other services. Undefined for what is not one of them, or is Gemini's own. */
export function lineFormat(line: Readonly<Record<string, unknown>>): LineFormat | undefined {
  const found = detectFormat(line);
  if (found === 'openai' || found === 'anthropic') return found;
  if (found === 'claude') return 'anthropic';
  return isRecord(line.request) && Array.isArray(line.request.contents) ? 'gemini' : undefined;
}

const MOST_FINDINGS = 100;
/** More than a few are too many already. */
const MOST_SCHEMAS_TOLD_APART = 100;

/** Converts the lines of one file, each by its own format: the first line may be an odd one. */
export function lineConverter(): LineConverter {
  const schemas = schemaCache();
  const lines: ConversionReport['lines'] = {};
  const findings = new Map<string, ConversionReport['dropped'][number]>();
  const responseSchemas = new Set<string>();

  const count = ({ path, why }: Dropped) => {
    const place = path.replace(/\[\d+\]/g, '[]');
    const key = `${place}\n${why}`;
    const finding = findings.get(key);
    if (finding) finding.count += 1;
    else if (findings.size < MOST_FINDINGS) findings.set(key, { path: place, why, count: 1 });
  };
  return {
    convert(line, place) {
      const format = lineFormat(line);
      if (!format) throw unknownFormat(place);
      const converted = convertLine(format, line, place);
      lines[format] = (lines[format] ?? 0) + 1;
      converted.dropped.forEach(count);
      const schema = converted.request.generationConfig?.responseSchema;
      if (schema && responseSchemas.size < MOST_SCHEMAS_TOLD_APART)
        responseSchemas.add(canonicalJson(schema));
      return converted;
    },
    report: () => ({
      lines: { ...lines },
      dropped: [...findings.values()].sort((a, b) => b.count - a.count),
      schemas: responseSchemas.size,
    }),
  };

  function convertLine(
    format: LineFormat,
    line: Readonly<Record<string, unknown>>,
    place: string,
  ): Converted {
    try {
      if (format === 'openai') return convertOpenAiLine(line, schemas);
      return format === 'anthropic' ? convertAnthropicLine(line, schemas) : asItIs(line);
    } catch (error) {
      throw atPlace(error, place);
    }
  }
}

const asItIs = ({ key, request }: Readonly<Record<string, unknown>>): Converted => ({
  ...(typeof key === 'string' && { key }),
  request: request as GenerateContentRequest,
  dropped: [],
});

function unknownFormat(place: string) {
  const { code, why, fix } = notConverted(
    place,
    'It is no line of an OpenAI, Anthropic or Gemini batch.',
    'Take it out, or give a prompt to make requests of a table.',
  );
  return new UserError(code, { what: `The ${place} is in no format that can be converted.`, why, fix });
}
