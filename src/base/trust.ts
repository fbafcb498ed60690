// Which certificate authorities to trust: the built-in ones and those of SSL_CERT_FILE, as Go programs do (crypto/x509, root_unix.go).
import { readFileSync } from "node:fs";
import { getCACertificates, rootCertificates } from "node:tls";
import type { Environment } from "./env.ts";
import { InputError } from "./errors.ts";

/**
 * PEM certificates for the `ca` option of a TLS client, or undefined when Node's default set is right.
 * @throws InputError INVALID_ARGUMENT when SSL_CERT_FILE names a file that cannot be read or holds no certificate
 */
export function trustedCertificates(environment: Environment): string[] | undefined {
  const own = findCertificateFile(environment);
  return own === undefined ? undefined : [...defaultCertificates(), own];
}

/** What SSL_CERT_FILE holds, or undefined when it is not set. @throws as trustedCertificates */
export function findCertificateFile(environment: Environment): string | undefined {
  const path = environment["SSL_CERT_FILE"];
  return path === undefined || path === "" ? undefined : readCertificateFile(path);
}

function defaultCertificates(): readonly string[] {
  // getCACertificates is missing before Node 22.15; the helper's bundle still runs there.
  return typeof getCACertificates === "function" ? getCACertificates("default") : rootCertificates;
}

function readCertificateFile(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw wrongFile("the file named by SSL_CERT_FILE cannot be read", cause);
  }
  if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
  throw wrongFile("the file named by SSL_CERT_FILE holds no certificate");
}

function wrongFile(message: string, cause?: unknown): InputError {
  return new InputError("INVALID_ARGUMENT", `${message}, expected a PEM file of certificates`, {
    path: "SSL_CERT_FILE",
    expected: "a PEM file of certificates",
    hint: "correct SSL_CERT_FILE or unset it",
    cause,
  });
}
