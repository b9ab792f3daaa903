/** The least that a server of this protocol can be: one tool, nothing behind it. */
import { Server } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';

serveStdio(() => {
  const server = new Server({ name: 'bare', version: '1.0.0' }, { capabilities: { tools: {} } });
  const tools = [{ name: 'ping', description: 'Answers.', inputSchema: { type: 'object' as const } }];
  server.setRequestHandler('tools/list', () => ({ tools }));
  return server;
});
