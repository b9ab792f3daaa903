import { invalidArgument } from './errors.ts';
import { JOB_STATES } from './jobs/states.ts';

/** What a filter can ask of a job. */
export interface Filterable {
  displayName: string;
  modelDisplayName: string;
  state: string;
  /** Milliseconds. */
  createTime: number;
  labels: Readonly<Record<string, string>>;
}

export type Predicate = (job: Filterable) => boolean;

/**
 * The `filter` of batchPredictionJobs.list as a predicate: comparisons of the five documented fields, joined by AND,
 * OR, NOT and parentheses. As in AIP-160, OR binds tighter than AND, and a comparison behind another is an AND.
 * Throws 400 for anything else.
 */
export function parseFilter(filter: string): Predicate {
  const tokens = tokenize(filter);
  if (tokens.length === 0) return () => true;
  let at = 0;
  const peek = () => tokens[at];
  const keyword = (word: string) => {
    const token = peek();
    if (token?.kind !== 'word' || token.text !== word) return false;
    at += 1;
    return true;
  };

  const conjunction = (): Predicate => {
    const factors = [disjunction()];
    while (peek() !== undefined && peek()?.kind !== ')') {
      keyword('AND');
      factors.push(disjunction());
    }
    return (job) => factors.every((factor) => factor(job));
  };
  const disjunction = (): Predicate => {
    const terms = [term()];
    while (keyword('OR')) terms.push(term());
    return (job) => terms.some((one) => one(job));
  };
  const term = (): Predicate => {
    if (keyword('NOT')) {
      const inner = term();
      return (job) => !inner(job);
    }
    if (peek()?.kind === '(') {
      at += 1;
      const inner = conjunction();
      if (peek()?.kind !== ')') throw bad(filter, 'a parenthesis is not closed');
      at += 1;
      return inner;
    }
    return comparison();
  };
  const comparison = (): Predicate => {
    const [field, operator, value] = [tokens[at], tokens[at + 1], tokens[at + 2]];
    if (field?.kind !== 'word' || operator?.kind !== 'operator' || !isValue(value)) {
      throw bad(filter, `a comparison is expected at ${JSON.stringify(field?.text ?? 'the end')}`);
    }
    at += 3;
    const predicate = compare(field.text, operator.text, value.text);
    if (predicate === undefined) throw bad(filter, `${field.text} cannot be compared so`);
    return predicate;
  };

  const predicate = conjunction();
  if (at < tokens.length) throw bad(filter, `unexpected ${JSON.stringify(peek()?.text)}`);
  return predicate;
}

interface Token {
  kind: 'word' | 'text' | 'operator' | '(' | ')';
  text: string;
}

const TOKEN = /\s*(?:([()])|(<=|>=|!=|[=<>:])|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^\s()<>=!:"']+))/y;

function tokenize(filter: string): Token[] {
  const tokens: Token[] = [];
  const expression = new RegExp(TOKEN);
  const end = filter.trimEnd().length;
  while (expression.lastIndex < end) {
    const from = expression.lastIndex;
    const found = expression.exec(filter);
    if (found === null) throw bad(filter, `unexpected ${JSON.stringify(filter.slice(from).trim())}`);
    const [, bracket, operator, double, single, word] = found;
    if (bracket !== undefined) tokens.push({ kind: bracket as '(' | ')', text: bracket });
    else if (operator !== undefined) tokens.push({ kind: 'operator', text: operator });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else tokens.push({ kind: 'text', text: (double ?? single ?? '').replace(/\\(.)/g, '$1') });
  }
  return tokens;
}

const isValue = (token: Token | undefined): token is Token =>
  token?.kind === 'word' || token?.kind === 'text';

function compare(field: string, operator: string, value: string): Predicate | undefined {
  if (field === 'create_time') return compareTime(operator, value);
  if (field.startsWith('labels.')) return compareLabel(field.slice('labels.'.length), operator, value);
  if (field === 'labels' && operator === ':') return ({ labels }) => Object.hasOwn(labels, value);
  const negated = operator === '!=';
  if (!negated && operator !== '=' && !(operator === ':' && field === 'display_name')) return undefined;
  const fits = operator === ':' ? wildcard(value) : (text: string) => (text === value) !== negated;
  switch (field) {
    case 'display_name':
      return ({ displayName }) => fits(displayName);
    case 'model_display_name':
      return ({ modelDisplayName }) => fits(modelDisplayName);
    case 'state':
      return (JOB_STATES as readonly string[]).includes(value) ? ({ state }) => fits(state) : undefined;
    default:
      return undefined;
  }
}

function compareLabel(key: string, operator: string, value: string): Predicate | undefined {
  if (operator === ':' && value === '*') return ({ labels }) => Object.hasOwn(labels, key);
  if (operator === '=') return ({ labels }) => labels[key] === value;
  return operator === '!=' ? ({ labels }) => labels[key] !== value : undefined;
}

function compareTime(operator: string, value: string): Predicate | undefined {
  const time = /^\d{4}-\d\d-\d\d(T|$)/.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time)) return undefined;
  switch (operator) {
    case '=':
      return ({ createTime }) => createTime === time;
    case '!=':
      return ({ createTime }) => createTime !== time;
    case '<':
      return ({ createTime }) => createTime < time;
    case '<=':
      return ({ createTime }) => createTime <= time;
    case '>':
      return ({ createTime }) => createTime > time;
    case '>=':
      return ({ createTime }) => createTime >= time;
    default:
      return undefined;
  }
}

/** `my_job_*` with its stars; without one, the text may stand anywhere. */
function wildcard(pattern: string): (text: string) => boolean {
  if (!pattern.includes('*')) return (text) => text.includes(pattern);
  const source = pattern.split('*').map((piece) => piece.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'));
  const expression = new RegExp(`^${source.join('.*')}$`, 's');
  return (text) => expression.test(text);
}

const bad = (filter: string, reason: string) =>
  invalidArgument(`Invalid filter ${JSON.stringify(filter)}: ${reason}.`);
