import { homedir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import type { Settings } from '../settings.ts';
import { UserError } from '../support/errors.ts';
import { LOG_LEVELS } from '../support/log.ts';

/** One option of the server. Flags, environment, the bundle's user configuration and the docs are read from here. */
export interface Option {
  flag: string;
  env: string;
  setting: keyof Settings;
  kind: 'text' | 'texts' | 'number' | 'usd' | 'path' | 'paths' | 'choice';
  choices?: readonly string[];
  /** As the docs show it; `undefined` is "not set". */
  default?: string | (() => string);
  about: string;
  /** Title in the bundle's configuration form; options without one are for the command line only. */
  formTitle?: string;
}

export const OPTIONS: readonly Option[] = [
  {
    flag: 'project',
    env: 'GOOGLE_CLOUD_PROJECT',
    setting: 'project',
    kind: 'text',
    about:
      'Google Cloud project that jobs run and are billed in. Also found in Application Default Credentials and in gcloud.',
    formTitle: 'Google Cloud project',
  },
  {
    flag: 'location',
    env: 'GOOGLE_CLOUD_LOCATION',
    setting: 'location',
    kind: 'text',
    about:
      'Vertex AI location for jobs, such as global or us-central1. Without it the model’s first location is taken.',
    formTitle: 'Vertex AI location',
  },
  {
    flag: 'bucket',
    env: 'VERTEX_BATCH_BUCKET',
    setting: 'bucket',
    kind: 'text',
    about: 'gs://bucket or gs://bucket/prefix for staged inputs and for outputs.',
    formTitle: 'Cloud Storage bucket',
  },
  {
    flag: 'backend',
    env: 'VERTEX_BATCH_BACKEND',
    setting: 'backend',
    kind: 'choice',
    choices: ['auto', 'google', 'emulator'],
    default: 'auto',
    about: 'auto takes Google when a project is known, else the embedded emulator.',
    formTitle: 'Backend (auto, google or emulator)',
  },
  {
    flag: 'workspace',
    env: 'VERTEX_BATCH_WORKSPACE',
    setting: 'workspace',
    kind: 'path',
    default: dataDirectory,
    about: 'Folder of inputs, results and the emulator’s state.',
    formTitle: 'Workspace folder',
  },
  {
    flag: 'allow-dir',
    env: 'VERTEX_BATCH_ALLOW_DIRS',
    setting: 'allowDirs',
    kind: 'paths',
    about: 'Folder, beside the workspace, that local files may be read from. Repeat the flag for more.',
    formTitle: 'Folders that may be read',
  },
  {
    flag: 'prices',
    env: 'VERTEX_BATCH_PRICES',
    setting: 'prices',
    kind: 'path',
    about: 'JSON file of prices that win over the built-in ones, for estimates and costs.',
  },
  {
    flag: 'ask-above-usd',
    env: 'VERTEX_BATCH_ASK_ABOVE_USD',
    setting: 'askAboveUsd',
    kind: 'usd',
    about:
      'Dollars up to which a submit goes through without asking a person. Left out it is 0: always ask; on the emulator nobody is asked.',
    formTitle: 'Ask before spending more than (USD)',
  },
  {
    flag: 'max-job-usd',
    env: 'VERTEX_BATCH_MAX_JOB_USD',
    setting: 'maxJobUsd',
    kind: 'usd',
    about: 'Dollars that one submit may cost at most, whoever agrees to more.',
    formTitle: 'Never spend more on one submit than (USD)',
  },
  {
    flag: 'max-day-usd',
    env: 'VERTEX_BATCH_MAX_DAY_USD',
    setting: 'maxDayUsd',
    kind: 'usd',
    about: 'Dollars that the submits of one day (UTC) may cost together at most.',
    formTitle: 'Never spend more in a day than (USD)',
  },
  {
    flag: 'max-jobs',
    env: 'VERTEX_BATCH_MAX_JOBS',
    setting: 'maxJobs',
    kind: 'number',
    about:
      'Most jobs of one publisher’s models that may run at once in a location; the rest of a run waits for a later call. Left out it is 4 for Claude, without limit for Gemini.',
  },
  {
    flag: 'consent-key',
    env: 'VERTEX_BATCH_CONSENT_KEY',
    setting: 'consentKey',
    kind: 'path',
    about:
      'File with the secret that signs consent, for several servers that share it. Each workspace has one of its own.',
  },
  {
    flag: 'allow-model',
    env: 'VERTEX_BATCH_ALLOW_MODELS',
    setting: 'allowModels',
    kind: 'texts',
    about:
      'Model id, or the beginning of one with *, that may be used; without it all. Repeat the flag, or separate by commas.',
  },
  {
    flag: 'allow-location',
    env: 'VERTEX_BATCH_ALLOW_LOCATIONS',
    setting: 'allowLocations',
    kind: 'texts',
    about: 'Vertex AI location that may be used; without it all.',
  },
  {
    flag: 'allow-bucket',
    env: 'VERTEX_BATCH_ALLOW_BUCKETS',
    setting: 'allowBuckets',
    kind: 'texts',
    about: 'Cloud Storage bucket that may be read and written; without it all.',
  },
  {
    flag: 'allow-project',
    env: 'VERTEX_BATCH_ALLOW_PROJECTS',
    setting: 'allowProjects',
    kind: 'texts',
    about: 'Project whose jobs, models and endpoints may be used; without it all.',
  },
  {
    flag: 'impersonate',
    env: 'VERTEX_BATCH_IMPERSONATE',
    setting: 'impersonate',
    kind: 'text',
    about: 'Service account to act as, by impersonation.',
  },
  {
    flag: 'quota-project',
    env: 'GOOGLE_CLOUD_QUOTA_PROJECT',
    setting: 'quotaProject',
    kind: 'text',
    about: 'Project that API quota is counted against, sent as x-goog-user-project.',
  },
  {
    flag: 'emulator-speed',
    env: 'VERTEX_BATCH_EMULATOR_SPEED',
    setting: 'emulatorSpeed',
    kind: 'number',
    default: '60',
    about: 'Emulated seconds that pass in a real second.',
  },
  {
    flag: 'emulator-seed',
    env: 'VERTEX_BATCH_EMULATOR_SEED',
    setting: 'emulatorSeed',
    kind: 'text',
    default: 'vertex-batch-mcp',
    about: 'Seed of the emulator’s answers, order and queue times.',
  },
  {
    flag: 'emulator-model',
    env: 'VERTEX_BATCH_EMULATOR_MODEL',
    setting: 'emulatorModel',
    kind: 'text',
    about: 'OpenAI-compatible base URL, such as http://localhost:11434/v1, that answers the emulator’s rows.',
  },
  {
    flag: 'emulator-faults',
    env: 'VERTEX_BATCH_EMULATOR_FAULTS',
    setting: 'emulatorFaults',
    kind: 'path',
    about: 'JSON file of faults that the emulator acts out.',
  },
  {
    flag: 'log-level',
    env: 'VERTEX_BATCH_LOG_LEVEL',
    setting: 'logLevel',
    kind: 'choice',
    choices: LOG_LEVELS,
    default: 'info',
    about: 'Least level of the lines on stderr.',
  },
];

/** Hosts hand over what a person left empty as the placeholder of the bundle's manifest. */
export function dropUnfilled(env: Environment): void {
  for (const [name, value] of Object.entries(env)) if (value?.startsWith('${user_config.')) delete env[name];
}

type Flags = Record<string, string | string[] | undefined>;
type Environment = Record<string, string | undefined>;

/** Settings out of flags, then environment, then defaults. Throws `bad_option` naming both ways to set it. */
export function readSettings(flags: Flags, env: Environment): Settings {
  const values = OPTIONS.map((option) => [option.setting, readOption(option, flags, env)] as const);
  return Object.fromEntries(values) as unknown as Settings;
}

function readOption(option: Option, flags: Flags, env: Environment): unknown {
  const given = flags[option.flag] ?? (env[option.env] || undefined);
  const fallback = typeof option.default === 'function' ? option.default() : option.default;
  const value = (Array.isArray(given) ? given.at(-1) : given) ?? fallback;
  if (value === undefined) return isRepeated(option) ? [] : undefined;
  switch (option.kind) {
    case 'text':
      return value;
    case 'path':
      return resolve(value);
    case 'paths':
      return (Array.isArray(given) ? given : value.split(delimiter)).map((path) => resolve(path));
    case 'texts':
      return [given ?? []].flat().flatMap((text) =>
        text
          .split(',')
          .map((one) => one.trim())
          .filter(Boolean),
      );
    case 'usd': {
      if (given === undefined) return undefined;
      const amount = Number(value.replace(/^\$/, ''));
      if (value.trim() === '' || !Number.isFinite(amount) || amount < 0)
        throw badOption(option, value, 'dollars, such as 0 or 12.50');
      return amount;
    }
    case 'number': {
      const number = Number(value);
      if (!Number.isFinite(number) || number <= 0) throw badOption(option, value, 'a number above 0');
      return number;
    }
    case 'choice':
      if (!option.choices?.includes(value))
        throw badOption(option, value, `one of ${option.choices?.join(', ')}`);
      return value;
  }
}

/** Flags that may be given more than once. */
export const isRepeated = ({ kind }: Pick<Option, 'kind'>): boolean => kind === 'paths' || kind === 'texts';

const badOption = (option: Option, value: string, wanted: string) =>
  new UserError('bad_option', {
    what: `--${option.flag} (or ${option.env}) is '${value}'.`,
    why: `It must be ${wanted}.`,
    fix: 'Correct it and start again.',
  });

/** Where the platform wants an application's data. */
function dataDirectory(): string {
  const home = homedir();
  const { XDG_DATA_HOME, LOCALAPPDATA } = process.env;
  if (process.platform === 'darwin') return join(home, 'Library', 'Application Support', 'vertex-batch-mcp');
  if (process.platform === 'win32')
    return join(LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'vertex-batch-mcp');
  return join(XDG_DATA_HOME || join(home, '.local', 'share'), 'vertex-batch-mcp');
}
