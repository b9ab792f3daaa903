import { isRecord } from '../../../support/records.ts';
import type { JsonObject } from '../rule.ts';

/** Where fixes work: parts of a row, and nothing where they are not what they should be. */
export const requestOf = (row: JsonObject): JsonObject => (isRecord(row.request) ? row.request : {});

export const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

export const recordsOf = (value: unknown): JsonObject[] => listOf(value).filter(isRecord);

export const contentsOf = (row: JsonObject): JsonObject[] => recordsOf(requestOf(row).contents);

/** Contents and the system instruction, which is one too. */
export function allContents(row: JsonObject): JsonObject[] {
  const { systemInstruction, system_instruction } = requestOf(row);
  return [...contentsOf(row), ...[systemInstruction, system_instruction].filter(isRecord)];
}

export const partsOf = (row: JsonObject): JsonObject[] =>
  allContents(row).flatMap(({ parts }) => recordsOf(parts));

export const configOf = (row: JsonObject): JsonObject => {
  const { generationConfig, generation_config } = requestOf(row);
  return [generationConfig, generation_config].find(isRecord) ?? {};
};

/** Runs a change on each; true where it changed any. */
export const some = <T>(items: readonly T[], change: (item: T) => boolean): boolean =>
  items.map(change).includes(true);
