import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createEmulator } from '../../src/emulator/app.ts';
import type { LedgerEntry } from '../../src/pipeline/ledger.ts';
import { type ManualClock, manualClock } from './manual-clock.ts';

/** What submits have left in a workspace and on the emulated Google side of it. */
export interface LeftBehind {
  /** Of `global`, newest first. */
  // biome-ignore lint/suspicious/noExplicitAny: as Vertex AI answers, without our types.
  jobs: any[];
  /** Names of the objects that inputs were uploaded to. */
  inputs: string[];
  /** Names of the objects with which the right to create was claimed. */
  claims: string[];
  ledger: LedgerEntry[];
}

/** Looks with an emulator of its own, past any session: a server that was killed or cannot be reached counts too. */
export async function leftBehind(
  workspace: string,
  { clock = manualClock({ start: new Date().toISOString() }) }: { clock?: ManualClock } = {},
): Promise<LeftBehind> {
  const emulator = createEmulator({ folder: join(workspace, 'emulator'), clock });
  // biome-ignore lint/suspicious/noExplicitAny: as Google answers, without our types.
  const get = async (url: string): Promise<any> => {
    const headers = { authorization: 'Bearer anyone' };
    return (await emulator.fetch(new Request(url, { headers }))).json();
  };
  try {
    const { batchPredictionJobs: jobs = [] } = await get(`${VERTEX}/batchPredictionJobs?pageSize=100`);
    const { items = [] }: { items?: { name: string }[] } = await get(`${STORAGE}/o?maxResults=1000`);
    const named = (part: RegExp) => items.map(({ name }) => name).filter((name) => part.test(name));
    return {
      jobs,
      inputs: named(/(^|\/)inputs\//),
      claims: named(/(^|\/)submits\//),
      ledger: await ledgerOf(workspace),
    };
  } finally {
    await emulator.close();
  }
}

const VERTEX = 'https://aiplatform.googleapis.com/v1/projects/emulated-project/locations/global';
const STORAGE = 'https://storage.googleapis.com/storage/v1/b/emulated-bucket';

/** The ledger's files, oldest day first, read as anybody would who finds them. */
async function ledgerOf(workspace: string): Promise<LedgerEntry[]> {
  const folder = join(workspace, 'emulator', 'ledger');
  const names = (await readdir(folder).catch(() => [])).sort();
  return Promise.all(names.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8'))));
}

export const NOTHING: LeftBehind = { jobs: [], inputs: [], claims: [], ledger: [] };
