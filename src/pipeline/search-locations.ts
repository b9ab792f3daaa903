import { locations } from '../batch/catalogue.ts';
import { isAllowed } from '../google/allowlist.ts';
import { GoogleApiError } from '../google/errors.ts';
import type { Settings } from '../settings.ts';
import type { Ports } from './ports.ts';

/** Where jobs of this project may be, the usual place first: every location of the catalogue that may be used. */
export function likelyLocations({ location, allowLocations }: Settings): string[] {
  const named = allowLocations.filter((entry) => !entry.endsWith('*'));
  const all = [...new Set([location ?? 'global', ...locations(), ...named])];
  return all.filter((one) => isAllowed(allowLocations, one));
}

/**
 * What `look` finds first: where jobs usually go, or else at any other location, all of them asked at once.
 * A location where the API is off, or the caller has no rights, holds nothing of his; where none answers, that is
 * the news, and is thrown. `searched` are those that answered.
 */
export async function searchLocations<Found>(
  look: (location: string) => Promise<Found | undefined>,
  { settings }: Pick<Ports, 'settings'>,
): Promise<{ found?: Found; searched: string[] }> {
  const places = likelyLocations(settings);
  const refusals = new Map<string, GoogleApiError>();
  const tolerant = (location: string) =>
    look(location).catch((error: unknown) => {
      if (!(error instanceof GoogleApiError) || ![400, 403, 404, 501].includes(error.status)) throw error;
      refusals.set(location, error);
      return undefined;
    });
  const [likely = 'global', ...others] = places;
  const searched = () => places.filter((place) => !refusals.has(place));
  for (const some of [[likely], others]) {
    const [found] = (await Promise.all(some.map(tolerant))).filter((one) => one !== undefined);
    if (found !== undefined) return { found, searched: searched() };
  }
  const [refusal] = refusals.values();
  if (refusal && refusals.size === places.length) throw refusal;
  return { searched: searched() };
}
