import type { Effect } from '../tools/define.ts';

/** The four hints of MCP, all said, all from the one word. */
export const annotationsFor = (tool: { title: string; effect: Effect }) => ({
  title: tool.title,
  readOnlyHint: tool.effect === 'read',
  destructiveHint: tool.effect === 'destroy' || tool.effect === 'change',
  // A repeated create finds what is there instead of making a second one; a repeated cancel or delete changes nothing.
  idempotentHint: true,
  openWorldHint: true,
});
