/** Longest that a clean stop may take before the process ends anyway. */
const BACKSTOP_MS = 5_000;

/** Runs `stop` once, on stdin's end, SIGINT or SIGTERM, and then ends the process. */
export function onShutdown(stop: () => Promise<void>): void {
  let stopping = false;
  const end = () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), BACKSTOP_MS).unref();
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.stdin.once('end', end);
  process.stdin.once('close', end);
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
}
