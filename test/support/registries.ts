// Every registry that the registry tests run against: ours in each way of authentication, and Debian's.
import { Secret } from "../../src/base/secret.ts";
import { parseRegistryHost } from "../../src/names/registry-host.ts";
import { type EmbeddedRegistryAuth, startEmbeddedRegistry } from "../../src/registry/embedded-registry.ts";
import type { Authority } from "./authority.ts";
import { startDockerRegistry } from "./docker-registry.ts";
import type { Workspace } from "./workspace.ts";

export const username = "robot";
export const password = "correct-horse-battery";
const users = [{ username, password: new Secret(password) }];

export interface TestRegistry {
  /** `localhost:PORT` */
  readonly host: string;
  stop(): Promise<void>;
}

export interface RegistryKind {
  readonly name: string;
  readonly wantsLogin: boolean;
  /** True when it keeps the list of referrers by itself. */
  readonly hasReferrers: boolean;
  start(authority: Authority): Promise<TestRegistry>;
}

export function embedded(name: string, auth: EmbeddedRegistryAuth): RegistryKind {
  const start = async (authority: Authority): Promise<TestRegistry> => {
    const registry = await startEmbeddedRegistry({ tls: authority.issue(), auth });
    return { host: registry.host.value, stop: () => registry.close() };
  };
  return { name: `embedded, ${name}`, wantsLogin: auth.kind !== "none", hasReferrers: true, start };
}

/** Needs the real parts `docker-registry` and, for htpasswd, `htpasswd`. */
export function debian(auth: "none" | "htpasswd" | "token", refuseScopeless = false): RegistryKind {
  const name = `docker-registry, ${auth}${refuseScopeless ? ", no token without scope" : ""}`;
  const start = (authority: Authority): Promise<TestRegistry> =>
    startDockerRegistry({ auth, authority, username, password, refuseScopeless });
  return { name, wantsLogin: auth !== "none", hasReferrers: false, start };
}

export const embeddedKinds: readonly RegistryKind[] = [
  embedded("open", { kind: "none" }),
  embedded("Basic", { kind: "basic", users }),
  embedded("signed tokens", { kind: "token", users }),
  embedded("opaque tokens", { kind: "token", users, format: "opaque" }),
  embedded("opaque tokens, none without scope", { kind: "token", users, format: "opaque", refuseScopeless: true }),
];

/** An environment in which scalr-oci, OpenTofu, oras and skopeo have the login for these hosts. */
export function loggedIn(workspace: Workspace, authority: Authority, ...hosts: string[]): Record<string, string> {
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  const auths = Object.fromEntries(hosts.map((host) => [host, { auth }]));
  workspace.write("home/.docker/config.json", JSON.stringify({ auths }));
  const variables: Record<string, string> = {};
  for (const host of hosts) {
    const suffix = parseRegistryHost(host).value.replaceAll("-", "__").replace(/[.:]/g, "_");
    variables[`SCALR_OCI_USERNAME_${suffix}`] = username;
    variables[`SCALR_OCI_PASSWORD_${suffix}`] = password;
  }
  return workspace.environment({ trust: authority.certificateFile, variables });
}
