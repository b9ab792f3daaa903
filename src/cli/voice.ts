import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';

const COLOURS = { ok: 'green', warning: 'yellow', failed: 'red', skipped: 'dim' } as const;

/** How commands speak to a person: plain lines, coloured where a person looks. */
export function createVoice(out: Pick<WriteStream, 'write' | 'isTTY'>) {
  const coloured = Boolean(out.isTTY) && !process.env.NO_COLOR;
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    coloured ? styleText(style, text) : text;
  const line = (text = '') => void out.write(`${text}\n`);
  return {
    title: (title: string, about: string) =>
      line(`\n${paint(['bold', 'cyan'], title)} ${paint('dim', about)}\n`),
    reply: (tool: string, summary: string) => line(`${paint('green', tool)}  ${summary}`),
    table: (title: string, rows: readonly (readonly [string, string])[]) => {
      line(`\n${paint('bold', title)}`);
      for (const [left, right] of rows) line(`  ${left.padEnd(18)}${right}`);
    },
    samples: (samples: readonly { key: string; prompt: string; answer: string }[]) => {
      line(`\n${paint('bold', 'samples')}`);
      for (const { key, prompt, answer } of samples)
        line(`  ${key}  ${prompt}\n${' '.repeat(key.length + 2)}→ ${answer}`);
    },
    check: ({ check, state, says, fix }: Checked) => {
      line(`${paint(COLOURS[state], state.padEnd(9))}${check.padEnd(15)}${says}`);
      if (fix) line(`${' '.repeat(24)}→ ${paint('bold', fix)}`);
    },
    lines: (text: string) => line(text),
  };
}

interface Checked {
  check: string;
  state: keyof typeof COLOURS;
  says: string;
  fix?: string;
}

export type Voice = ReturnType<typeof createVoice>;
