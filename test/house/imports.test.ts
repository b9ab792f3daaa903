import { beforeAll, describe, expect, test } from 'vitest';
import { type SourceImport, sourceFiles, sourceImports } from './source-imports.ts';

/** Who may import whom: a folder or file of `src` → what it may import beside itself and the leaves. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  'bin.ts': ['cli/'],
  'index.ts': ['server/', 'emulator/'],
  'cli/': ['server/', 'tools/', 'pipeline/', 'batch/', 'tables/', 'backend.ts', 'emulator/'],
  'server/': ['tools/', 'pipeline/', 'backend.ts', 'google/errors.ts', 'google/advice.ts'],
  'backend.ts': ['google/', 'emulator/'],
  'tools/': ['pipeline/', 'batch/', 'tables/', 'google/'],
  'pipeline/': ['batch/', 'tables/', 'google/'],
  'tables/': ['google/bigquery.ts'],
  'batch/': [],
  'google/': [],
  'emulator/': [],
  'support/': [],
  'settings.ts': [],
  'version.ts': ['../package.json'],
};

/** What everybody may import. */
const LEAVES = ['support/', 'settings.ts', 'version.ts'];

/** Packages that only these places may know. */
const PACKAGE_PLACES: readonly { packages: RegExp; places: readonly string[] }[] = [
  { packages: /^@modelcontextprotocol\//, places: ['server/'] },
  // Headers, and the project that the metadata server names.
  { packages: /^google-auth-library/, places: ['google/auth.ts', 'google/project-id.ts'] },
  { packages: /^@?hono\b/, places: ['emulator/'] },
];

const covers = (place: string, path: string) =>
  place.endsWith('/') ? path.startsWith(place) : path === place;
const homeOf = (path: string) => Object.keys(MAY_IMPORT).find((place) => covers(place, path));
const isBreach = ({ from, to, own }: SourceImport) => {
  const home = homeOf(from) ?? '';
  return own && ![home, ...LEAVES, ...(MAY_IMPORT[home] ?? [])].some((place) => covers(place, to));
};
const shown = ({ from, to }: SourceImport) => `${from} imports ${to}`;

let imports: SourceImport[];
beforeAll(async () => {
  imports = await sourceImports();
});

describe('imports in src', () => {
  test('every file has a place in the law', async () => {
    const files = await sourceFiles();
    expect(files.filter((path) => homeOf(path) === undefined)).toEqual([]);
  });

  test('go only where the law lets them', () => {
    expect(imports.filter(isBreach).map(shown)).toEqual([]);
  });

  test.each([
    ['emulator/app.ts', 'google/errors.ts'],
    ['emulator/app.ts', 'batch/job-states.ts'],
    ['google/http.ts', 'emulator/errors.ts'],
    ['pipeline/submit.ts', 'tools/define.ts'],
    ['tools/registry.ts', 'server/render.ts'],
    ['server/render.ts', 'google/http.ts'],
    ['support/text.ts', 'cli/options.ts'],
  ])('would be a breach from %s to %s', (from, to) => {
    expect(isBreach({ from, to, own: true })).toBe(true);
  });

  test('are seen: static, dynamic and of types', () => {
    expect(imports.map(shown)).toEqual(
      expect.arrayContaining([
        'server/session.ts imports support/clock.ts',
        'server/session.ts imports backend.ts',
        'tools/define.ts imports pipeline/ports.ts',
      ]),
    );
  });

  test('of a package stay in its place', () => {
    const strays = imports.filter(({ from, to, own }) =>
      PACKAGE_PLACES.some(
        ({ packages, places }) => !own && packages.test(to) && !places.some((place) => covers(place, from)),
      ),
    );
    expect(strays.map(shown)).toEqual([]);
  });

  test('make no cycle', () => {
    const targets = new Map<string, string[]>();
    for (const { from, to, own } of imports) if (own) targets.set(from, [...(targets.get(from) ?? []), to]);
    const done = new Set<string>();
    const cycles = new Set<string>();
    const follow = (path: string, way: readonly string[]): void => {
      if (way.includes(path)) cycles.add(way.slice(way.indexOf(path)).sort().join(' ↔ '));
      else if (!done.has(path)) for (const to of targets.get(path) ?? []) follow(to, [...way, path]);
      done.add(path);
    };
    for (const path of targets.keys()) follow(path, []);
    expect([...cycles]).toEqual([]);
  });
});
