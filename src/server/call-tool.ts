import { setMaxListeners } from 'node:events';
import type { Progress } from '../pipeline/ports.ts';
import { UserError } from '../support/errors.ts';
import { list, nearest } from '../support/text.ts';
import { isToolName, loadTool, TOOLS } from '../tools/registry.ts';
import { parseArguments } from './parse-arguments.ts';
import { renderError, renderReply, type ToolResult } from './render.ts';
import type { Session } from './session.ts';

export interface ToolCall {
  name: string;
  arguments?: Record<string, unknown> | undefined;
  signal: AbortSignal;
  progress(progress: Progress): void;
}

/** The one path of every call: find, parse, run, render. */
export async function callTool(session: Session, call: ToolCall): Promise<ToolResult> {
  // A call asks many locations at once, and each request listens for the cancel.
  setMaxListeners(0, call.signal);
  let emulated = false;
  try {
    if (!isToolName(call.name)) throw unknownTool(call.name);
    const tool = await loadTool(call.name);
    const input = parseArguments(tool, call.arguments);
    const { vertex, storage, project, bucket, ...backend } = await session.backend();
    emulated = backend.emulated;
    const { settings, workspace, clock, ids } = session;
    const ports = { vertex, storage, project, bucket, emulated, settings, workspace, clock, ids };
    const { signal, progress } = call;
    const reply = await tool.run(input, { ...ports, signal, progress, hasTool: isToolName });
    return renderReply(reply, emulated);
  } catch (error) {
    if (call.signal.aborted) throw error;
    return renderError(error, emulated, session);
  }
}

function unknownTool(name: string): UserError {
  const names = Object.keys(TOOLS);
  const near = nearest(name, names);
  return new UserError('unknown_tool', {
    what: `There is no tool '${name}'.`,
    fix: near.length ? `Did you mean ${list(near)}?` : `There are ${list(names)}.`,
  });
}
