// What a token may do; the table of roles is shared with the client (api/documents).
import { AuthError } from "../../base/errors.ts";
import { type Permission, permissionsOfRole, permissionsOfRunTokens } from "../../api/documents.ts";
import type { TokenRow } from "../store/store.ts";

export function hasPermission(token: Pick<TokenRow, "role">, permission: Permission): boolean {
  return (token.role === null ? permissionsOfRunTokens : permissionsOfRole[token.role]).includes(permission);
}

/** @throws AuthError RIGHT_MISSING, naming the kind of token that may */
export function requirePermission(token: Pick<TokenRow, "role">, permission: Permission): void {
  if (hasPermission(token, permission)) return;
  const got = token.role === null ? "a run token" : `a token with the role ${token.role}`;
  throw new AuthError("RIGHT_MISSING", `token may not do this, got ${got}, expected the permission ${permission}`, {
    hint: hintFor(permission),
  });
}

function hintFor(permission: Permission): string {
  if (permissionsOfRunTokens.includes(permission)) {
    return "credentials are read with a run token: mint one with POST /api/oci/v1/run-tokens, or use scalr-oci exec";
  }
  const roles = Object.entries(permissionsOfRole).filter(([, permissions]) => permissions.includes(permission));
  return `use a token with the role ${roles.map(([role]) => role).join(" or ")}`;
}
