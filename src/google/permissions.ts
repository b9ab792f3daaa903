/** Roles that hold the permissions this server needs; the first row whose prefix fits is taken. */
const ROLES: readonly { prefix: string; role: string; on: 'project' | 'bucket' }[] = [
  { prefix: 'aiplatform.', role: 'roles/aiplatform.user', on: 'project' },
  { prefix: 'storage.buckets.', role: 'roles/storage.legacyBucketReader', on: 'bucket' },
  { prefix: 'storage.', role: 'roles/storage.objectAdmin', on: 'bucket' },
  { prefix: 'bigquery.jobs.', role: 'roles/bigquery.jobUser', on: 'project' },
  { prefix: 'bigquery.', role: 'roles/bigquery.dataEditor', on: 'project' },
  { prefix: 'resourcemanager.projects.', role: 'roles/browser', on: 'project' },
  { prefix: 'serviceusage.', role: 'roles/serviceusage.serviceUsageConsumer', on: 'project' },
];

export interface Grant {
  role: string;
  /** gcloud command with `PROJECT_ID`, `BUCKET` or `YOUR_ADDRESS` where the error did not say. */
  command: string;
}

export interface GrantFacts {
  permission: string;
  project?: string | undefined;
  bucket?: string | undefined;
  /** E-mail address that lacks the permission. */
  principal?: string | undefined;
}

/** The role that holds `permission`, and the command that grants it; `undefined` for one we never need. */
export function grantFor({ permission, project, bucket, principal }: GrantFacts): Grant | undefined {
  const row = ROLES.find(({ prefix }) => permission.startsWith(prefix));
  if (row === undefined) return undefined;
  const target =
    row.on === 'bucket'
      ? `storage buckets add-iam-policy-binding gs://${bucket ?? 'BUCKET'}`
      : `projects add-iam-policy-binding ${project ?? 'PROJECT_ID'}`;
  return {
    role: row.role,
    command: `gcloud ${target} --member=${memberOf(principal)} --role=${row.role}`,
  };
}

/** IAM's form of an address: service accounts live under gserviceaccount.com. */
function memberOf(principal: string | undefined): string {
  if (principal === undefined) return 'user:YOUR_ADDRESS';
  return principal.endsWith('gserviceaccount.com') ? `serviceAccount:${principal}` : `user:${principal}`;
}
