// The registry URL of an integration: https, one host, and not an address that is known to redirect.
import { InputError, isScalrOciError } from "../../base/errors.ts";
import { parseRegistryHost, type RegistryHost } from "../../names/registry-host.ts";
import { findKnownRedirect } from "../../names/registry-url.ts";
import { pointers } from "./pointers.ts";

/**
 * Reads the URL as a user wrote it; `url` of the result is Scalr's normal form. As Scalr does, it drops a path: what a
 * declaration may hold is stricter (names/registry-url.ts).
 * @throws InputError INVALID_REGISTRY_HOST or REGISTRY_REDIRECTED, pointing at the attribute
 */
export function parseRegistryUrl(text: string): RegistryHost {
  const host = parseHost(text);
  if (host.scheme !== "https") {
    throw invalidUrl("registry url has the scheme http, expected https", `use https://${host.value}`);
  }
  const target = findKnownRedirect(host);
  if (target !== undefined) throw redirected(host, target);
  return host;
}

/** @param target `https://HOST[:PORT]` where the redirect points, when it is another host */
export function redirected(host: RegistryHost, target: string | undefined): InputError {
  const hint = target === undefined ? "give the address that the redirect ends at" : `use ${target}`;
  const message = `registry url redirects, got ${host.url}, expected an endpoint that answers /v2/ itself`;
  return new InputError("REGISTRY_REDIRECTED", message, { path: pointers.registryUrl, got: host.url, hint });
}

function parseHost(text: string): RegistryHost {
  try {
    return parseRegistryHost(text);
  } catch (thrown) {
    if (!isScalrOciError(thrown)) throw thrown;
    throw new InputError("INVALID_REGISTRY_HOST", thrown.message, {
      path: pointers.registryUrl,
      hint: thrown.hint,
      cause: thrown,
    });
  }
}

function invalidUrl(message: string, hint?: string): InputError {
  return new InputError("INVALID_REGISTRY_HOST", message, { path: pointers.registryUrl, hint });
}
