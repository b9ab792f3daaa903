import type { Settings } from '../settings.ts';

/** A command of the command line: a plain object in its own file. */
export interface Command {
  name: string;
  about: string;
  /** How a free argument is called in the help; without it there is none. */
  positional?: string;
  /** Flags of this command alone, beside the shared ones; one without a value is a switch. */
  options?: readonly { flag: string; value?: string; about: string }[];
  run(call: {
    settings: Settings;
    flags: Record<string, string | string[] | boolean | undefined>;
    positionals: string[];
  }): Promise<void>;
}
