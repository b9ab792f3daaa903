import { advise } from '../../google/advice.ts';
import { GoogleApiError } from '../../google/errors.ts';
import { UserError } from '../../support/errors.ts';
import { quoteUntrusted } from '../../support/text.ts';

/** `skipped` is what could not be looked at; it is neither good nor bad. */
export type SetupState = 'ok' | 'warning' | 'failed' | 'skipped';

/** What a check found: one sentence, or two. */
export interface Finding {
  state: SetupState;
  says: string;
  /** The command that mends it, alone; a sentence where no command does. */
  fix?: string | undefined;
}

export interface SetupLine extends Finding {
  /** What was looked at: `bucket`, `service_agent`. */
  check: string;
}

const finding =
  (state: SetupState) =>
  (says: string, fix?: string): Finding => ({ state, says, ...(fix && { fix }) });

export const ok = finding('ok');
export const warning = finding('warning');
export const failed = finding('failed');
export const skipped = finding('skipped');

/** A check with what it found. An error that a person can mend is a finding too; a defect is thrown. */
export async function lineOf(check: string, look: () => Finding | Promise<Finding>): Promise<SetupLine> {
  try {
    return { check, ...(await look()) };
  } catch (error) {
    return { check, ...failure(error) };
  }
}

function failure(error: unknown): Finding {
  if (error instanceof UserError)
    return failed([error.what, error.why].filter(Boolean).join(' '), commandIn(error.fix));
  if (!(error instanceof GoogleApiError)) throw error;
  const { why, fix, command } = advise(error);
  return failed([answerOf(error), why].filter(Boolean).join(' '), command ?? fix);
}

/** What Google said, quoted. */
export const answerOf = ({ status, message }: GoogleApiError): string =>
  `Google answered ${status || 'nothing'}: ${quoteUntrusted(message)}.`;

const commandIn = (fix: string): string => /`(gcloud [^`]+)`/.exec(fix)?.[1] ?? fix;
