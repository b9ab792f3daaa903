import type { CoverageEntry } from '../../src/emulator/coverage-entry.ts';
import { code, page, table } from './markdown.ts';

const SERVICES: Record<CoverageEntry['service'], string> = {
  vertex: 'Vertex AI',
  storage: 'Cloud Storage',
  bigquery: 'BigQuery',
  'resource-manager': 'Cloud Resource Manager',
  'service-usage': 'Service Usage',
};

/** What the emulator answers, and how faithfully. */
export function coveragePage(entries: readonly CoverageEntry[]): string {
  const names = Object.keys(SERVICES) as CoverageEntry['service'][];
  const services = names.filter((name) => entries.some(({ service }) => service === name));
  return page(
    'What the emulator covers',
    '`src/emulator/coverage.ts`',
    'Whatever is not listed answers as Google answers an unknown path. Each endpoint is driven by the test beside it, with a client that is not this project’s own.',
    ...services.flatMap((name) => [
      `## ${SERVICES[name]}`,
      endpoints(entries.filter(({ service }) => service === name)),
    ]),
  );
}

const endpoints = (entries: readonly CoverageEntry[]): string =>
  table(
    ['method', 'endpoint', 'fidelity', 'test'],
    entries.map(({ rpc, method, path, fidelity, test }) => [
      code(rpc),
      code(`${method} ${path}`),
      fidelity,
      `[${test.split('/').at(-1)}](../${test})`,
    ]),
  );
