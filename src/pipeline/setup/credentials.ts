import type { Caller } from '../../google/auth.ts';
import type { Ports } from '../ports.ts';
import { lineOf, ok, type SetupLine, skipped, warning } from './line.ts';
import { addressOf, type Surroundings, valueIn } from './surroundings.ts';

const KINDS: Record<Caller['kind'], string> = {
  user: 'The login of a person',
  service_account_key: 'The key of a service account',
  attached_service_account: 'The service account of this machine',
  federation: 'Workload identity federation',
  impersonation: 'Impersonation of a service account',
  token: 'A given access token',
};

/** Whether a token is to be had, by which kind of credentials, and whose. */
export const checkCredentials = (around: Surroundings, { project, emulated }: Ports): Promise<SetupLine> =>
  lineOf('credentials', async () => {
    if (emulated) return skipped('The emulator takes any caller.');
    const { kind, quotaProject } = valueIn(await around.caller());
    const address = await addressOf(around);
    const who = `${KINDS[kind]}${address ? `, ${address}` : ''}`;
    if (quotaProject) return ok(`${who}; quota is that of ${quotaProject}.`);
    if (kind !== 'user') return ok(`${who}.`);
    return warning(
      `${who}, without a quota project, which some of Google's APIs ask for.`,
      `gcloud auth application-default set-quota-project ${project}`,
    );
  });
