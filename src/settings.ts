import type { LogLevel } from './support/log.ts';

/** What a person sets once, by flag or environment; `cli/options.ts` holds the table it comes from. */
export interface Settings {
  /** `auto` takes Google when a project is known, else the emulator. */
  backend: 'auto' | 'google' | 'emulator';
  project?: string | undefined;
  /** Vertex AI location that jobs go to when the model is offered there. */
  location?: string | undefined;
  /** `gs://bucket` or `gs://bucket/prefix`: where inputs are staged and outputs go when a call names no place. */
  bucket?: string | undefined;
  /** Folder of inputs, results and the emulator's state. Absolute. */
  workspace: string;
  /** Folders, beside the workspace, that local files may be read from. Absolute. */
  allowDirs: readonly string[];
  /** JSON file of prices that win over the built-in ones. */
  prices?: string | undefined;
  /** Dollars up to which a submit goes through unasked. Left out: 0 on Google, without limit on the emulator. */
  askAboveUsd?: number | undefined;
  /** Dollars that no job, and no day's jobs together, may cost, whoever agrees to it. */
  maxJobUsd?: number | undefined;
  maxDayUsd?: number | undefined;
  /** Most jobs of one publisher's models that may go at once; left out, what the model's documentation says. */
  maxJobs?: number | undefined;
  /** File with the key that signs `confirm` values; left out, the workspace has one of its own. Absolute. */
  consentKey?: string | undefined;
  /** What may be used at all; an empty list allows everything. A `*` at the end stands for any rest. */
  allowModels: readonly string[];
  allowLocations: readonly string[];
  allowBuckets: readonly string[];
  allowProjects: readonly string[];
  impersonate?: string | undefined;
  quotaProject?: string | undefined;
  /** Emulated seconds that pass in a real second. */
  emulatorSpeed: number;
  emulatorSeed: string;
  /** OpenAI-compatible base URL that answers the emulator's rows. */
  emulatorModel?: string | undefined;
  /** JSON file of faults for the emulator. */
  emulatorFaults?: string | undefined;
  logLevel: LogLevel;
}
