/**
 * What a host serves. Vertex AI has a host for each location, and answers there for no other one.
 * A host that is not Google's is a loopback server, where all services answer by their paths.
 */
export type HostService =
  | { service: 'storage' | 'resource-manager' | 'service-usage' }
  | { service: 'vertex'; location: string }
  | { service: 'any' }
  | { service: 'none' };

export function serviceOf(hostname: string): HostService {
  if (hostname === 'storage.googleapis.com') return { service: 'storage' };
  if (hostname === 'cloudresourcemanager.googleapis.com') return { service: 'resource-manager' };
  if (hostname === 'serviceusage.googleapis.com') return { service: 'service-usage' };
  if (hostname === 'aiplatform.googleapis.com') return { service: 'vertex', location: 'global' };
  const multiRegion = /^aiplatform\.(us|eu)\.rep\.googleapis\.com$/.exec(hostname)?.[1];
  if (multiRegion !== undefined) return { service: 'vertex', location: multiRegion };
  const region = /^([a-z]+-[a-z]+\d+)-aiplatform\.googleapis\.com$/.exec(hostname)?.[1];
  if (region !== undefined) return { service: 'vertex', location: region };
  return { service: hostname.endsWith('.googleapis.com') ? 'none' : 'any' };
}
