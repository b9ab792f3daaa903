import type { CoverageEntry } from './coverage-entry.ts';
import { RESOURCE_MANAGER_COVERAGE } from './routes/projects.ts';
import { SERVICE_USAGE_COVERAGE } from './routes/service-usage.ts';
import { STORAGE_COVERAGE } from './routes/storage.ts';
import { VERTEX_COVERAGE } from './routes/vertex.ts';

/** Every endpoint that is emulated, with its fidelity and the test that drives it. */
export const COVERAGE: readonly CoverageEntry[] = [
  ...VERTEX_COVERAGE,
  ...STORAGE_COVERAGE,
  ...RESOURCE_MANAGER_COVERAGE,
  ...SERVICE_USAGE_COVERAGE,
];

/** A route pattern as an expression over whole paths: `:name` is a segment, `:name{…}` what the braces say. */
function expressionOf(path: string): RegExp {
  const source = path.replace(
    /:\w+(?:\{([^}]*)\})?/g,
    (_, own: string | undefined) => `(?:${own ?? '[^/]+'})`,
  );
  return new RegExp(`^${source}$`);
}

const ENDPOINTS = COVERAGE.map((entry) => ({ entry, expression: expressionOf(entry.path) }));

/** The endpoint that a call means; HEAD asks for what GET answers. */
export const endpointOf = (method: string, path: string): CoverageEntry | undefined =>
  ENDPOINTS.find(
    ({ entry, expression }) => entry.method === (method === 'HEAD' ? 'GET' : method) && expression.test(path),
  )?.entry;
