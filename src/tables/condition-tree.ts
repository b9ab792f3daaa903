import { UserError } from '../support/errors.ts';
import { quoteUntrusted } from '../support/text.ts';
import { CAST_TYPES, FUNCTIONS } from './condition-words.ts';

/** A node of what `json_serialize_sql` writes, as far as conditions have it. */
export interface Expression extends Record<string, unknown> {
  class: string;
  type: string;
}

export type Refusal = (what: string, fix?: string) => UserError;

/** Members of a node that are nodes themselves. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  COLUMN_REF: [],
  CONSTANT: [],
  COMPARISON: ['left', 'right'],
  BETWEEN: ['input', 'lower', 'upper'],
  CONJUNCTION: ['children'],
  OPERATOR: ['children'],
  FUNCTION: ['children'],
  CAST: ['child'],
  CASE: ['case_checks', 'else_expr'],
};

/**
 * The same expression over columns named as `placeOf` says. Cells are text: beside a number, a truth value or a date,
 * a column is read as one, and as NULL where its text is none. Throws what `refuse` makes.
 */
export function rewriteExpression(
  expression: Expression,
  placeOf: (column: string) => string,
  refuse: Refusal,
): Expression {
  const rewrite = (node: Expression): Expression => {
    const names = Object.hasOwn(PARTS, node.class) ? PARTS[node.class] : undefined;
    if (!names) throw refuse(`where has ${kindOf(node)}, which a condition on one row cannot have.`);
    check(node, refuse);
    if (node.class === 'COLUMN_REF') {
      const path = node.column_names as string[];
      return { ...node, column_names: [placeOf(path.join('.'))] };
    }
    const type = comparedType(node);
    const rewriteAll = (part: unknown): unknown => {
      if (Array.isArray(part)) return part.map(rewriteAll);
      if (typeof part !== 'object' || part === null) return part;
      if (!('class' in part)) {
        // A branch of CASE: { when_expr, then_expr }.
        return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, rewriteAll(value)]));
      }
      const child = part as Expression;
      return type && child.class === 'COLUMN_REF' ? tryCast(rewrite(child), type) : rewrite(child);
    };
    const parts = Object.fromEntries(names.map((name) => [name, rewriteAll(node[name])]));
    const readsColumn = node.class === 'CAST' && (node.child as Expression).class === 'COLUMN_REF';
    return { ...node, ...parts, ...(readsColumn && { try_cast: true }) };
  };
  return rewrite(expression);
}

function check(node: Expression, refuse: Refusal): void {
  if (node.class === 'CAST' && !CAST_TYPES.has(typeId(node.cast_type)))
    throw refuse(`where casts to ${quoteUntrusted(typeId(node.cast_type), 40)}, which it may not.`);
  if (node.class === 'FUNCTION' && !FUNCTIONS.has(String(node.function_name)))
    throw refuse(
      `where calls ${quoteUntrusted(String(node.function_name), 40)}, which it may not.`,
      `It may call ${[...FUNCTIONS].filter((name) => /^[a-z]/.test(name)).join(', ')}.`,
    );
  if (node.class === 'FUNCTION' && (node.distinct || node.filter || node.export_state))
    throw refuse('where has an aggregate, which a condition on one row cannot have.');
  if (node.class === 'CONSTANT' && !isExact((node.value as { value?: unknown }).value))
    throw refuse('where has a number with more than 15 digits.', "Compare it as text, in 'single quotes'.");
}

/** Larger numbers lose digits on their way through JSON. */
const isExact = (value: unknown): boolean =>
  typeof value === 'number'
    ? Math.abs(value) <= Number.MAX_SAFE_INTEGER
    : typeof value !== 'object' || value === null;

const typeId = (type: unknown): string => String((type as { id?: unknown }).id);

const NUMBERS = /^(INTEGER|BIGINT|HUGEINT|DECIMAL|DOUBLE)/;

/** What the columns in a comparison are to be read as, by what they are compared with. */
function comparedType(node: Expression): string | undefined {
  const compares = node.class === 'COMPARISON' || node.class === 'BETWEEN' || /^COMPARE_/.test(node.type);
  if (!compares) return undefined;
  const operands = (PARTS[node.class] ?? []).flatMap((name) => node[name]) as Expression[];
  for (const operand of operands) {
    if (operand.class === 'CAST' && typeId(operand.cast_type) !== 'VARCHAR') return typeId(operand.cast_type);
    if (operand.class !== 'CONSTANT') continue;
    const type = typeId((operand.value as { type: unknown }).type);
    if (NUMBERS.test(type)) return 'DOUBLE';
    if (type === 'BOOLEAN') return type;
  }
  return undefined;
}

const tryCast = (child: Expression, id: string): Expression => ({
  class: 'CAST',
  type: 'OPERATOR_CAST',
  alias: '',
  query_location: 0,
  child,
  cast_type: { id: NUMBERS.test(id) ? 'DOUBLE' : id, type_info: null },
  try_cast: true,
});

function kindOf({ class: kind }: Expression): string {
  if (kind === 'SUBQUERY') return 'a subquery';
  if (kind === 'WINDOW') return 'a window function';
  if (kind === 'PARAMETER') return 'a parameter';
  return quoteUntrusted(kind.toLowerCase(), 40);
}

export const conditionError = (
  what: string,
  why: string,
  fix = "Write an SQL condition on a row's columns, such as: stars >= 4 AND language = 'de'. Cells are text; TRY_CAST makes numbers.",
) => new UserError('bad_condition', { what, why, fix });
