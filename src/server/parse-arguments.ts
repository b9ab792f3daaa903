import type { z } from 'zod';
import { UserError } from '../support/errors.ts';
import { list, nearest } from '../support/text.ts';
import type { Tool } from '../tools/define.ts';

/** Arguments as the tool wants them, or an error that names what is wrong and what would be right. */
export function parseArguments(tool: Tool, given: unknown): Record<string, unknown> {
  const parsed = tool.input.safeParse(given ?? {});
  if (parsed.success) return parsed.data;
  const known = Object.keys(tool.input.shape);
  throw new UserError('invalid_arguments', {
    what: `${tool.name} got arguments it cannot use: ${parsed.error.issues.map((issue) => explain(issue, known)).join('; ')}.`,
    fix: known.length
      ? `It takes ${list(known)}. Mend the call and send it again.`
      : 'It takes no arguments.',
  });
}

function explain(issue: z.core.$ZodIssue, known: readonly string[]): string {
  const at = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .map((key) => {
        const [near] = at ? [] : nearest(key, known, 1);
        return `'${at ? `${at}.` : ''}${key}' is unknown${near ? `, did you mean '${near}'?` : ''}`;
      })
      .join('; ');
  }
  return at ? `'${at}': ${issue.message}` : issue.message;
}
