import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { anchors, codeSpans, links } from './markdown.ts';

const ROOT = resolve('.');
const NOT_OURS = /^(node_modules|dist|\..*)$/;

async function markdownFiles(folder: string): Promise<string[]> {
  const entries = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => !NOT_OURS.test(name));
  const below = await Promise.all(
    entries.filter((entry) => entry.isDirectory()).map(({ name }) => markdownFiles(join(folder, name))),
  );
  const here = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.md'));
  return [...here.map(({ name }) => join(folder, name)), ...below.flat()];
}

const FILES = await markdownFiles(ROOT);

describe.each(FILES.map((file) => [relative(ROOT, file), file]))('%s', (_, file) => {
  test('links to files and headings that are there', async () => {
    const markdown = await readFile(file, 'utf8');
    const local = links(markdown).filter((target) => !/^[a-z]+:/.test(target));
    const broken = [];
    for (const target of local) {
      const [path = '', anchor] = target.split('#');
      const linked = path === '' ? file : resolve(dirname(file), decodeURIComponent(path));
      if (!existsSync(linked)) broken.push(target);
      else if (anchor && !anchors(await readFile(linked, 'utf8')).includes(anchor)) broken.push(target);
    }
    expect(broken).toEqual([]);
  });

  test('names files that are there', async () => {
    const paths = codeSpans(await readFile(file, 'utf8')).filter((code) =>
      /^(src|test|docs|scripts|bench|examples)(\/[\w.-]+)+\/?$/.test(code),
    );
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

test('README is among them', () => {
  expect(FILES).toContain(join(ROOT, 'README.md'));
});
