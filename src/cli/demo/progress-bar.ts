import { Presets, SingleBar } from 'cli-progress';

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
    update: ({ progress, message = '' }: { progress: number; message?: string | undefined }) =>
      bar.update(progress, { state: message.replace('JOB_STATE_', '').toLowerCase() }),
    stop: () => bar.stop(),
  };
}
