// Tells the constructs of this library from others, across every copy of it.
import type { IConstruct } from "constructs";

const mark: unique symbol = Symbol.for("scalr-oci/docker-integration");

/** Remembers which construct a resource belongs to, for messages that name the one in the user's program. */
export function markIntegration(resource: IConstruct, owner: IConstruct): void {
  Object.defineProperty(resource, mark, { value: owner });
}

/** The construct that made this resource; the resource itself where none did. */
export function ownerOf(resource: IConstruct): IConstruct {
  return (resource as { [mark]?: IConstruct })[mark] ?? resource;
}
