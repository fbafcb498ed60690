// What each token may do. Names as Scalr spells permissions: `<plural>:<action>`.
import { AuthError } from "../../base/errors.ts";
import type { AccessRole, TokenRow } from "../store/store.ts";

export type Right =
  | "docker-integrations:create"
  | "docker-integrations:read"
  | "docker-integrations:update"
  | "docker-integrations:delete"
  | "run-tokens:create"
  | "docker-credentials:read"
  | "access-tokens:create"
  | "access-tokens:read"
  | "access-tokens:delete";

const integrationRights: readonly Right[] = [
  "docker-integrations:create",
  "docker-integrations:read",
  "docker-integrations:update",
  "docker-integrations:delete",
];

/** No management role reads credentials: that takes a run token, which ends and can be revoked with its run. */
const rightsOfRole: Record<AccessRole, readonly Right[]> = {
  admin: [
    ...integrationRights,
    "run-tokens:create",
    "access-tokens:create",
    "access-tokens:read",
    "access-tokens:delete",
  ],
  manage: integrationRights,
  mint: ["run-tokens:create"],
};
const rightsOfRunTokens: readonly Right[] = ["docker-credentials:read"];

export function hasRight(token: Pick<TokenRow, "role">, right: Right): boolean {
  return (token.role === null ? rightsOfRunTokens : rightsOfRole[token.role]).includes(right);
}

/** @throws AuthError RIGHT_MISSING, naming the kind of token that has the right */
export function requireRight(token: Pick<TokenRow, "role">, right: Right): void {
  if (hasRight(token, right)) return;
  const got = token.role === null ? "a run token" : `a token with the role ${token.role}`;
  throw new AuthError("RIGHT_MISSING", `token may not do this, got ${got}, expected the right ${right}`, {
    hint: hintFor(right),
  });
}

function hintFor(right: Right): string {
  if (right === "docker-credentials:read")
    return "credentials are read with a run token: POST /api/oci/v1/run-tokens, or scalr-oci exec";
  const roles = Object.entries(rightsOfRole).filter(([, rights]) => rights.includes(right));
  return `use a token with the role ${roles.map(([role]) => role).join(" or ")}`;
}
