import { advise } from '../../google/advice.ts';
import type { GoogleApiError } from '../../google/errors.ts';
import { type GrantFacts, grantFor } from '../../google/permissions.ts';
import { addressOf, type Surroundings } from './surroundings.ts';

/** What to run after a 403: the grant of the permission that the call wants, unless the error has another cause. */
export async function lookCommand(
  error: GoogleApiError,
  grant: GrantFacts,
  around: Surroundings,
): Promise<string> {
  const { code, command, fix } = advise(error);
  if (code !== 'permission_denied') return command ?? fix;
  return (await grantCommand(grant, around)) ?? fix;
}

/** The command that grants the caller a role with this permission. */
export const grantCommand = async (grant: GrantFacts, around: Surroundings): Promise<string | undefined> =>
  grantFor({ ...grant, principal: grant.principal ?? (await addressOf(around)) })?.command;
