// Where the management API is: HOST[:PORT], with or without https://. Plain http is for a server on this machine only.
import { InputError } from "../base/errors.ts";
import { parseRegistryHost, type RegistryHost } from "./registry-host.ts";

export interface ManagementHost {
  /** `HOST[:PORT]`, for messages. */
  readonly value: string;
  /** `https://HOST[:PORT]`, what paths are appended to. */
  readonly origin: string;
}

/** Without TLS a token may go no farther than the loopback interface. */
const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/;

/**
 * Reads a host name as users write it; a path behind it is dropped.
 * @param source where the text comes from, such as `SCALR_HOSTNAME`; names the input in errors
 * @throws InputError INVALID_ARGUMENT when it is no host, or not https on another machine
 */
export function parseManagementHost(text: string, source: string): ManagementHost {
  const host = readHost(text, source);
  if (host.scheme === "http" && !loopback.test(host.hostname)) {
    throw invalid(source, `${source} has the scheme http, expected https`, `use ${host.value}`);
  }
  return { value: host.value, origin: host.url };
}

function readHost(text: string, source: string): RegistryHost {
  try {
    return parseRegistryHost(text);
  } catch (cause) {
    const hint = "write the host alone, such as acme.scalr.io or localhost:8443";
    throw invalid(source, `${source} cannot be read, expected HOST[:PORT] of the management API`, hint, cause);
  }
}

function invalid(path: string, message: string, hint: string, cause?: unknown): InputError {
  return new InputError("INVALID_ARGUMENT", message, { path, expected: "HOST[:PORT]", hint, cause });
}
