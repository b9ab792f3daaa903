import { sep } from 'node:path';
import { packageFile } from './package-file.ts';

/** What a person pastes into Claude Desktop's configuration to start this server: the installed one, or this checkout. */
export function hostConfig(): string {
  const bin = packageFile('dist/bin.cjs');
  const installed = bin.includes(`${sep}node_modules${sep}`);
  const server = installed
    ? { command: 'npx', args: ['-y', 'vertex-batch-mcp'] }
    : { command: 'node', args: [bin] };
  return JSON.stringify({ mcpServers: { 'vertex-batch': server } }, null, 2);
}
