import { COMMANDS } from './commands.ts';
import { OPTIONS } from './options.ts';

const columns = (rows: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows.map(([left, right]) => `  ${left.padEnd(width)}${right}`).join('\n');
};

/** Help for the program, or for one command; made of the same tables that parse the command line. */
export async function help(name?: string): Promise<string> {
  const commands = await Promise.all(Object.values(COMMANDS).map((load) => load()));
  const chosen = commands.find((command) => command.name === name);
  const shared = OPTIONS.map(({ flag, kind, about, env, choices }) => {
    const value = choices?.join('|') ?? (kind === 'text' ? 'text' : kind.replace(/s$/, ''));
    return [`--${flag} <${value}>`, `${about} [${env}]`] as const;
  });
  const parts = chosen
    ? [
        `vertex-batch-mcp ${chosen.name}${chosen.positional ? ` [${chosen.positional}]` : ''} [options]`,
        chosen.about,
        ...(chosen.options
          ? [
              columns(
                chosen.options.map(({ flag, value, about }) => [
                  value === undefined ? `--${flag}` : `--${flag} <${value}>`,
                  about,
                ]),
              ),
            ]
          : []),
      ]
    : [
        'vertex-batch-mcp [command] [options]',
        'An MCP server for Gemini batch prediction on Vertex AI. Without a command it serves over stdio.',
        `Commands:\n${columns(commands.map((command) => [command.name, command.about]))}`,
      ];
  return [...parts, `Options, with their environment variables:\n${columns(shared)}`].join('\n\n');
}
