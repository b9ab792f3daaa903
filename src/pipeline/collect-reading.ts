import type { AnswerSchema, Asked } from '../batch/answer-row.ts';
import { dayOf } from '../batch/day.ts';
import { member } from '../batch/lint/messages.ts';
import { isRecord } from '../support/records.ts';
import { type CollectInput, parseLine } from './collect-input.ts';
import { readPrices } from './estimate-prices.ts';
import { type JobFacts, modelIdOf } from './job-facts.ts';
import { lineBatches } from './line-batches.ts';
import type { Manifest } from './manifest.ts';
import type { Ports } from './ports.ts';
import type { ReadingSpec } from './result-record.ts';
import { OWN_NAMES } from './results-columns.ts';

/** What the answers of a run were asked to be, by the first input that says so: its jobs share a table. */
export async function schemaOf(
  inputs: readonly CollectInput[],
  signal: AbortSignal,
): Promise<AnswerSchema | undefined> {
  for (const input of inputs) {
    const schema = input.manifest?.spec.response_schema ?? (await schemaOfFirstRow(input, signal));
    if (schema) return schema;
  }
  return undefined;
}

async function schemaOfFirstRow(input: CollectInput, signal: AbortSignal): Promise<AnswerSchema | undefined> {
  for (const file of input.files) {
    const first = await firstLine(file.bytes(signal));
    if (first === undefined) continue;
    const { request } = parseLine(first) ?? {};
    const config = isRecord(request) ? member(request, 'generationConfig') : undefined;
    if (!isRecord(config)) return undefined;
    const schema = member(config, 'responseSchema') ?? member(config, 'responseJsonSchema');
    return isRecord(schema) ? schema : undefined;
  }
  return undefined;
}

async function firstLine(bytes: AsyncIterable<Uint8Array>): Promise<Buffer | undefined> {
  for await (const { lines } of lineBatches(bytes)) return lines[0];
  return undefined;
}

/** Names that the table of a run has beside the columns for its answers. */
export const takenNames = (inputs: readonly CollectInput[]): string[] => [
  ...OWN_NAMES,
  ...inputs.flatMap(({ manifest }) => manifest?.source.columns ?? []),
];

/** How the output of a job is read. It is not documented whose day's price counts; its last one is taken. */
export async function readingOf(
  facts: JobFacts,
  { manifest }: CollectInput,
  { settings, clock }: Pick<Ports, 'settings' | 'clock'>,
): Promise<Pick<ReadingSpec, 'asked' | 'price'>> {
  const prices = await readPrices(settings.prices);
  const model = modelIdOf(facts);
  const day = facts.ended_at?.slice(0, 10) ?? dayOf(clock.now());
  return {
    asked: manifest && askedBy(manifest),
    price: model === undefined ? undefined : prices.on(model, day),
  };
}

/** What every row of a composed input asks for; undefined where rows may differ, or want a look at each. */
function askedBy({ spec }: Manifest): Asked | undefined {
  if (spec.prompt === undefined && !spec.media) return undefined;
  const { generation_config: config = {}, response_schema: schema } = spec;
  if (schema) return { schema, wantsJson: true };
  const mimeType = member(config, 'responseMimeType');
  const own = member(config, 'responseSchema') ?? member(config, 'responseJsonSchema');
  if (mimeType === 'text/x.enum') return undefined;
  if (mimeType !== 'application/json' && own === undefined) return { wantsJson: false };
  return isRecord(own) ? { schema: own, wantsJson: true } : { wantsJson: true };
}
