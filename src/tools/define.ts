import type { z } from 'zod';
import type { Ports } from '../pipeline/ports.ts';

/** What a call does to the world. Annotations, consent, docs and the manifest are derived from this word. */
export type Effect = 'read' | 'create' | 'change' | 'destroy';

export const TOOLSETS = ['models', 'inputs', 'jobs', 'results', 'setup'] as const;
export type Toolset = (typeof TOOLSETS)[number];

export interface ToolContext extends Ports {
  /** False for tools that this session does not offer: `next` names only those it does. */
  hasTool(name: string): boolean;
}

/** The one action that follows, with ids filled in. */
export interface Next {
  tool: string;
  arguments: Record<string, unknown>;
  reason: string;
}

/** What a tool returns: facts, what they mean in a sentence, and what to do next. */
export interface Reply<Data> {
  data: Data;
  summary: string;
  next?: Next | undefined;
}

export interface Tool<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodObject = z.ZodObject> {
  /** Snake case; the file is the same in kebab case. */
  name: string;
  title: string;
  toolset: Toolset;
  effect: Effect;
  /** True where a call can cost money. */
  spends?: boolean;
  description: string;
  /** A strict object: unknown arguments are refused with the names that exist. */
  input: Input;
  output: Output;
  /** Throws `UserError` or `GoogleApiError`; anything else is a defect. */
  run(input: z.output<Input>, context: ToolContext): Promise<Reply<z.input<Output>>>;
}

/** The identity, for its types. */
export const defineTool = <Input extends z.ZodObject, Output extends z.ZodObject>(
  tool: Tool<Input, Output>,
): Tool<Input, Output> => tool;
