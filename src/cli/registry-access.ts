// What the commands that talk to a registry have in common: the address, the login, the client.
import { InputError } from "../base/errors.ts";
import { type OciReference, parseOciReference } from "../names/oci-reference.ts";
import type { RegistryHost } from "../names/registry-host.ts";
import type { RegistryClient } from "../registry/client.ts";
import type { CliContext } from "./context.ts";

/** What a client is opened for. */
export interface RegistryAddress {
  readonly host: RegistryHost;
  /** Where only one is meant: the configuration may have a rule for it. */
  readonly repository?: string | undefined;
}

/**
 * A client of the host with the logins that the credential helper finds; to be closed.
 * @param options `sharesConnections` where many small reads come at once
 */
export async function openRegistry(
  context: CliContext,
  { host, repository }: RegistryAddress,
  intent: "pull" | "push",
  options: { readonly sharesConnections?: boolean } = {},
): Promise<RegistryClient> {
  const [{ RegistryClient: Client }, { createCredentialChain }] = await Promise.all([
    import("../registry/client.ts"),
    import("../credentials/chain.ts"),
  ]);
  const { environment } = context;
  const chain = createCredentialChain({ environment });
  return new Client({ host, intent, environment, find: (wanted) => chain.find(wanted, repository), ...options });
}

/** An address that names a whole package. @throws InputError INVALID_OCI_REFERENCE for anything else */
export function parsePackageReference(text: string): OciReference {
  const reference = parseOciReference(text);
  if (reference.subdir === undefined) return reference;
  const message = `oci reference names a directory inside a package, got //${reference.subdir}, expected a package`;
  throw new InputError("INVALID_OCI_REFERENCE", message, { hint: "leave out the directory after //" });
}

/** What of a repository an address names; `latest` when it says nothing, as OpenTofu takes it. */
export function versionOf({ tag, digest }: OciReference): string {
  return digest ?? tag ?? "latest";
}
