import { readGenerateRequest } from '../../src/emulator/messages/request-check.ts';
import { modelAt } from '../../src/emulator/models.ts';

/** What Vertex AI says against a request of a batch row; undefined where it takes it. */
export function refusal(request: unknown, id = 'gemini-3.5-flash'): string | undefined {
  const model = modelAt(id, Date.parse('2026-11-22'));
  if (!model) throw new Error(`no model ${id}`);
  const read = readGenerateRequest(JSON.parse(JSON.stringify(request)), { model, batch: true });
  return 'problem' in read ? read.problem : undefined;
}
