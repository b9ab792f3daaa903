import { serveStdio as serve } from '@modelcontextprotocol/server/stdio';
import { createServerFactory } from './create-server.ts';
import type { Session } from './session.ts';
import { onShutdown } from './shutdown.ts';

/** Serves one client over stdin and stdout, in the protocol era that it opens with. */
export function serveStdio(session: Session): void {
  const handle = serve(createServerFactory(session), {
    onerror: (error) => session.log('warning', 'protocol error', { error: error.message }),
  });
  onShutdown(async () => {
    await handle.close();
    await session.close();
  });
}
