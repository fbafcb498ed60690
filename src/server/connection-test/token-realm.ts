// To which token services a login may be sent. A registry names its token service itself; believing it blindly has leaked
// passwords in several clients (CVE-2020-15157 and its kin).
import { findRegistryHost, isDockerHub, type RegistryHost } from "../../names/registry-host.ts";

const dockerHubTokenHost = "auth.docker.io";
/** Registries whose token service has another host name. */
const tokenHostOf: ReadonlyMap<string, string> = new Map([["registry.gitlab.com", "gitlab.com"]]);

/**
 * The URL to ask for a token, or undefined where the login must not go: it must be https, without user info, on the
 * registry's own host name (on any port: GitLab serves both from one host) or the known token service of that registry.
 */
export function findTokenUrl(registry: RegistryHost, challenge: ReadonlyMap<string, string>): URL | undefined {
  const realm = challenge.get("realm");
  if (realm === undefined || !URL.canParse(realm)) return undefined;
  const url = new URL(realm);
  if (url.protocol !== "https:" || url.username !== "" || url.password !== "") return undefined;
  const host = findRegistryHost(url.host);
  if (host === undefined || !isTokenHost(registry, host)) return undefined;
  for (const name of ["service", "scope"]) {
    const value = challenge.get(name);
    if (value !== undefined) url.searchParams.set(name, value);
  }
  url.hash = "";
  return url;
}

function isTokenHost(registry: RegistryHost, host: RegistryHost): boolean {
  if (host.hostname === registry.hostname) return true;
  return host.value === (isDockerHub(registry) ? dockerHubTokenHost : tokenHostOf.get(registry.value));
}
