import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { OPTIONS } from '../../src/cli/options.ts';
import { TOOLS } from '../../src/tools/registry.ts';
import { codeSpans, commands, fences, words } from './markdown.ts';
import { runDemo, runDoctor, runEmulator, runHostConfig, runInspector, runWatch } from './runners.ts';

const README = await readFile('README.md', 'utf8');
const BLOCKS = fences(README);
const inBlocks = BLOCKS.filter(({ language }) => language === 'sh').flatMap(({ text }) => commands(text));
const inLines = codeSpans(README).filter((code) => /^(npm|npx|node|gcloud)\s/.test(code));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vertex-batch-readme-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** What proves that a command of the README works; a command without a proof fails. */
const RUNNERS: [RegExp, (args: string[]) => Promise<void> | void][] = [
  [/^npm ci$/, lockfileFits],
  [/^npm test$/, () => void script('test')],
  [/^npm run (?!demo\b)\S+$/, ([name = '']) => void script(name)],
  [/^npm run demo( --|$)/, ([, , ...args]) => runDemo(folder, [...script('demo').slice(1), ...args])],
  [/^npx @modelcontextprotocol\/inspector --cli /, (args) => runInspector(folder, args)],
  [/^node dist\/bin\.cjs emulator/, (args) => runEmulator(folder, args)],
  [/^node dist\/bin\.cjs doctor/, (args) => runDoctor(folder, args)],
  [/^node dist\/bin\.cjs watch/, (args) => runWatch(folder, args)],
  [/^gcloud /, (args) => gcloudShape(args.join(' '))],
];

describe('every command', () => {
  test.each([...new Set([...inBlocks, ...inLines])])('%s', async (line) => {
    for (const command of line.split(' && ')) {
      const runner = RUNNERS.find(([pattern]) => pattern.test(command))?.[1];
      if (!runner) throw new Error(`nothing here knows how to prove: ${command}`);
      const [program, ...args] = words(command);
      await runner(program === 'npm' && args[0] === 'run' ? args.slice(1) : args);
    }
  });

  test('is found where it stands', () => {
    expect(BLOCKS.map(({ language }) => language).filter((name) => !['sh', 'json'].includes(name))).toEqual(
      [],
    );
    expect(inBlocks.length).toBeGreaterThanOrEqual(5);
    expect(inLines.length).toBeGreaterThanOrEqual(4);
  });

  test('takes only options that exist', () => {
    const flags = codeSpans(README)
      .filter((code) => code.startsWith('--'))
      .flatMap((code) => words(code).filter((word) => word.startsWith('--')));
    expect(flags.length).toBeGreaterThan(0);
    expect(OPTIONS.map(({ flag }) => `--${flag}`)).toEqual(expect.arrayContaining(flags));
  });
});

test.each(BLOCKS.filter(({ language }) => language === 'json').map(({ text }) => [text]))(
  'the configuration starts a server that lists its tools and reads the folder: %#',
  (text) => runHostConfig(folder, JSON.parse(text)),
);

test('tells the Node version that package.json asks for', () => {
  expect(README).toContain(`Node.js ${manifest.engines.node.replace('>=', '')} or newer`);
});

test('lists the tools that there are, in their order', () => {
  const rows = [...README.matchAll(/^\| (`\w+`(?:, `\w+`)*) \|/gm)].map(([, names = '']) => names);
  expect(rows.flatMap((names) => codeSpans(names))).toEqual(Object.keys(TOOLS));
});

/** The words of a script's last command, once everything that the script starts is known to be there. */
function script(name: string): string[] {
  const line = (manifest.scripts as Record<string, string>)[name];
  if (line === undefined) throw new Error(`package.json has no script ${name}`);
  const parts = line.split(' && ').map(words);
  for (const [program = '', ...args] of parts) {
    const there = ['node', 'npm'].includes(program) || existsSync(join('node_modules/.bin', program));
    expect(there, `${name} starts ${program}`).toBe(true);
    for (const file of args.filter((arg) => /^\w.*\.[jt]s$/.test(arg)))
      expect(existsSync(file), `${name} names ${file}`).toBe(true);
    if (program === 'npm') script(args.at(-1) ?? '');
  }
  return parts.at(-1) ?? [];
}

/** `npm ci` refuses a lock file that is out of step with package.json. */
async function lockfileFits(): Promise<void> {
  const lock = JSON.parse(await readFile('package-lock.json', 'utf8'));
  const { dependencies, devDependencies } = manifest;
  expect(lock.packages['']).toMatchObject({ dependencies, devDependencies });
}

/** What needs an account is not run: only its shape is looked at. */
function gcloudShape(command: string): void {
  const known = [
    /^services enable( [a-z]+\.googleapis\.com)+$/,
    /^auth application-default login$/,
    /^storage buckets create gs:\/\/[a-z0-9-]+ --location=[a-z0-9-]+$/,
  ];
  expect(
    known.filter((pattern) => pattern.test(command)),
    command,
  ).toHaveLength(1);
}
