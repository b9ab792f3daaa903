import { expect, test } from 'vitest';
import { anchors, codeSpans, commands, fences, links, words } from './markdown.ts';

const PAGE = `# A page, *with* \`code\`
See [one](docs/one.md#two-words) and \`[not](a-link.md)\`.

\`\`\`sh
# a comment
npm ci && \\
  npm test
[not](this.md)
\`\`\`

[ref]: other.md
`;

test('blocks, code, links and headings are told apart', () => {
  expect(fences(PAGE)).toEqual([{ language: 'sh', text: expect.stringMatching(/^# a comment/) }]);
  expect(codeSpans(PAGE)).toEqual(['code', '[not](a-link.md)']);
  expect(links(PAGE)).toEqual(['docs/one.md#two-words', 'other.md']);
  expect(anchors(PAGE)).toEqual(['a-page-with-code']);
  expect(commands(fences(PAGE)[0]?.text ?? '')[0]).toBe('npm ci && npm test');
});

test('a command is split as a shell splits it, and one that needs a shell is refused', () => {
  const command = `a -- b.csv --prompt 'c "d": {{e}}' --x="y z"`;
  expect(words(command)).toEqual(['a', '--', 'b.csv', '--prompt', 'c "d": {{e}}', '--x=y z']);
  expect(() => words('a | b')).toThrow('needs a shell');
});
