import type { Binding } from '../../google/iam-policy.ts';

const NEEDED = ['storage.objects.create', 'storage.objects.get', 'storage.objects.list'] as const;
type Permission = (typeof NEEDED)[number];

/**
 * What of it each role holds. Source: cloud.google.com/storage/docs/access-control/iam-roles, and the role of the
 * service agent in cloud.google.com/iam/docs/service-agents.
 */
const ROLES: Record<string, readonly Permission[]> = {
  'roles/aiplatform.serviceAgent': NEEDED,
  'roles/storage.admin': NEEDED,
  'roles/storage.objectAdmin': NEEDED,
  'roles/storage.objectUser': NEEDED,
  'roles/storage.objectCreator': ['storage.objects.create'],
  'roles/storage.objectViewer': ['storage.objects.get', 'storage.objects.list'],
  'roles/storage.legacyBucketOwner': ['storage.objects.create', 'storage.objects.list'],
  'roles/storage.legacyBucketWriter': ['storage.objects.create', 'storage.objects.list'],
  'roles/storage.legacyBucketReader': ['storage.objects.list'],
  'roles/storage.legacyObjectOwner': ['storage.objects.get'],
  'roles/storage.legacyObjectReader': ['storage.objects.get'],
};

export interface Access {
  /** Permissions that no binding is known to give. */
  missing: Permission[];
  /** Roles of the account that may give them: those not known here, and those under a condition. */
  unsure: string[];
}

/** What a service account may do with objects, by the bindings that name it. */
export function accessOf(account: string, bindings: readonly Binding[]): Access {
  const members = [`serviceAccount:${account}`, 'allUsers', 'allAuthenticatedUsers'];
  const own = bindings.filter((binding) => binding.members?.some((member) => members.includes(member)));
  const isKnown = ({ role = '', condition }: Binding) =>
    condition === undefined && Object.hasOwn(ROLES, role);
  const held = own.filter(isKnown).flatMap(({ role = '' }) => ROLES[role] ?? []);
  return {
    missing: NEEDED.filter((permission) => !held.includes(permission)),
    unsure: own.filter((binding) => !isKnown(binding)).map(({ role = 'a role' }) => role),
  };
}
