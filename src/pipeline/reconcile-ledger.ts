import { dayOf } from '../batch/day.ts';
import { findByToken } from './create-job.ts';
import type { Ports } from './ports.ts';

/** A create that was never answered has shown up by then, or never will. */
const OPEN_FOR_MS = 600_000;

/**
 * Settles what broke off between the word of the ledger and that of Vertex AI: an entry of today without a job gets
 * the job that has appeared since, or is struck out.
 */
export async function reconcileLedger(
  ports: Pick<Ports, 'ledger' | 'clock' | 'vertex' | 'signal'>,
): Promise<void> {
  const { ledger, clock } = ports;
  const now = clock.now();
  for (const entry of await ledger.entries(dayOf(now))) {
    const open = entry.kind === 'job' && entry.job === undefined;
    if (!open || now - Date.parse(entry.at) < OPEN_FOR_MS) continue;
    const job = await findByToken(entry.token, entry.location, ports);
    if (job?.name) await ledger.write({ ...entry, job: job.name });
    else await ledger.remove(entry.token);
  }
}
