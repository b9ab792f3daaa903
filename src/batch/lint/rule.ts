import type { Confidence } from '../catalogue-types.ts';
import type { Day } from '../day.ts';

/** `error`: the job or the row fails, or its answer is lost. `warning`: it may, or money is wasted. `note`: good to know. */
export type Severity = 'error' | 'warning' | 'note';

export type JsonObject = Record<string, unknown>;

/** A line as text or bytes, or the row that it holds. */
export type ExampleLine = string | Uint8Array | object;

/** What a rule is shown beside the lines: rules about a model or a limit say nothing without one. */
export interface Given {
  model?: string | undefined;
  on?: Day | undefined;
  limits?: { maxRows?: number | undefined; maxBytes?: number | undefined } | undefined;
  /** Bytes from which on a line is not read. */
  longestLine?: number | undefined;
  /** `gs://` URIs of objects that were looked for and are not there. */
  missing?: readonly string[] | undefined;
}

/** Mends a row that nobody else holds, without changing what it means. False where it had to leave it. */
export type Fix = (row: JsonObject) => boolean;

/** What the linter knows about one mistake. All sentences end with a full stop. */
export interface Rule {
  severity: Severity;
  /** What an error breaks: only the rows it is said of, or the job with all of them. */
  breaks?: 'rows' | 'job' | undefined;
  says: string;
  why: string;
  source: {
    /** `owner/repository#number`, a page, or a proto. */
    where: string;
    confidence: Confidence;
  };
  mend: string;
  /** Lines on which the rule speaks; a function where they are large. */
  bad: readonly ExampleLine[] | (() => readonly ExampleLine[]);
  /** The same, as it should be. */
  good: readonly ExampleLine[];
  given?: Given | undefined;
  /** Other rules that speak on the bad lines too. */
  also?: readonly string[] | undefined;
  /** `line`: mended on the text of the line, before it is a row. */
  fix?: Fix | 'line' | undefined;
}

/** The identity, for its types: the ids stay literal. */
export const defineRules = <Id extends string>(rules: Record<Id, Rule>): Record<Id, Rule> => rules;

export const badLines = ({ bad }: Rule): readonly ExampleLine[] => (typeof bad === 'function' ? bad() : bad);
