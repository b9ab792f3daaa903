import { parseArgs } from 'node:util';
import { UserError } from '../support/errors.ts';
import { list, nearest } from '../support/text.ts';
import type { Command } from './command.ts';
import { COMMANDS } from './commands.ts';
import { dropUnfilled, isRepeated, OPTIONS, readSettings } from './options.ts';

/** Runs one command line; ends the process with 1 for a failure and 2 for a command line that makes no sense. */
export async function main(argv: readonly string[]): Promise<void> {
  try {
    dropUnfilled(process.env);
    const [first = ''] = argv;
    const named = first !== '' && !first.startsWith('-');
    const name = named ? first : 'serve';
    const rest = named ? argv.slice(1) : argv;
    if (rest.includes('--version')) return print((await import('../version.ts')).VERSION);
    if (name === 'help' || (!named && rest.includes('--help'))) return print(await helpFor());
    const load = COMMANDS[name];
    if (!load) throw unknownCommand(name);
    const command = await load();
    if (rest.includes('--help')) return print(await helpFor(name));
    const { values, positionals } = parse(command, rest);
    await command.run({
      settings: readSettings(values as Flags, process.env),
      flags: values as Flags,
      positionals,
    });
  } catch (error) {
    const known = error instanceof UserError;
    process.stderr.write(
      known ? `[${error.code}] ${error.message}\n` : `${error instanceof Error ? error.stack : error}\n`,
    );
    process.exitCode = known && error.code === 'bad_command_line' ? 2 : 1;
  }
}

type Flags = Record<string, string | string[] | undefined>;

function parse(command: Command, args: readonly string[]) {
  const shared = OPTIONS.map((option) => [
    option.flag,
    { type: 'string' as const, multiple: isRepeated(option) },
  ]);
  const own = (command.options ?? []).map(({ flag, value }) => [
    flag,
    { type: value === undefined ? ('boolean' as const) : ('string' as const) },
  ]);
  const options = Object.fromEntries([...shared, ...own]);
  try {
    return parseArgs({
      args: [...args],
      options,
      allowPositionals: Boolean(command.positional),
      strict: true,
    });
  } catch (error) {
    throw new UserError('bad_command_line', {
      what: `${(error as Error).message.split('. ')[0]}.`,
      fix: 'Run vertex-batch-mcp --help for the commands and options.',
      cause: error,
    });
  }
}

function unknownCommand(name: string): UserError {
  const names = Object.keys(COMMANDS);
  const near = nearest(name, names, 1);
  return new UserError('bad_command_line', {
    what: `There is no command '${name}'.`,
    fix: near.length ? `Did you mean '${near[0]}'?` : `There are ${list(names)}.`,
  });
}

const helpFor = async (name?: string) => (await import('./help.ts')).help(name);
const print = (text: string): void => void process.stdout.write(`${text}\n`);
