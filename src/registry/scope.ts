// What a token is wanted for, as the token realm is told; Docker's "Token Scope Documentation".
//
//   scope = type ":" name ":" action *( "," action )        the name may hold colons of its own
import type { RegistryAction } from "./permission.ts";

/** The scope for doing these things in a repository. */
export function repositoryScope(repository: string, actions: readonly RegistryAction[]): string {
  return `repository:${repository}:${actions.join(",")}`;
}

/** Joins scopes of the same resource, keeps the order otherwise; what is not a scope is kept as it is. */
export function mergeScopes(scopes: readonly string[]): string[] {
  const actionsOf = new Map<string, Set<string>>();
  for (const scope of scopes) {
    const colon = scope.lastIndexOf(":");
    const resource = scope.slice(0, colon + 1);
    const actions = actionsOf.get(resource) ?? new Set();
    for (const action of scope.slice(colon + 1).split(",")) actions.add(action);
    actionsOf.set(resource, actions);
  }
  return [...actionsOf].map(([resource, actions]) => resource + [...actions].join(","));
}
