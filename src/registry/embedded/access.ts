// Who may do what in an embedded registry: the users, their rights, and what a request must be allowed.
import { createHash, timingSafeEqual } from "node:crypto";
import type { Secret } from "../../base/secret.ts";
import { isRepositoryName } from "../../names/oci-reference.ts";
import type { Route } from "./route.ts";

export type Action = "pull" | "push" | "delete";

/** One thing that a caller wants to do. */
export interface Need {
  readonly repository: string;
  readonly action: Action;
}

export interface RegistryUser {
  readonly username: string;
  readonly password: Secret;
  /** What the user may do. @default all */
  readonly actions?: readonly Action[];
  /** Repositories the user sees. @default all */
  readonly repositories?: readonly string[];
}

/** What a caller may do; made from a credential, a token, or nothing. */
export interface Access {
  /** Undefined for an anonymous caller. */
  readonly username: string | undefined;
  allows(need: Need): boolean;
}

/** Everybody may do everything. */
export const fullAccess: Access = { username: undefined, allows: () => true };

/** Somebody unknown, who at most may pull. */
export function anonymousAccess(mayPull: boolean): Access {
  return { username: undefined, allows: (need) => mayPull && need.action === "pull" };
}

export function userAccess(user: RegistryUser): Access {
  return {
    username: user.username,
    allows: ({ repository, action }) =>
      (user.actions?.includes(action) ?? true) && (user.repositories?.includes(repository) ?? true),
  };
}

/** The user with this name and password; the time it takes says nothing about either. */
export function findUser(users: readonly RegistryUser[], username: string, password: string): RegistryUser | undefined {
  return users.filter((user) => isSame(user.username, username) && isSame(user.password.reveal(), password))[0];
}

/** User name and password of an `Authorization: Basic` header; RFC 7617. */
export function parseBasic(authorization: string): { username: string; password: string } | undefined {
  const encoded = /^basic +([A-Za-z0-9+/]+=*) *$/i.exec(authorization)?.[1];
  const text = encoded === undefined ? "" : Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon === -1 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** What a request to this route must be allowed; nothing for the base. */
export function needsOf(method: string, route: Route): Need[] {
  if (route.resource === "base") return [];
  const { repository } = route;
  const isUpload = route.resource === "uploads" || route.resource === "upload";
  if (isUpload) return needs(repository, "pull", "push");
  if (method === "DELETE") return needs(repository, "delete");
  return method === "GET" || method === "HEAD" ? needs(repository, "pull") : needs(repository, "pull", "push");
}

/** What a caller should be able to do beside: read the repository that a mount takes a blob from. */
export function wishesOf(method: string, route: Route, query: URLSearchParams): Need[] {
  const from = query.get("from");
  if (method !== "POST" || route.resource !== "uploads" || from === null || !query.has("mount")) return [];
  return isRepositoryName(from) ? needs(from, "pull") : [];
}

/** The needs as token scopes, one a repository; Docker's "Token Scope Documentation". */
export function scopesOf(needed: readonly Need[]): string[] {
  const actions = new Map<string, Action[]>();
  for (const { repository, action } of needed) {
    actions.set(repository, [...(actions.get(repository) ?? []), action]);
  }
  return [...actions].map(([repository, list]) => `repository:${repository}:${list.join(",")}`);
}

function needs(repository: string, ...actions: Action[]): Need[] {
  return actions.map((action) => ({ repository, action }));
}

function isSame(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
