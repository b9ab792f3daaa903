import type { Effect } from '../tools/define.ts';

/** The four hints of MCP, all said, all from the one word. The title stands beside them: twice, it would cost twice. */
export const annotationsFor = (tool: { effect: Effect }) => ({
  readOnlyHint: tool.effect === 'read',
  destructiveHint: tool.effect === 'destroy' || tool.effect === 'change',
  // A repeated create finds what is there instead of making a second one; a repeated cancel or delete changes nothing.
  idempotentHint: true,
  openWorldHint: true,
});
