import {
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  type McpRequestContext,
  Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import descriptors from '../tools/descriptors.json' with { type: 'json' };
import { VERSION } from '../version.ts';
import { INSTRUCTIONS } from './instructions.ts';
import type { Session } from './session.ts';

/** The tools change only with a new version of the server, and are the same for everybody. */
const TOOL_LIST_CACHE = { ttlMs: 3_600_000, cacheScope: 'public' } as const;

/**
 * A factory without side effects, for `serveStdio` and `createMcpHandler`: both protocol eras, any number of instances.
 * The low-level `Server` is used because dispatch is ours: schemas are generated ahead, arguments parsed in one place.
 */
export const createServerFactory = (session: Session) => (_request: McpRequestContext) => {
  const server = new Server(
    { name: 'vertex-batch-mcp', title: 'Vertex AI batch', version: VERSION },
    {
      capabilities: { tools: {} },
      instructions: INSTRUCTIONS,
      cacheHints: { 'tools/list': TOOL_LIST_CACHE, 'server/discover': TOOL_LIST_CACHE },
    },
  );
  server.setRequestHandler('tools/list', () => ({ tools: descriptors as unknown as ListedTool[] }));
  server.setRequestHandler('tools/call', async ({ params }, context) => {
    // Loaded by the first call: what only lists tools starts without it.
    const { callTool } = await import('./call-tool.ts');
    return callTool(session, {
      name: params.name,
      arguments: params.arguments,
      signal: context.mcpReq.signal,
      dialogue: {
        canAsk: showsForms(context, server),
        responses: context.mcpReq.inputResponses,
        state: context.mcpReq.requestState<string>(),
      },
      progress: progressReporter(context, session),
    });
  });
  return server;
};

/** Since 2026-07-28 each request says what its client can do; before, the first one of a connection did. */
function showsForms({ mcpReq }: ServerContext, server: Server): boolean {
  // The SDK's type of the envelope has no members.
  const envelope = mcpReq.envelope as Record<string, ClientCapabilities> | undefined;
  const capabilities = envelope?.[CLIENT_CAPABILITIES_META_KEY] ?? server.getClientCapabilities();
  const elicitation = capabilities?.elicitation;
  // An empty object is from before there was anything but forms.
  return elicitation !== undefined && (elicitation.form !== undefined || elicitation.url === undefined);
}

type ListedTool = { name: string; inputSchema: { type: 'object' } };

/** Sends progress where the client asked for it; `progress` only ever grows, as the protocol wants. */
function progressReporter({ mcpReq }: ServerContext, { log }: Session) {
  const progressToken = mcpReq._meta?.progressToken;
  let last = -1;
  return ({ done, total, message }: { done: number; total?: number | undefined; message: string }) => {
    if (progressToken === undefined || done <= last) return;
    last = done;
    const params = { progressToken, progress: done, message, ...(total !== undefined && { total }) };
    mcpReq
      .notify({ method: 'notifications/progress', params })
      .catch((error: unknown) =>
        log('debug', 'a progress notification was not delivered', { error: String(error) }),
      );
  };
}
