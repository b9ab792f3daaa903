/** A fenced block: its language and its text. */
export interface Fence {
  language: string;
  text: string;
}

const FENCE = /^```(\w*)\n(.*?)\n```$/gms;

export const fences = (markdown: string): Fence[] =>
  [...markdown.matchAll(FENCE)].map(([, language = '', text = '']) => ({ language, text }));

const prose = (markdown: string): string => markdown.replace(FENCE, '');

/** What stands in backticks outside of fences. */
export const codeSpans = (markdown: string): string[] =>
  [...prose(markdown).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);

/** Targets of links and pictures, those in code left out. */
export const links = (markdown: string): string[] =>
  [
    ...prose(markdown)
      .replace(/`[^`\n]+`/g, '')
      .matchAll(/\]\(([^)\s]+)\)|^\[[^\]]+\]:\s*(\S+)/gm),
  ].map(([, inline, reference]) => inline ?? reference ?? '');

/** Anchors of the headings, made as GitHub makes them. */
export const anchors = (markdown: string): string[] =>
  [...prose(markdown).matchAll(/^#{1,6}\s+(.+?)\s*$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );

/** The commands of a shell block, one a line; continued lines are joined, comments left out. */
export const commands = (block: string): string[] =>
  block
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

/** Words of a command as a shell splits it; knows quotes, and nothing that would need a shell. */
export function words(command: string): string[] {
  if (/[|<>`]|\$[({A-Z]/.test(command.replace(/'[^']*'/g, ''))) throw new Error(`needs a shell: ${command}`);
  return [...command.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) =>
    word.replace(/'([^']*)'|"([^"]*)"/g, '$1$2'),
  );
}
