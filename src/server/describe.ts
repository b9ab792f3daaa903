import { z } from 'zod';
import type { Tool } from '../tools/define.ts';
import { annotationsFor } from './annotations.ts';

/** The shape of every successful reply around a tool's own facts. */
const replySchema = (data: z.ZodObject) =>
  z.object({ summary: z.string(), emulated: z.boolean(), data, next: z.looseObject({}).optional() });

/** A tool as `tools/list` shows it. */
export function describeTool(tool: Tool) {
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: jsonSchema(tool.input, 'input'),
    outputSchema: jsonSchema(replySchema(tool.output), 'output'),
    annotations: annotationsFor(tool),
  };
}

/** JSON Schema without what a client does not need: every token of it is paid in each conversation. */
function jsonSchema(schema: z.ZodObject, io: 'input' | 'output') {
  const { $schema: _, ...described } = z.toJSONSchema(schema, {
    io,
    override: ({ jsonSchema: node }) => {
      if (node.maximum === Number.MAX_SAFE_INTEGER) delete node.maximum;
      if (node.minimum === Number.MIN_SAFE_INTEGER) delete node.minimum;
      // Clients check replies against this: a fact more is no reason to throw the reply away.
      if (io === 'output') delete node.additionalProperties;
      delete node.propertyNames;
      if (node.format) delete node.pattern;
    },
  });
  return described as { type: 'object'; [key: string]: unknown };
}
