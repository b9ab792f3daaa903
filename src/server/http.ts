import { createMcpHandler } from '@modelcontextprotocol/server';
import { createServerFactory } from './create-server.ts';
import type { Session } from './session.ts';

/** Streamable HTTP as a web-standard handler, `(Request) => Promise<Response>`; both protocol eras, stateless. */
export const createHttpHandler = (session: Session) => createMcpHandler(createServerFactory(session));
