// Between the API's attributes and the server's own types.
import type { DockerIntegration, DockerIntegrationAttributes } from "../../api/documents.ts";
import { InputError } from "../../base/errors.ts";
import { Secret } from "../../base/secret.ts";
import { messageOf } from "../connection-test/outcome.ts";
import type { IntegrationRow } from "../store/store.ts";
import type { NewIntegration } from "./create-integration.ts";
import { pointers } from "./pointers.ts";
import type { IntegrationChanges } from "./update-integration.ts";

export function toDockerIntegration(row: IntegrationRow): DockerIntegration {
  return {
    id: row.id,
    name: row.name,
    registryUrl: row.registryUrl,
    username: row.username,
    exportCredentials: row.exportCredentials,
    status: row.status,
    errorMessage: messageOf(row.testOutcome),
  };
}

/** @throws InputError INVALID_ATTRIBUTE for a status that only a test can give */
export function toNewIntegration(
  attributes: DockerIntegrationAttributes & { readonly name: string; readonly registryUrl: string },
): NewIntegration {
  const { name, registryUrl, exportCredentials = false } = attributes;
  const { username = "", password = new Secret(""), status } = toChanges(attributes);
  return {
    name,
    registryUrl,
    exportCredentials,
    credential: { username, password },
    isDisabled: status === "disabled",
  };
}

/** @throws InputError INVALID_ATTRIBUTE for a null, or a status that only a test can give */
export function toChanges(attributes: DockerIntegrationAttributes): IntegrationChanges {
  const { name, registryUrl, username, password, exportCredentials, status } = attributes;
  if (username === null) throw invalid(pointers.username, "user name cannot be removed, expected a text");
  if (password === null) throw invalid(pointers.password, "password cannot be removed, expected a text");
  if (status === "failed" || status === "pending") {
    throw invalid(pointers.status, `status ${status} is given by the connection test, expected active or disabled`);
  }
  return {
    name,
    registryUrl,
    username,
    exportCredentials,
    status,
    password: password === undefined ? undefined : new Secret(password),
  };
}

function invalid(pointer: string, message: string): InputError {
  return new InputError("INVALID_ATTRIBUTE", message, { path: pointer });
}
