import { describeTool } from '../../src/server/describe.ts';
import type { Effect, Tool } from '../../src/tools/define.ts';
import { code, page, table } from './markdown.ts';
import { type JsonSchema, schemaRows } from './schema-rows.ts';

const EFFECTS: Record<Effect, string> = {
  read: 'reads only',
  create: 'creates',
  change: 'changes what is there',
  destroy: 'deletes',
};

/** The reference of the tools, in the order of the work. */
export function toolsPage(tools: readonly Tool[]): string {
  return page(
    'Tools',
    '`src/tools`',
    'Every reply is text and `structuredContent`: `summary` (what happened, in a sentence), `emulated` (whether the embedded emulator answered instead of Google), `data` (the facts, listed below) and, where something is to be done, `next` with `tool`, `arguments` and `reason`.',
    table(
      ['tool', 'effect'],
      tools.map((tool) => [`[${code(tool.name)}](#${tool.name})`, effect(tool)]),
    ),
    ...tools.map(section),
  );
}

function section(tool: Tool): string {
  const { inputSchema, outputSchema } = describeTool(tool);
  const input = schemaRows(inputSchema as JsonSchema);
  const data = (outputSchema as JsonSchema).properties?.data ?? {};
  return [
    `## ${tool.name}`,
    `**${tool.title}**, ${effect(tool)}.`,
    tool.description,
    '### Arguments',
    input.length
      ? table(
          ['argument', 'type', 'required', 'default', 'meaning'],
          input.map((row) => [code(row.name), row.type, row.required ? 'yes' : '', row.default, row.about]),
        )
      : 'None.',
    '### What it returns',
    table(
      ['in `data`', 'type', 'always', 'meaning'],
      schemaRows(data).map((row) => [code(row.name), row.type, row.required ? 'yes' : '', row.about]),
    ),
  ].join('\n\n');
}

const effect = (tool: Tool): string => `${EFFECTS[tool.effect]}${tool.spends ? ', can cost money' : ''}`;
