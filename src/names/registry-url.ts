// The registry URL of an integration: https, a whole host, and none that is known to redirect or to want a cloud's own login.
import { InputError } from "../base/errors.ts";
import { findCloudRegistry } from "./cloud-registry.ts";
import { dockerHubHost, isDockerHub, parseRegistryHost, type RegistryHost } from "./registry-host.ts";

/** Scalr's limit, in characters. */
export const maxRegistryUrlLength = 512;
/** Websites of Docker Hub; the first two redirect `/v2/` there. */
const dockerHubSites: ReadonlySet<string> = new Set(["docker.io", "www.docker.io", "hub.docker.com", "www.docker.com"]);
/** Paths that people copy along with the host and that mean the same as no path. */
const emptyPath = /^\/?(?:v2\/?)?$/;

/**
 * Reads the URL as a user wrote it; `url` of the result is Scalr's normal form. Nothing is sent anywhere.
 * @throws InputError INVALID_REGISTRY_HOST, REGISTRY_REDIRECTED or REGISTRY_NOT_SUPPORTED, with the right URL in the hint
 */
export function parseRegistryUrl(text: string): RegistryHost {
  const trimmed = text.trim();
  if (trimmed.length > maxRegistryUrlLength) {
    const message = `registry url has ${trimmed.length} characters, expected at most ${maxRegistryUrlLength}`;
    throw new InputError("INVALID_REGISTRY_HOST", message);
  }
  const host = parseRegistryHost(trimmed);
  if (host.scheme !== "https") throw notHttps(host);
  const target = findKnownRedirect(host);
  if (target !== undefined) throw redirects(host, target);
  if (isDockerHub(host) && host.value !== dockerHubHost) throw otherName(host);
  if (!emptyPath.test(pathOf(trimmed))) throw hasPath(host);
  const cloud = findCloudRegistry(host);
  if (cloud !== undefined) throw notSupported(host, cloud.title);
  return host;
}

/** The URL that is meant by one that is known to redirect; undefined for all others. */
export function findKnownRedirect(host: RegistryHost): string | undefined {
  return dockerHubSites.has(host.value) ? `https://${dockerHubHost}` : undefined;
}

/** What follows the host, a query and fragment included. */
function pathOf(text: string): string {
  return text.replace(/^[a-z][a-z0-9+.-]*:\/\//i, "").replace(/^[^/?#]*/, "");
}

function notHttps(host: RegistryHost): InputError {
  const message = `registry url has the scheme http, got ${host.url}, expected https`;
  return new InputError("INVALID_REGISTRY_HOST", message, { got: host.url, hint: `use https://${host.value}` });
}

function redirects(host: RegistryHost, target: string): InputError {
  const message = `registry url redirects, got ${host.url}, expected an endpoint that answers /v2/ itself`;
  return new InputError("REGISTRY_REDIRECTED", message, { got: host.url, hint: `use ${target}` });
}

/** index.docker.io answers, but credentials belong to one spelling of a host, and oci:// addresses have the other. */
function otherName(host: RegistryHost): InputError {
  const message = `registry url is another name of Docker Hub, got ${host.url}, expected https://${dockerHubHost}`;
  const hint = `use https://${dockerHubHost}, and oci://${dockerHubHost}/… for modules`;
  return new InputError("INVALID_REGISTRY_HOST", message, { got: host.url, hint });
}

function hasPath(host: RegistryHost): InputError {
  const message = `registry url has a path behind ${host.url}, expected the host alone`;
  return new InputError("INVALID_REGISTRY_HOST", message, {
    hint: `use ${host.url}: an integration is for every repository of its host`,
  });
}

function notSupported(host: RegistryHost, title: string): InputError {
  const message = `registry url is of ${title}, got ${host.url}, expected a registry that takes a fixed user name and password`;
  const hint = `leave ${host.value} to the credential helper docker-credential-scalr: integrations do not support ${title}`;
  return new InputError("REGISTRY_NOT_SUPPORTED", message, { got: host.url, hint });
}
