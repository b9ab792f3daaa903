import { badLines, type ExampleLine, type Rule } from '../../src/batch/lint/rule.ts';
import { clip } from '../../src/support/text.ts';
import { page, table } from './markdown.ts';

const CONFIDENCE = {
  A: "the vendor's own pages, protos or SDK",
  B: 'public reports of what happened',
  C: 'an inference, not verified',
} as const;

const FIXES = { true: '`fix: true` mends it', false: '' } as const;

/** Every rule of the linter: what it says, why, what to do, and where that is known from. */
export function lintRulesPage(families: Record<string, Record<string, Rule>>): string {
  const rules = Object.values(families).flatMap((family) => Object.entries(family));
  const fixable = rules.filter(([, { fix }]) => fix !== undefined);
  return page(
    'Lint rules',
    '`src/batch/lint/rules`',
    `\`validate_batch_input\` holds request files against these ${rules.length} rules. An **error** fails the whole job or the rows it is said of; a **warning** may, or wastes money; a **note** is good to know. Nothing of this was tried against the live service: each rule names its source, with how sure it is.`,
    table(
      ['sure', 'from'],
      Object.entries(CONFIDENCE).map(([letter, meaning]) => [letter, meaning]),
    ),
    `With \`fix: true\` a copy is written in which ${fixable.length} of them are mended: only where that cannot change what a row means. Rows without such a mistake are copied byte for byte, and so are rows with numbers that would be written differently.`,
    ...Object.entries(families).flatMap(([name, family]) => [
      `## ${name}`,
      ...Object.entries(family).map(([id, rule]) => section(id, rule)),
    ]),
  );
}

function section(id: string, rule: Rule): string {
  const { severity, breaks, says, why, mend, fix, source } = rule;
  const fails = breaks === undefined ? '' : breaks === 'job' ? ', fails the job' : ', fails the rows';
  const facts = [`**${severity}**${fails}`, FIXES[`${fix !== undefined}`]].filter(Boolean).join('; ');
  return [
    `### ${id}`,
    `${says} ${why}`,
    `*Mend:* ${mend}`,
    ['```jsonl', ...badLines(rule).map(shown), '```'].join('\n'),
    `${facts}. *Source:* ${link(source.where)} (${source.confidence})`,
  ].join('\n\n');
}

const MOST_SHOWN = 240;

function shown(line: ExampleLine): string {
  const bytes = line instanceof Uint8Array;
  const text = bytes
    ? Buffer.from(line).toString('latin1')
    : typeof line === 'string'
      ? line
      : JSON.stringify(line);
  return clip(bytes ? `${text} (in Latin-1)` : text, MOST_SHOWN).replace('\uFEFF', '<U+FEFF>');
}

/** `owner/repository#n` leads to the thread. */
function link(where: string): string {
  const thread = /^([\w.-]+\/[\w.-]+)#(\d+)/.exec(where);
  return thread
    ? `[${thread[0]}](https://github.com/${thread[1]}/issues/${thread[2]})${where.slice(thread[0].length)}`
    : where;
}
