import { type InputRequiredResult, inputRequired, inputResponse } from '@modelcontextprotocol/server';
import { checkAgreement, sealAgreement } from '../pipeline/confirm-value.ts';
import type { Consent, Spending } from '../pipeline/consent.ts';
import { readConsentKey } from '../pipeline/consent-key.ts';
import { type Clock, timestamp } from '../support/clock.ts';
import { UserError, unreachable } from '../support/errors.ts';

/** What one request's client can do, and what it has brought back. */
export interface Dialogue {
  /** Whether the client shows forms to a person. */
  canAsk: boolean;
  responses?: Record<string, unknown> | undefined;
  /** What we sent along with the question; comes back through the client. */
  state?: string | undefined;
}

/** Thrown through a tool to the dispatcher: the call is to come again with a person's answer. */
export class QuestionNeeded extends Error {
  readonly result: InputRequiredResult;
  constructor(result: InputRequiredResult) {
    super('a person has to be asked');
    this.result = result;
  }
}

const HOUR = 3_600_000;
const KEY = 'consent';

/** Asks where the client can ask, and gives out a signed value where it cannot. */
export function createConsent(
  dialogue: Dialogue,
  { project, clock, consentKey, workspaceFolder }: ConsentPorts,
): Consent {
  return async (spending) => {
    const key = await readConsentKey(consentKey, workspaceFolder);
    const { token, usd, confirm } = spending;
    const now = clock.now();
    const check = (value: string) =>
      refuse(checkAgreement(value, { token, project, price: usd?.high, now }, key));
    if (confirm !== undefined) return check(confirm);
    const answer = inputResponse(dialogue.responses, KEY);
    if (answer.kind === 'elicit') {
      if (answer.action !== 'accept' || answer.content?.approve !== true) throw declined();
      return check(dialogue.state ?? '');
    }
    const expires = Math.ceil((now + HOUR) / 1000) * 1000;
    const sealed = sealAgreement({ token, project, most: usd?.high, expires }, key);
    if (dialogue.canAsk) throw new QuestionNeeded(question(spending, sealed));
    return { confirm: sealed, validUntil: timestamp(expires) };
  };
}

interface ConsentPorts {
  /** Who pays. */
  project: string;
  clock: Clock;
  consentKey: string | undefined;
  workspaceFolder: string;
}

/** A box to tick beside the button: some clients accept forms on a person's behalf. */
const question = ({ question: message }: Spending, requestState: string): InputRequiredResult =>
  inputRequired({
    inputRequests: {
      [KEY]: inputRequired.elicit({
        message,
        requestedSchema: {
          type: 'object',
          properties: { approve: { type: 'boolean', title: 'Yes, spend this' } },
          required: ['approve'],
        },
      }),
    },
    requestState,
  });

const declined = () =>
  new UserError('consent_declined', {
    what: 'The person did not agree, and nothing was done.',
    fix: 'Ask what should be different; do not send the same call again unasked.',
  });

function refuse(verdict: ReturnType<typeof checkAgreement>): undefined {
  const again = 'Send the call again without confirm to get the plan and a new value.';
  switch (verdict) {
    case 'agreed':
      return undefined;
    case 'forged':
      throw new UserError('consent_invalid', {
        what: 'This confirm value was not given out by this server for this project; nothing was done.',
        why: 'It was changed on the way, or comes from another workspace.',
        fix: again,
      });
    case 'expired':
      throw new UserError('consent_expired', {
        what: 'This consent is more than an hour old; nothing was done.',
        why: 'Prices, files and intentions change.',
        fix: again,
      });
    case 'other plan':
      throw new UserError('plan_changed', {
        what: 'What would be done now is not what was agreed to; nothing was done.',
        why: 'An argument, or the content of the input, has changed since.',
        fix: again,
      });
    case 'dearer':
      throw new UserError('plan_changed', {
        what: 'This costs more now than what was agreed to; nothing was done.',
        why: 'The estimate or the price list has changed since.',
        fix: again,
      });
    default:
      return unreachable(verdict);
  }
}
