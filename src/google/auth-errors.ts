import { UserError } from '../support/errors.ts';
import { isRecord } from '../support/records.ts';
import { clip } from '../support/text.ts';
import { GoogleApiError } from './errors.ts';

const LOGIN = 'Run `gcloud auth application-default login`.';

/**
 * What a failure of `google-auth-library` means for a person. The original is not kept as `cause`: it holds the
 * request, refresh token and client secret included.
 */
export function explainAuthFailure(
  failure: unknown,
  { impersonate }: { impersonate?: string | undefined } = {},
): Error {
  const facts = factsOf(failure);
  const explain = EXPLANATIONS.find(({ when }) => when(facts))?.explain ?? refused;
  return explain(facts, impersonate);
}

interface AuthFacts {
  message: string;
  /** HTTP status of the token endpoint; 0 where it did not answer. */
  status: number;
  /** OAuth error code such as `invalid_grant`. */
  oauth: string | undefined;
  description: string | undefined;
  /** System error code such as `ECONNREFUSED`. */
  system: string | undefined;
  path: string;
}

interface Explanation {
  when: (facts: AuthFacts) => boolean;
  explain: (facts: AuthFacts, impersonate: string | undefined) => Error;
}

const EXPLANATIONS: readonly Explanation[] = [
  {
    when: ({ message }) => /Could not load the default credentials/.test(message),
    explain: () =>
      new UserError('no_credentials', {
        what: 'No Google credentials were found.',
        why: 'GOOGLE_APPLICATION_CREDENTIALS is not set, gcloud has no application default credentials, and there is no metadata server.',
        fix: LOGIN,
      }),
  },
  {
    when: ({ message }) => /unable to impersonate/.test(message),
    explain: ({ status, path, message }, impersonate = 'the service account') =>
      isTransient(status)
        ? unreachable(status, path, message)
        : new UserError('impersonation_refused', {
            what: `The credentials may not act as ${impersonate}.`,
            why: `Google answered ${status}.`,
            fix: `Grant the role with \`gcloud iam service-accounts add-iam-policy-binding ${impersonate} --member=user:YOUR_ADDRESS --role=roles/iam.serviceAccountTokenCreator\`, and enable iamcredentials.googleapis.com.`,
          }),
  },
  {
    when: ({ oauth, message }) => oauth === 'invalid_grant' || /invalid_grant|invalid_rapt/.test(message),
    explain: ({ description }) =>
      new UserError('credentials_expired', {
        what: 'The Google credentials have expired or were revoked.',
        ...(description && { why: `Google says: ${sentence(description)}` }),
        fix: `${LOGIN} For a service account key, check that the key still exists and that this machine's clock is right.`,
      }),
  },
  {
    when: ({ message, system }) =>
      /credential file|JSON|does not contain|does not exist|is not a file|external account|"type"/i.test(
        message,
      ) ||
      system === 'ENOENT' ||
      system === 'EACCES',
    explain: () => {
      const named = process.env.GOOGLE_APPLICATION_CREDENTIALS;
      const file = named
        ? `The file ${named} that GOOGLE_APPLICATION_CREDENTIALS names`
        : 'The file of application default credentials';
      return new UserError('bad_credentials_file', {
        what: `${file} cannot be used.`,
        why: 'It is missing, cannot be read, or is not a credential file of Google.',
        fix: named ? `Correct or unset the variable, or ${LOGIN.replace('Run', 'run')}` : LOGIN,
      });
    },
  },
  {
    when: ({ message, status }) =>
      /Compute Engine built-in service account/.test(message) && (status === 403 || status === 404),
    explain: () =>
      new UserError('no_service_account', {
        what: 'The metadata server gives this machine no token.',
        why: 'No service account is attached to it, or its access scopes leave out cloud-platform.',
        fix: 'Attach a service account with the scope cloud-platform, or set GOOGLE_APPLICATION_CREDENTIALS.',
      }),
  },
  {
    when: ({ status, system }) => isTransient(status) || (status === 0 && system !== undefined),
    explain: ({ status, path, system }) => unreachable(status, path, system ?? String(status)),
  },
];

const refused: Explanation['explain'] = ({ message, oauth, description }) =>
  new UserError('credentials_refused', {
    what: 'The Google credentials were refused.',
    why: sentence([oauth, description ?? (oauth ? undefined : message)].filter(Boolean).join(': ')),
    fix: LOGIN,
  });

const isTransient = (status: number) => status === 429 || status >= 500;

const unreachable = (status: number, path: string, why: string) =>
  new GoogleApiError({
    status,
    reason: 'NETWORK',
    message: `No access token: the token endpoint did not answer (${clip(why, 100)}).`,
    method: 'POST',
    path,
    retryable: true,
  });

function factsOf(failure: unknown): AuthFacts {
  const record: Record<string, unknown> = failure instanceof Error ? { ...failure } : {};
  const message = failure instanceof Error ? failure.message : String(failure);
  const response = isRecord(record.response) ? record.response : {};
  const data = isRecord(response.data) ? response.data : {};
  const system = [record.code, isRecord(record.cause) ? record.cause.code : undefined].find(
    (code) => typeof code === 'string' && /^E[A-Z]+|^UND_ERR/.test(code),
  );
  return {
    message,
    status: typeof response.status === 'number' ? response.status : 0,
    oauth: typeof data.error === 'string' ? data.error : undefined,
    description: typeof data.error_description === 'string' ? data.error_description : undefined,
    system: typeof system === 'string' ? system : undefined,
    path: pathOf(isRecord(record.config) ? record.config.url : undefined),
  };
}

function pathOf(url: unknown): string {
  const text = String(url);
  return URL.canParse(text) ? new URL(text).pathname : '';
}

/** Bounded, and closed with a full stop. */
const sentence = (text: string) => clip(text.trim(), 200).replace(/[.…]?$/, '.');
