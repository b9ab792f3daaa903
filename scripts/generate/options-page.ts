import { COMMANDS } from '../../src/cli/commands.ts';
import { OPTIONS, type Option } from '../../src/cli/options.ts';
import { code, page, table } from './markdown.ts';

/** Flags, environment variables and defaults, and the commands that take them. */
export async function optionsPage(): Promise<string> {
  const commands = await Promise.all(Object.values(COMMANDS).map((load) => load()));
  return page(
    'Options',
    '`src/cli/options.ts`',
    'A flag wins over its environment variable, and that over the default. An empty variable is one that is not set.',
    table(
      ['flag', 'environment variable', 'value', 'default', 'meaning'],
      OPTIONS.map((option) => [
        code(`--${option.flag}`),
        code(option.env),
        value(option),
        standard(option),
        option.about,
      ]),
    ),
    'The workspace is where the platform keeps the data of applications: `$XDG_DATA_HOME/vertex-batch-mcp`, or `~/.local/share/vertex-batch-mcp`, on Linux; `~/Library/Application Support/vertex-batch-mcp` on macOS; `%LOCALAPPDATA%\\vertex-batch-mcp` on Windows. The variable of a list of folders separates them with `:`, on Windows with `;`.',
    'The first run leaves compiled code in the cache folder of the platform, for faster starts; `NODE_DISABLE_COMPILE_CACHE=1` keeps it from doing so.',
    '## Commands',
    table(
      ['command', 'what it does', 'own options'],
      commands.map((command) => [
        code(`${command.name}${command.positional ? ` [${command.positional}]` : ''}`),
        command.about,
        (command.options ?? [])
          .map(({ flag, value, about }) => {
            return `${code(value === undefined ? `--${flag}` : `--${flag} <${value}>`)}: ${about}`;
          })
          .join(' '),
      ]),
    ),
  );
}

function value({ kind, choices }: Option): string {
  switch (kind) {
    case 'choice':
      return choices?.map(code).join(', ') ?? '';
    case 'number':
      return 'number above 0';
    case 'path':
      return 'path';
    case 'paths':
      return 'paths';
    case 'text':
      return 'text';
    case 'texts':
      return 'texts, separated by commas';
    case 'usd':
      return 'dollars';
  }
}

/** A default that is computed differs from machine to machine; the page says in words what it is. */
function standard(option: Option): string {
  if (option.default === undefined) return '';
  return typeof option.default === 'string' ? code(option.default) : 'depends on the platform, see below';
}
