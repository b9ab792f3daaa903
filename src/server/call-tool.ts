import { setMaxListeners } from 'node:events';
import type { InputRequiredResult } from '@modelcontextprotocol/server';
import { createLedger } from '../pipeline/ledger.ts';
import type { Progress } from '../pipeline/ports.ts';
import { UserError } from '../support/errors.ts';
import { list, nearest } from '../support/text.ts';
import { isToolName, loadTool, TOOLS } from '../tools/registry.ts';
import { createConsent, type Dialogue, QuestionNeeded } from './consent.ts';
import { parseArguments } from './parse-arguments.ts';
import { renderError, renderReply, type ToolResult } from './render.ts';
import type { Session } from './session.ts';

export interface ToolCall {
  name: string;
  arguments?: Record<string, unknown> | undefined;
  signal: AbortSignal;
  dialogue: Dialogue;
  progress(progress: Progress): void;
}

/** The one path of every call: find, parse, run, render. Asks a person in between where money is at stake. */
export async function callTool(session: Session, call: ToolCall): Promise<ToolResult | InputRequiredResult> {
  // A call asks many locations at once, and each request listens for the cancel.
  setMaxListeners(0, call.signal);
  let emulated = false;
  try {
    if (!isToolName(call.name)) throw unknownTool(call.name);
    const tool = await loadTool(call.name);
    const input = parseArguments(tool, call.arguments);
    const { vertex, storage, cloud, project, bucket, ...backend } = await session.backend();
    emulated = backend.emulated;
    const { settings, workspace, clock, ids } = session;
    const ledger = createLedger(workspace.ledgerFolder(emulated), { workspace, clock });
    const consent = createConsent(call.dialogue, {
      project,
      clock,
      consentKey: settings.consentKey,
      workspaceFolder: workspace.folder,
    });
    const ports = {
      ...{ vertex, storage, cloud, project, bucket, emulated },
      ...{ settings, workspace, clock, ids, ledger, consent },
    };
    const { signal, progress } = call;
    const reply = await tool.run(input, { ...ports, signal, progress, hasTool: isToolName });
    return renderReply(reply, emulated);
  } catch (error) {
    if (error instanceof QuestionNeeded) return error.result;
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
