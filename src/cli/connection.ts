import { connectInProcess } from '../server/in-process.ts';
import { createSession } from '../server/session.ts';
import type { Settings } from '../settings.ts';
import { UserError } from '../support/errors.ts';
import { createVoice, type Voice } from './voice.ts';

export interface Replied {
  summary: string;
  emulated: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: the facts differ from tool to tool.
  data: any;
}

type OnProgress = (progress: { progress: number; total?: number | undefined }) => void;

export interface Connection {
  call(tool: string, args: Record<string, unknown>, onProgress?: OnProgress): Promise<Replied>;
  say: Voice;
  close(): Promise<void>;
}

/** The real server and a real client; an error reply ends the demo with the server's own words. */
export async function connect(settings: Settings): Promise<Connection> {
  const client = await connectInProcess(createSession({ settings }));
  return {
    say: createVoice(process.stdout),
    close: () => client.close(),
    call: async (tool, args, onProgress) => {
      const { isError, content, structuredContent } = await client.callTool(tool, args, onProgress);
      if (!isError) return structuredContent as unknown as Replied;
      const [, code = 'failed', text = ''] = /^\[(\w+)\] (.*)$/s.exec(content[0]?.text ?? '') ?? [];
      throw new UserError(code, { what: text, fix: '' });
    },
  };
}
