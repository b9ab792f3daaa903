import { Presets, SingleBar } from 'cli-progress';

interface Update {
  progress: number;
  total?: number | undefined;
  /** A job's state. */
  message?: string | undefined;
  /** What is to be said behind the state. */
  note?: string | undefined;
}

/** A live bar on a terminal; silent elsewhere, so that logs stay readable. */
export function progressBar(total: number) {
  const bar = new SingleBar(
    {
      format: '{bar} {value}/{total} rows  {state}',
      hideCursor: true,
      clearOnComplete: false,
      stream: process.stdout,
    },
    Presets.shades_classic,
  );
  bar.start(total, 0, { state: 'queued' });
  return {
    update: ({ progress, total: rows, message = '', note = '' }: Update) => {
      if (rows !== undefined) bar.setTotal(rows);
      bar.update(progress, { state: message.replace('JOB_STATE_', '').toLowerCase() + note });
    },
    stop: () => bar.stop(),
  };
}
