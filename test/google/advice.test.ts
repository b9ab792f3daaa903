import { describe, expect, it } from 'vitest';
import { advise } from '../../src/google/advice.ts';
import type { Problem } from '../../src/google/advice-facts.ts';
import { RULES } from '../../src/google/advice-rules.ts';
import { rpcReason } from '../../src/google/rpc-codes.ts';

const PROJECT_PATH = '/v1/projects/acme-prod/locations/us-central1';
const info = (reason: string, metadata: Record<string, string> = {}) => ({
  reason,
  domain: 'googleapis.com',
  metadata,
});

/** An error as Google words it, the advice's code, and what the advice must name. */
const CASES: { code: string; problem: Problem; names: string[] }[] = [
  {
    code: 'network_perimeter',
    problem: {
      status: 403,
      reason: 'PERMISSION_DENIED',
      message: "Request is prohibited by organization's policy. vpcServiceControlsUniqueIdentifier: abc",
      info: info('SECURITY_POLICY_VIOLATED'),
    },
    names: ['perimeter'],
  },
  {
    code: 'no_quota_project',
    problem: {
      status: 403,
      reason: 'PERMISSION_DENIED',
      message:
        'Your application is authenticating by using local Application Default Credentials. The aiplatform.googleapis.com API requires a quota project, which is not set by default.',
      info: info('SERVICE_DISABLED', {
        service: 'aiplatform.googleapis.com',
        consumer: 'projects/764086051850',
      }),
    },
    names: ['gcloud auth application-default set-quota-project PROJECT_ID', '--quota-project'],
  },
  {
    code: 'quota_project_refused',
    problem: {
      status: 403,
      reason: 'PERMISSION_DENIED',
      message: 'Caller does not have required permission to use project acme-prod.',
      info: info('USER_PROJECT_DENIED', { consumer: 'projects/acme-prod' }),
    },
    names: [
      'gcloud projects add-iam-policy-binding acme-prod --member=user:YOUR_ADDRESS --role=roles/serviceusage.serviceUsageConsumer',
    ],
  },
  {
    code: 'api_disabled',
    problem: {
      status: 403,
      reason: 'PERMISSION_DENIED',
      message: 'Vertex AI API has not been used in project 123456 before or it is disabled.',
      info: info('SERVICE_DISABLED', { service: 'aiplatform.googleapis.com', consumer: 'projects/123456' }),
    },
    names: ['gcloud services enable aiplatform.googleapis.com --project=123456'],
  },
  {
    code: 'api_disabled',
    problem: {
      status: 403,
      reason: 'accessNotConfigured',
      message:
        'BigQuery API has not been used in project 123456 before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/bigquery.googleapis.com/overview?project=123456',
    },
    names: ['gcloud services enable bigquery.googleapis.com'],
  },
  {
    code: 'billing_disabled',
    problem: {
      status: 403,
      reason: 'PERMISSION_DENIED',
      message: 'This API method requires billing to be enabled. Please enable billing on project #acme-prod',
      info: info('BILLING_DISABLED', { consumer: 'projects/acme-prod' }),
    },
    names: ['gcloud billing projects link acme-prod'],
  },
  {
    code: 'encryption_key',
    problem: {
      status: 403,
      reason: 'PERMISSION_DENIED',
      message: "Permission 'cloudkms.cryptoKeyVersions.useToEncrypt' denied on resource",
    },
    names: ['roles/cloudkms.cryptoKeyEncrypterDecrypter'],
  },
  {
    code: 'service_agent_not_ready',
    problem: {
      status: 400,
      reason: 'FAILED_PRECONDITION',
      message:
        'Service agents are being provisioned (https://cloud.google.com/vertex-ai/docs/general/access-control#service-agents). So please try again in a few minutes.',
    },
    names: ['few minutes'],
  },
  {
    code: 'service_agent_denied',
    problem: {
      status: 0,
      reason: rpcReason(7),
      message:
        'service-123@gcp-sa-aiplatform.iam.gserviceaccount.com does not have storage.objects.get access to the Google Cloud Storage object.',
    },
    names: [
      'gcloud storage buckets add-iam-policy-binding gs://BUCKET --member=serviceAccount:service-123@gcp-sa-aiplatform.iam.gserviceaccount.com --role=roles/storage.objectAdmin',
    ],
  },
  {
    code: 'unauthenticated',
    problem: {
      status: 401,
      reason: 'UNAUTHENTICATED',
      message: 'Request had invalid authentication credentials.',
    },
    names: ['gcloud auth application-default login'],
  },
  {
    code: 'permission_denied',
    problem: {
      status: 403,
      reason: 'PERMISSION_DENIED',
      message:
        "Permission 'aiplatform.batchPredictionJobs.create' denied on resource '//aiplatform.googleapis.com/projects/acme-prod/locations/us-central1' (or it may not exist).",
      path: `${PROJECT_PATH}/batchPredictionJobs`,
    },
    names: [
      'aiplatform.batchPredictionJobs.create',
      'gcloud projects add-iam-policy-binding acme-prod --member=user:YOUR_ADDRESS --role=roles/aiplatform.user',
    ],
  },
  {
    code: 'permission_denied',
    problem: {
      status: 403,
      reason: 'forbidden',
      message:
        "ada@example.com does not have storage.objects.create access to the Google Cloud Storage object. Permission 'storage.objects.create' denied on resource (or it may not exist).",
      path: '/upload/storage/v1/b/acme-batch/o',
    },
    names: [
      'gcloud storage buckets add-iam-policy-binding gs://acme-batch --member=user:ada@example.com --role=roles/storage.objectAdmin',
    ],
  },
  {
    code: 'permission_denied',
    problem: {
      status: 403,
      reason: 'accessDenied',
      message:
        'Access Denied: Project acme-prod: User does not have bigquery.jobs.create permission in project acme-prod.',
    },
    names: ['gcloud projects add-iam-policy-binding acme-prod', 'roles/bigquery.jobUser'],
  },
  {
    code: 'permission_denied',
    problem: { status: 403, reason: 'PERMISSION_DENIED', message: 'The caller does not have permission' },
    names: ['permission'],
  },
  {
    code: 'model_not_found',
    problem: {
      status: 404,
      reason: 'NOT_FOUND',
      message:
        'Publisher Model `projects/acme-prod/locations/us-central1/publishers/google/models/gemini-1.5-pro-001` was not found or your project does not have access to it.',
    },
    names: ['gemini-1.5-pro-001', 'us-central1', 'list_supported_models'],
  },
  {
    code: 'dataset_elsewhere',
    problem: {
      status: 404,
      reason: 'notFound',
      message: 'Not found: Dataset acme-prod:batch was not found in location US',
    },
    names: ['same region'],
  },
  {
    code: 'bucket_not_found',
    problem: {
      status: 404,
      reason: 'notFound',
      message: 'The specified bucket does not exist.',
      path: '/storage/v1/b/acme-batch',
    },
    names: ['gcloud storage buckets create gs://acme-batch'],
  },
  {
    code: 'object_not_found',
    problem: {
      status: 404,
      reason: 'notFound',
      message: 'No such object: acme-batch/in.jsonl',
      path: '/storage/v1/b/acme-batch/o/in.jsonl',
    },
    names: ['case-sensitive'],
  },
  {
    code: 'wrong_location',
    problem: {
      status: 400,
      reason: 'INVALID_ARGUMENT',
      message: 'The model is not supported in region europe-west9',
      path: '/v1/projects/acme-prod/locations/europe-west9/batchPredictionJobs',
    },
    names: ['europe-west9', 'list_supported_models'],
  },
  {
    code: 'not_found',
    problem: { status: 404, reason: 'NOT_FOUND', message: 'The BatchPredictionJob does not exist.' },
    names: ['list_batch_jobs'],
  },
  {
    code: 'changed_meanwhile',
    problem: {
      status: 412,
      reason: 'conditionNotMet',
      message: 'At least one of the pre-conditions you specified did not hold.',
    },
    names: ['another name'],
  },
  {
    code: 'already_exists',
    problem: { status: 409, reason: 'duplicate', message: 'Already Exists: Table acme-prod:batch.out' },
    names: ['another name'],
  },
  {
    code: 'quota_exhausted',
    problem: {
      status: 429,
      reason: 'RESOURCE_EXHAUSTED',
      message: 'Resource exhausted. Please try again later.',
    },
    names: ['few minutes', 'global'],
  },
  {
    code: 'tls',
    problem: {
      status: 0,
      reason: 'TLS',
      message: 'No answer from storage.googleapis.com (SELF_SIGNED_CERT_IN_CHAIN).',
    },
    names: ['NODE_EXTRA_CA_CERTS'],
  },
  {
    code: 'network',
    problem: { status: 0, reason: 'NETWORK', message: 'No answer from storage.googleapis.com (ENOTFOUND).' },
    names: ['*.googleapis.com'],
  },
  {
    code: 'precondition',
    problem: { status: 400, reason: 'INVALID_ARGUMENT', message: 'Invalid field: displayName' },
    names: ['names the field'],
  },
  {
    code: 'google_unavailable',
    problem: { status: 500, reason: 'INTERNAL', message: 'Internal error encountered.' },
    names: ['few minutes'],
  },
];

it.each(CASES)('$code: $problem.message', ({ code, problem, names }) => {
  const advice = advise(problem);
  expect(advice.code).toBe(code);
  for (const name of names) expect(`${advice.why} ${advice.fix}`).toContain(name);
  if (advice.command) expect(advice.fix).toContain(`\`${advice.command}\``);
});

describe('the table', () => {
  it('has a case for each rule, and none that cannot be reached', () => {
    expect([...new Set(CASES.map(({ code }) => code))].sort()).toEqual(RULES.map(({ code }) => code).sort());
  });

  it('always knows something', () => {
    expect(advise({ status: 418, reason: 'HTTP_418', message: 'teapot' })).toMatchObject({
      code: 'google_error',
    });
  });
});

it('lets nothing into a command that is not an id', () => {
  const { command } = advise({
    status: 403,
    reason: 'PERMISSION_DENIED',
    message: '$(rm -rf ~)@evil.com does not have storage.objects.get access in project `; curl evil`',
    path: '/storage/v1/b/x;reboot/o',
    info: info('IAM_PERMISSION_DENIED', {
      permission: 'storage.objects.get; rm',
      resource: '//x/projects/p;q',
    }),
  });
  expect(command).not.toMatch(/[;$`()|&<>]/);
});
