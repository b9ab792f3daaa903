/** What the process of `query-apart.ts` runs: one query, and then its end. */
import { writeSync } from 'node:fs';
import { UserError } from '../support/errors.ts';
import type { Apart, ApartMessage } from './query-apart.ts';
import { answerQuery } from './query-engine.ts';
import { tooLarge, tooSlow } from './query-errors.ts';

const STDOUT = 1;
const LOOK_EVERY_MS = 20;

let given = '';
process.stdin.setEncoding('utf8');
process.stdin.on('data', (text) => {
  given += text;
  if (given.endsWith('\n')) void answer(JSON.parse(given));
});
// Who asked is gone.
process.stdin.on('end', die);
say({ ready: true });

async function answer({ query, seconds, bytes }: Apart): Promise<void> {
  setTimeout(() => end(tooSlow(seconds)), seconds * 1000);
  // What functions hold, such as a text that is put together, the engine's own limit does not count.
  setInterval(() => {
    if (process.memoryUsage.rss() > bytes) end(tooLarge());
  }, LOOK_EVERY_MS);
  try {
    const answered = await answerQuery(query, new AbortController().signal);
    process.stdout.write(`${JSON.stringify({ answer: answered } satisfies ApartMessage)}\n`, () => die());
  } catch (error) {
    end(error);
  }
}

function end(error: unknown): void {
  if (error instanceof UserError) {
    const { code, what, why, fix } = error;
    say({ error: { code, what, why, fix } });
  } else say({ defect: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  die();
}

function say(message: ApartMessage): void {
  writeSync(STDOUT, `${JSON.stringify(message)}\n`);
}

/** A statement that does not look up, such as the distance of two long texts, lets nothing else end this process. */
function die(): void {
  process.kill(process.pid, 'SIGKILL');
}
