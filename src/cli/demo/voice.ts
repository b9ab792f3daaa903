import type { WriteStream } from 'node:tty';
import { styleText } from 'node:util';

/** How the demo speaks: plain lines, coloured where a person looks. */
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
    lines: (text: string) => line(text),
  };
}

export type Voice = ReturnType<typeof createVoice>;
