import {
  bucketIn,
  locationIn,
  modelIn,
  type Problem,
  permissionIn,
  principalIn,
  projectIn,
  serviceIn,
} from './advice-facts.ts';
import { grantFor } from './permissions.ts';

interface Rule {
  code: string;
  when: (problem: Problem) => boolean;
  advise: (problem: Problem) => { why?: string; fix: string; command?: string };
}

const says =
  (pattern: RegExp) =>
  ({ message }: Problem): boolean =>
    pattern.test(message);

/** One of these is the error's reason, in either of the places where Google puts one. */
const because =
  (...reasons: readonly string[]) =>
  ({ reason, info }: Problem): boolean =>
    reasons.includes(reason) || (info !== undefined && reasons.includes(info.reason));

const LOGIN = 'gcloud auth application-default login';
const RETRY_LATER = 'Try again in a few minutes.';

/** Most particular first: the first rule that fits is the answer. */
export const RULES: readonly Rule[] = [
  {
    code: 'network_perimeter',
    when: (problem) =>
      because('SECURITY_POLICY_VIOLATED')(problem) ||
      says(/vpcServiceControls|VPC Service Controls/i)(problem),
    advise: () => ({
      why: 'A VPC Service Controls perimeter of the organization forbids the call.',
      fix: 'Run from inside the perimeter, or ask its administrator for an ingress rule, with the identifier in the message.',
    }),
  },
  {
    code: 'no_quota_project',
    when: says(/requires a quota project|without a quota project|quota project, which is not set/i),
    advise: () => ({
      why: "With a person's credentials, Google asks whose quota to use.",
      fix: 'Start the server with --quota-project, or run',
      command: 'gcloud auth application-default set-quota-project PROJECT_ID',
    }),
  },
  {
    code: 'quota_project_refused',
    when: because('USER_PROJECT_DENIED'),
    advise: (problem) => ({
      why: 'The credentials may not use the quota of that project.',
      fix: 'Grant the role with',
      ...grantCommand('serviceusage.services.use', problem),
    }),
  },
  {
    code: 'api_disabled',
    when: (problem) =>
      because('SERVICE_DISABLED', 'accessNotConfigured')(problem) ||
      says(/has not been used in project .* before or it is disabled/)(problem),
    advise: (problem) => ({
      why: 'The API is not enabled in the project.',
      fix: 'Enable it, and wait a minute or two:',
      command: `gcloud services enable ${serviceIn(problem) ?? 'aiplatform.googleapis.com'}${projectFlag(problem)}`,
    }),
  },
  {
    code: 'billing_disabled',
    when: (problem) =>
      because('BILLING_DISABLED', 'accountDisabled', 'billingNotEnabled')(problem) ||
      says(/requires billing to be enabled|billing account .* (is disabled|disabled in state)/i)(problem),
    advise: (problem) => ({
      why: 'The project has no open billing account.',
      fix: 'Link one with',
      command: `gcloud billing projects link ${projectIn(problem) ?? 'PROJECT_ID'} --billing-account=BILLING_ACCOUNT_ID`,
    }),
  },
  {
    code: 'encryption_key',
    when: says(/cloudkms\.|\bKMS\b|\bCMEK\b|customer-managed encryption/i),
    advise: () => ({
      why: 'The key that encrypts the data cannot be used.',
      fix: 'Check that the key is enabled and in the job’s region, and grant roles/cloudkms.cryptoKeyEncrypterDecrypter on it to the service agents of Vertex AI (service-PROJECT_NUMBER@gcp-sa-aiplatform.iam.gserviceaccount.com), Cloud Storage and BigQuery.',
    }),
  },
  {
    code: 'service_agent_not_ready',
    when: says(/service agents? (are|is) being provisioned/i),
    advise: () => ({
      why: 'On first use Google creates the account that reads the input for Vertex AI.',
      fix: RETRY_LATER,
    }),
  },
  {
    code: 'service_agent_denied',
    when: says(/gcp-sa-aiplatform[a-z-]*\.iam\.gserviceaccount\.com.*(does not have|denied|permission)/is),
    advise: (problem) => ({
      why: 'The account that reads input and writes output for Vertex AI has no access to it.',
      fix: 'Grant the role with',
      ...grantCommand(permissionIn(problem) ?? 'storage.objects.get', problem),
    }),
  },
  {
    code: 'unauthenticated',
    when: (problem) =>
      problem.status === 401 || because('UNAUTHENTICATED', 'authError', 'invalid_grant')(problem),
    advise: () => ({ why: 'The credentials are missing, expired or revoked.', fix: 'Run', command: LOGIN }),
  },
  {
    code: 'permission_denied',
    when: (problem) =>
      because('PERMISSION_DENIED', 'IAM_PERMISSION_DENIED', 'accessDenied', 'forbidden')(problem),
    advise: (problem) => {
      const permission = permissionIn(problem);
      if (permission === undefined) {
        return {
          why: 'The credentials lack a role, or the resource does not exist.',
          fix: 'Check the project and the names, and have the role granted that holds the missing permission.',
        };
      }
      const command = grantCommand(permission, problem);
      return {
        why: `The permission ${permission} is missing, or the resource does not exist.`,
        fix: command.command ? 'Grant the role with' : `Ask for a role that holds ${permission}.`,
        ...command,
      };
    },
  },
  {
    code: 'model_not_found',
    when: (problem) =>
      says(/Publisher Model .* (was )?not found/i)(problem) ||
      (problem.status === 404 && /\/publishers\/[^/]+\/models\//.test(problem.path ?? '')),
    advise: (problem) => ({
      why: `${modelIn(problem) ?? 'The model'} is unknown, retired, or not offered in ${locationIn(problem) ?? 'this location'}.`,
      fix: 'Take an id and a location from list_supported_models; newer models are in global, us and eu only.',
    }),
  },
  {
    code: 'dataset_elsewhere',
    when: says(/Dataset .* (was )?not found in location/i),
    advise: () => ({
      why: 'The job and its BigQuery dataset must be in the same region.',
      fix: 'Run the job in the location of the dataset, or copy the table to a dataset there.',
    }),
  },
  {
    code: 'bucket_not_found',
    when: (problem) =>
      says(/The specified bucket does not exist/i)(problem) ||
      (problem.status === 404 && /\/b\/[^/]+$/.test(problem.path ?? '')),
    advise: (problem) => ({
      fix: 'Check the name, or create the bucket in the region of the job:',
      command: `gcloud storage buckets create gs://${bucketIn(problem) ?? 'BUCKET'} --location=LOCATION`,
    }),
  },
  {
    code: 'object_not_found',
    when: (problem) =>
      problem.status === 404 &&
      (/\/b\/[^/]+\/o\//.test(problem.path ?? '') || says(/No such object/)(problem)),
    advise: () => ({
      fix: 'Check the gs:// URI: names are case-sensitive, and lifecycle rules may have deleted it.',
    }),
  },
  {
    code: 'wrong_location',
    when: (problem) =>
      problem.status === 501 ||
      says(
        /not (supported|available|allowed) in (the |this )?(region|location)|unsupported (region|location)/i,
      )(problem),
    advise: (problem) => ({
      why: `${locationIn(problem) ?? 'This location'} does not serve the request.`,
      fix: 'Take a location from list_supported_models.',
    }),
  },
  {
    code: 'not_found',
    when: (problem) => problem.status === 404 || because('NOT_FOUND', 'notFound')(problem),
    advise: () => ({
      fix: 'Check the name, project and location; list_batch_jobs shows the jobs that exist.',
    }),
  },
  {
    code: 'changed_meanwhile',
    when: (problem) => problem.status === 412 || because('conditionNotMet')(problem),
    advise: () => ({
      why: 'An object of this name exists already, or was rewritten meanwhile.',
      fix: 'Choose another name, or repeat the step so that it sees the present object.',
    }),
  },
  {
    code: 'already_exists',
    when: (problem) => problem.status === 409 || because('ALREADY_EXISTS', 'duplicate')(problem),
    advise: () => ({
      why: 'A table or object of this name exists already; an output table must not.',
      fix: 'Choose another name.',
    }),
  },
  {
    code: 'quota_exhausted',
    when: (problem) =>
      problem.status === 429 ||
      because(
        'RESOURCE_EXHAUSTED',
        'rateLimitExceeded',
        'userRateLimitExceeded',
        'quotaExceeded',
        'RATE_LIMIT_EXCEEDED',
      )(problem),
    advise: () => ({
      why: 'A quota or the shared capacity of this location is used up for the moment.',
      fix: `${RETRY_LATER} If it stays, use the location global, run fewer jobs at once, or ask for more quota.`,
    }),
  },
  {
    code: 'tls',
    when: because('TLS'),
    advise: () => ({
      why: 'The certificate of the connection is not trusted, as behind a proxy that inspects traffic.',
      fix: "Set NODE_EXTRA_CA_CERTS to the proxy's certificate and restart the server.",
    }),
  },
  {
    code: 'network',
    when: because('NETWORK', 'TIMEOUT', 'STALLED'),
    advise: () => ({
      fix: 'Check the connection, and that a firewall lets *.googleapis.com through; then repeat the call.',
    }),
  },
  {
    code: 'precondition',
    when: because('FAILED_PRECONDITION', 'INVALID_ARGUMENT', 'invalid', 'badRequest', 'required'),
    advise: () => ({
      fix: 'Read the message: it names the field.',
    }),
  },
  {
    code: 'google_unavailable',
    when: ({ status, reason }) =>
      status >= 500 || ['INTERNAL', 'UNAVAILABLE', 'backendError'].includes(reason),
    advise: () => ({ why: 'The fault is on Google’s side.', fix: RETRY_LATER }),
  },
];

const projectFlag = (problem: Problem): string => {
  const project = projectIn(problem);
  return project ? ` --project=${project}` : '';
};

const grantCommand = (permission: string, problem: Problem): { command?: string } => {
  const facts = { project: projectIn(problem), bucket: bucketIn(problem), principal: principalIn(problem) };
  const command = grantFor({ permission, ...facts })?.command;
  return command ? { command } : {};
};
