import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { beforeAll, describe, expect, test } from 'vitest';
import { describeTool } from '../../src/server/describe.ts';
import { INSTRUCTIONS } from '../../src/server/instructions.ts';
import { TOOLSETS, type Tool } from '../../src/tools/define.ts';
import descriptors from '../../src/tools/descriptors.json' with { type: 'json' };
import { isToolName, loadTool, TOOLS } from '../../src/tools/registry.ts';
import { sourceFiles } from './source-imports.ts';

const MOST_WORDS = 90;
const MOST_TOKENS = 6_000;
/** Snake case of three words or more is how a tool is called, and hardly anything else in prose. */
const TOOL_LIKE = /\b[a-z]+(?:_[a-z]+){2,}\b/g;

const names = Object.keys(TOOLS).filter(isToolName);
const kebab = (name: string) => name.replaceAll('_', '-');

let tools: Tool[];
let files: string[];
beforeAll(async () => {
  tools = await Promise.all(names.map(loadTool));
  files = await sourceFiles();
});

describe.each(names)('%s', (name) => {
  const tool = () => tools.find((candidate) => candidate.name === name) as Tool;

  test('is what the registry and its file call it', async () => {
    expect(tool().name).toBe(name);
    const home = files.filter((path) => new RegExp(`^tools/\\w+/${kebab(name)}\\.ts$`).test(path));
    expect(home).toHaveLength(1);
    expect(await readFile(`src/${home[0]}`, 'utf8')).toContain('defineTool(');
  });

  test('has a test of its own', () => {
    expect(existsSync(`test/tools/${kebab(name)}.test.ts`)).toBe(true);
  });

  test(`says what it does in at most ${MOST_WORDS} words, and names only tools that exist`, () => {
    const { title, toolset, description } = tool();
    expect(title).not.toBe('');
    expect(TOOLSETS).toContain(toolset);
    expect(description.split(/\s+/).length).toBeLessThanOrEqual(MOST_WORDS);
    expect(unknownTools(description)).toEqual([]);
  });

  test('says all four hints, and none against another', () => {
    const { annotations } = describeTool(tool());
    const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = annotations;
    for (const hint of [readOnlyHint, destructiveHint, idempotentHint, openWorldHint])
      expect(hint).toBeTypeOf('boolean');
    expect(readOnlyHint && destructiveHint).toBe(false);
    if (tool().spends) expect(readOnlyHint).toBe(false);
  });

  test('refuses arguments that it does not know', () => {
    expect(describeTool(tool()).inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
  });
});

describe('the list of tools', () => {
  test(`costs at most ${MOST_TOKENS} tokens`, () => {
    expect(countTokens(JSON.stringify({ tools: descriptors }))).toBeLessThanOrEqual(MOST_TOKENS);
  });

  test('shows each tool once, in the order of the registry', () => {
    expect(descriptors.map(({ name }) => name)).toEqual(names);
  });

  test('is introduced by instructions that name only tools that exist', () => {
    expect(unknownTools(INSTRUCTIONS)).toEqual([]);
  });

  test('leaves no tool file out', () => {
    const declared = files
      .filter((path) => /^tools\/\w+\//.test(path))
      .map((path) => path.replace(/^.*\/|\.ts$/g, '').replaceAll('-', '_'))
      .filter((name) => existsSync(`test/tools/${kebab(name)}.test.ts`));
    expect(declared.filter((name) => !isToolName(name))).toEqual([]);
  });
});

const unknownTools = (text: string): string[] =>
  (text.match(TOOL_LIKE) ?? []).filter((word) => !isToolName(word));
