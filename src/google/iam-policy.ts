/** Who has which roles on a resource. Source: google/iam/v1/policy.proto. */
export interface Policy {
  version?: number | undefined;
  bindings?: readonly Binding[] | undefined;
}

export interface Binding {
  role?: string | undefined;
  /** `user:…`, `serviceAccount:…`, `group:…`, `allUsers` … */
  members?: readonly string[] | undefined;
  /** Holds only where a CEL expression does. */
  condition?: { title?: string | undefined; expression?: string | undefined } | undefined;
}
