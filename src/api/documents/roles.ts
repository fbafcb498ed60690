// What each token of our server may do. Permissions are spelled as Scalr's are: `<plural-resource>:<action>`.

export const accessRoles = ["admin", "manage", "mint"] as const;
export type AccessRole = (typeof accessRoles)[number];

export type Permission =
  | "docker-integrations:create"
  | "docker-integrations:read"
  | "docker-integrations:update"
  | "docker-integrations:delete"
  | "run-tokens:create"
  | "docker-credentials:read"
  | "access-tokens:create"
  | "access-tokens:read"
  | "access-tokens:delete"
  | "audit-events:read";

const integrationPermissions: readonly Permission[] = [
  "docker-integrations:create",
  "docker-integrations:read",
  "docker-integrations:update",
  "docker-integrations:delete",
];

/** No management role reads credentials: that takes a run token, which ends and can be revoked with its run. */
export const permissionsOfRole: Readonly<Record<AccessRole, readonly Permission[]>> = {
  admin: [
    ...integrationPermissions,
    "run-tokens:create",
    "access-tokens:create",
    "access-tokens:read",
    "access-tokens:delete",
    "audit-events:read",
  ],
  manage: integrationPermissions,
  mint: ["run-tokens:create"],
};

/** A run token reads the exported credentials of its hosts, and nothing else. */
export const permissionsOfRunTokens: readonly Permission[] = ["docker-credentials:read"];
