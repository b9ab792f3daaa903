import type { WriteStream } from 'node:tty';
import { rowsDone } from '../../pipeline/job-facts.ts';
import { count, duration } from '../../support/text.ts';
import { progressBar } from '../progress-bar.ts';
import { createVoice } from '../voice.ts';
import { type Status, statesOf } from './status.ts';
import { notOk } from './verdict.ts';

/** How a watch is shown: each look is handed over, and what of it is shown is the screen's own matter. */
export interface Screen {
  look(status: Status, at: string): void;
  /** The last look, of a job that has ended. */
  end(status: Status, at: string): void;
  /** Something beside the job, for a person. */
  note(text: string): void;
  /** Leaves the terminal as it was. */
  close(): void;
}

type Out = Pick<WriteStream, 'write' | 'isTTY'>;

const toStderr = (text: string): void => void process.stderr.write(`${text}\n`);

/** One JSON object for each change of states or of rows done, and nothing else. */
export function jsonScreen(out: Out): Screen {
  let shown = '';
  const print = (facts: object) => out.write(`${JSON.stringify(facts)}\n`);
  return {
    look: ({ summary, emulated, data }, at) => {
      const now = statesOf({ summary, emulated, data }) + rowsDone(data.rows);
      if (now !== shown) print({ at, emulated, summary, ...data });
      shown = now;
    },
    end: (status, at) => {
      const { summary, emulated, data } = status;
      const problem = notOk(status);
      print({ at, emulated, summary, ok: problem === undefined, problem, ...data });
    },
    note: toStderr,
    close: () => undefined,
  };
}

/** A line for each change of states, as a log wants it. */
export function lineScreen(out: Out): Screen {
  let shown = '';
  return {
    look: (status, at) => {
      const now = statesOf(status);
      if (now !== shown) out.write(`${at}  ${status.summary}\n`);
      shown = now;
    },
    end: (status, at) => {
      out.write(`${at}  ${status.summary}\n`);
      tell(status, out);
    },
    note: toStderr,
    close: () => undefined,
  };
}

/** A live bar, and below it what came of the job. */
export function barScreen(out: Out): Screen {
  let bar: ReturnType<typeof progressBar> | undefined;
  const close = () => {
    bar?.stop();
    bar = undefined;
  };
  const look = ({ data }: Status, at: string) => {
    bar ??= progressBar(data.rows?.total ?? 0);
    const left = data.expected_end && duration(Date.parse(data.expected_end) - Date.parse(at));
    bar.update({
      progress: rowsDone(data.rows) ?? 0,
      total: data.rows?.total,
      message: data.state,
      note: left && `, about ${left} left`,
    });
  };
  return {
    look,
    end: (status, at) => {
      look(status, at);
      close();
      out.write(`${status.summary}\n`);
      tell(status, out);
    },
    note: (text) => {
      close();
      toStderr(text);
    },
    close,
  };
}

/** How the rows ended, and of what those that are not ok failed. */
function tell(status: Status, out: Out): void {
  const { outcomes = {}, causes = [] } = status.data;
  const say = createVoice(out);
  if (Object.keys(outcomes).length > 0)
    say.table(
      'rows',
      Object.entries(outcomes).map(([outcome, n]) => [outcome, count(n, 'row')]),
    );
  if (causes.length > 0)
    say.table(
      'causes',
      causes.map(({ outcome, cause, rows }) => [outcome, `${count(rows, 'row')}  ${cause}`]),
    );
  const problem = notOk(status);
  if (problem) toStderr(`\n${problem}`);
}
