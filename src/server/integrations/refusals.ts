// Errors of creating and changing integrations that more than one operation gives.
import { ConflictError, InputError, NotFoundError } from "../../base/errors.ts";
import { printable } from "../../base/text.ts";
import type { RegistryHost } from "../../names/registry-host.ts";
import type { TestOutcome } from "../connection-test/outcome.ts";
import type { StoreReader, WriteOutcome } from "../store/store.ts";
import { pointers } from "./pointers.ts";
import { redirected } from "./registry-url.ts";

/** A ConflictError that points at the attribute whose value is taken. */
export class TakenError extends ConflictError {
  readonly path: string;

  constructor(code: "HOST_TAKEN" | "NAME_TAKEN", message: string, path: string, hint: string) {
    super(code, message, { hint });
    this.path = path;
  }
}

/** Scalr's own words for it, which its clients look for. */
export function integrationNotFound(id: string): NotFoundError {
  return new NotFoundError(
    "INTEGRATION_NOT_FOUND",
    `Docker integration with ID '${printable(id)}' not found or user unauthorized.`,
  );
}

/**
 * Refuses what a user has to correct; an unreachable registry is not among it.
 * @throws InputError at the URL or the password
 */
export function refuseWrongInput(outcome: TestOutcome | undefined, host: RegistryHost): void {
  switch (outcome?.code) {
    case "credentials-refused":
      throw new InputError("REGISTRY_LOGIN_REFUSED", `${host.value} refuses the user name or password`, {
        path: pointers.password,
        hint: "check both, and that the token has not expired and may read packages",
      });
    case "redirected":
      throw redirected(host, outcome.target === undefined ? undefined : `https://${outcome.target}`);
    case "not-a-registry":
      throw new InputError(
        "REGISTRY_NOT_FOUND",
        `${host.url} does not answer as a registry, expected /v2/ to be served there`,
        {
          path: pointers.registryUrl,
          hint: "give the address that docker login would use",
        },
      );
    case "address-refused":
      throw new InputError(
        "REGISTRY_ADDRESS_REFUSED",
        `${host.value} has an address that is not public, expected a public one`,
        {
          path: pointers.registryUrl,
          hint: "the operator allows a private network with: scalr-oci serve --allow-registry-cidr ADDRESS/BITS",
        },
      );
    default:
  }
}

/** The error for a write that found the host or name taken by another, named after it. */
export async function takenError(
  reader: StoreReader,
  outcome: Exclude<WriteOutcome, "written">,
  host: RegistryHost,
): Promise<ConflictError> {
  if (outcome === "host-taken") {
    const first = await reader.findIntegrationByHost(host.credentialKey);
    const message = `registry host ${host.value} already has the integration '${first?.name ?? ""}', expected one integration per host`;
    return new TakenError(
      "HOST_TAKEN",
      message,
      pointers.registryUrl,
      `change or import ${first?.id ?? "that one"} instead of adding another`,
    );
  }
  if (outcome === "name-taken") {
    return new TakenError("NAME_TAKEN", "name has already been taken", pointers.name, "choose another name");
  }
  return new ConflictError("CHANGED_MEANWHILE", "integration was changed by another request at the same time", {
    hint: "apply again",
  });
}
