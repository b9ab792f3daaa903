import { createLedger } from '../../src/pipeline/ledger.ts';
import type { Ports } from '../../src/pipeline/ports.ts';
import { createWorkspace } from '../../src/pipeline/workspace.ts';
import { seededIds } from '../../src/support/ids.ts';
import { type TestSession, testSettings } from '../support/session.ts';

/** What a tool of a session gets, for the steps below it: its backend, its folder, its clock; nobody asks for consent. */
export async function portsOf(session: TestSession, ports: Partial<Ports> = {}): Promise<Ports> {
  const { close: _, ...backend } = await session.backend();
  const { folder, clock } = session;
  const workspace = createWorkspace(folder, []);
  return {
    ...backend,
    settings: testSettings(folder),
    workspace,
    clock,
    ledger: createLedger(workspace.ledgerFolder(true), { workspace, clock }),
    consent: async () => undefined,
    ids: seededIds('test'),
    signal: new AbortController().signal,
    progress: () => {},
    ...ports,
  };
}
