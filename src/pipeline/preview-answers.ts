import { join } from 'node:path';
import { z } from 'zod';
import type { Ports } from './ports.ts';

/** An answer, or why there is none, as a line of a batch's output says it. */
const outputRow = z.object({
  key: z.string().optional(),
  /** Empty where the row was answered. */
  status: z.string(),
  processed_time: z.string(),
  response: z.record(z.string(), z.unknown()),
});
export type OutputRow = z.infer<typeof outputRow>;

/** The answers of a preview, in the order of its rows; a row has none while nobody answered it. */
const keptAnswers = z.object({
  token: z.string(),
  model: z.string(),
  location: z.string(),
  rows: z.array(outputRow.nullable()),
});
export type KeptAnswers = z.infer<typeof keptAnswers>;

type KeepingPorts = Pick<Ports, 'workspace' | 'emulated'>;

/** What the emulator made up is kept apart from what was paid for. */
export const keptFile = (token: string, { workspace, emulated }: KeepingPorts): string =>
  join(emulated ? workspace.emulatorFolder : workspace.folder, 'previews', `${token.slice(0, 20)}.json`);

/** Answers of an equal preview before; undefined where there was none. */
export async function readKept(token: string, ports: KeepingPorts): Promise<KeptAnswers | undefined> {
  const stored = await ports.workspace.readJson(keptFile(token, ports)).catch(() => undefined);
  const kept = keptAnswers.safeParse(stored).data;
  return kept?.token === token ? kept : undefined;
}

export const writeKept = (kept: KeptAnswers, ports: KeepingPorts): Promise<void> =>
  ports.workspace.writeJson(keptFile(kept.token, ports), kept);
