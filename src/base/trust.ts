// Which certificate authorities to trust: the built-in ones and those of SSL_CERT_FILE, as Go programs do (crypto/x509, root_unix.go).
import { readFileSync } from "node:fs";
import { getCACertificates, rootCertificates } from "node:tls";
import { InputError } from "./errors.ts";
import type { Environment } from "./env.ts";

/**
 * PEM certificates for the `ca` option of a TLS client, or undefined when Node's default set is right.
 * @throws InputError INVALID_ARGUMENT when SSL_CERT_FILE names a file that cannot be read
 */
export function trustedCertificates(environment: Environment): string[] | undefined {
  const path = environment["SSL_CERT_FILE"];
  if (path === undefined || path === "") return undefined;
  return [...defaultCertificates(), readCertificateFile(path)];
}

function defaultCertificates(): readonly string[] {
  // getCACertificates is missing before Node 22.15; the helper's bundle still runs there.
  return typeof getCACertificates === "function" ? getCACertificates("default") : rootCertificates;
}

function readCertificateFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new InputError("INVALID_ARGUMENT", "the file named by SSL_CERT_FILE cannot be read", {
      path: "SSL_CERT_FILE",
      expected: "a readable PEM file",
      hint: "correct SSL_CERT_FILE or unset it",
      cause,
    });
  }
}
