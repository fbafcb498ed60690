// Which certificate authorities to trust, the likely ones first: reading hundreds costs more than a whole answer. In the end as many
// as a Go program on this machine trusts: those of SSL_CERT_FILE and of the system (crypto/x509, root_linux.go), and Node's own.
import { readFileSync } from "node:fs";
import { getCACertificates, rootCertificates } from "node:tls";
import type { Environment } from "../base/env.ts";
import { findCertificateFile } from "../base/trust.ts";

/** PEM certificates; undefined for Node's built-in ones. */
export type Authorities = readonly string[] | undefined;

/** Where the distributions of Linux keep the system's authorities; the first that is there counts. */
const systemFiles = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/pki/tls/cacert.pem",
  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

/**
 * What to trust at first, and what to trust when that was not enough.
 * @throws InputError INVALID_ARGUMENT when SSL_CERT_FILE names a file that cannot be read or holds no certificate
 */
export function trustSteps(environment: Environment): readonly [first: Authorities, second: () => Authorities] {
  const file = findCertificateFile(environment);
  const own = file === undefined ? undefined : [file];
  return [own, () => [...(own ?? []), ...builtIn(), ...system(), ...optional(environment["SCALR_OCI_NODE_CA"])]];
}

function builtIn(): readonly string[] {
  return typeof getCACertificates === "function" ? getCACertificates("default") : rootCertificates;
}

function system(): readonly string[] {
  if (process.platform !== "linux") return typeof getCACertificates === "function" ? getCACertificates("system") : [];
  for (const path of systemFiles) {
    const found = optional(path);
    if (found.length > 0) return found;
  }
  return [];
}

/** A file that may be missing: Node itself only warns about NODE_EXTRA_CA_CERTS. */
function optional(path: string | undefined): string[] {
  try {
    return path ? [readFileSync(path, "utf8")] : [];
  } catch {
    return [];
  }
}
