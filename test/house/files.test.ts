import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { sourceFiles } from './source-imports.ts';

const KEBAB_CASE = /^[a-z0-9]+(-[a-z0-9]+)*(\.test|\.config)?\.(ts|json|html|css)$/;
const MOST_LINES = 300;
const MEDIAN_LINES = 120;
const EMPTY_NAMES = /(^|-)(utils?|helpers?|manager|base|misc|common)(-|\.)/;
const UNFINISHED = /\b(TODO|FIXME|XXX|HACK)\b/;

interface SourceFile {
  path: string;
  lines: string[];
}

let source: SourceFile[];
let everything: SourceFile[];
beforeAll(async () => {
  const read = async (folder: string) =>
    Promise.all(
      (await sourceFiles(folder))
        .filter((path) => path.endsWith('.ts'))
        .map(async (path) => {
          const whole = join(folder, path);
          return { path: whole, lines: (await readFile(whole, 'utf8')).trimEnd().split('\n') };
        }),
    );
  source = await read('src');
  everything = [...source, ...(await Promise.all(['test', 'scripts', 'bench', 'examples'].map(read))).flat()];
});

describe('files', () => {
  test('are named in kebab case, after what is in them', () => {
    const names = everything
      .map(({ path }) => path)
      .filter((path) => {
        const name = basename(path);
        return !KEBAB_CASE.test(name) || EMPTY_NAMES.test(name);
      });
    expect(names).toEqual([]);
  });

  test(`of src have at most ${MOST_LINES} lines, generated ones aside, and a median of ${MEDIAN_LINES} or less`, () => {
    const long = source.filter(({ lines }) => lines.length > MOST_LINES);
    expect(long.map(({ path, lines }) => `${path}: ${lines.length}`)).toEqual([]);
    const lengths = source.map(({ lines }) => lines.length).sort((a, b) => a - b);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(MEDIAN_LINES);
  });

  test('of src leave nothing for later', () => {
    const found = source.flatMap(({ path, lines }) =>
      lines.flatMap((line, index) => (UNFINISHED.test(line) ? `${path}:${index + 1}` : [])),
    );
    expect(found).toEqual([]);
  });

  test('of src take time and chance from ports, which only support implements', () => {
    const impure = /\bDate\.now\(|\bMath\.random\(|\bnew Date\(\)|\bperformance\.now\(/;
    const found = source
      .filter(({ path }) => !path.startsWith(join('src', 'support')))
      .flatMap(({ path, lines }) =>
        lines.flatMap((line, index) => (impure.test(line) ? `${path}:${index + 1}` : [])),
      );
    expect(found).toEqual([]);
  });
});
