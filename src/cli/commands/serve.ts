import { createSession } from '../../server/session.ts';
import { serveStdio } from '../../server/stdio.ts';
import type { Command } from '../command.ts';

export const serve: Command = {
  name: 'serve',
  about: 'Serve MCP over stdin and stdout. This is what a host starts.',
  run: async ({ settings }) => serveStdio(createSession({ settings })),
};
