/**
 * Log lines go to stderr: stdout belongs to the protocol.
 * A line says what happened, never what a row, an answer or a header holds.
 */
export const LOG_LEVELS = ['debug', 'info', 'warning', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
export type Log = (
  level: LogLevel,
  message: string,
  facts?: Record<string, string | number | boolean>,
) => void;

export const createLog =
  (least: LogLevel, write: (line: string) => void = (line) => process.stderr.write(line)): Log =>
  (level, message, facts = {}) => {
    if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(least)) return;
    const pairs = Object.entries(facts).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`);
    write(`${level}: ${message}${pairs.join('')}\n`);
  };
