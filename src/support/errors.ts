/**
 * An error that a person can mend. Rendered as `[code] what. why. do this.`
 * The three sentences end with a full stop; `why` may be left out where the fact explains itself.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly code: string;
  readonly what: string;
  readonly why: string | undefined;
  readonly fix: string;

  constructor(
    code: string,
    sentences: { what: string; why?: string | undefined; fix: string; cause?: unknown },
  ) {
    const { what, why, fix, cause } = sentences;
    super([what, why, fix].filter(Boolean).join(' '), { cause });
    this.code = code;
    this.what = what;
    this.why = why;
    this.fix = fix;
  }

  /** By name: in `dist`, what starts the server and what it loads later each hold a copy of this class. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'UserError';
  }
}

/** For the `default` of a switch that must name every case: a new case fails to compile. */
export function unreachable(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
