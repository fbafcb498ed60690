// The file that `SSL_CERT_FILE` may be set to without losing anything: Go programs read it in place of the system's
// authorities (crypto/x509, root_unix.go), so those are in it too.
import { join } from "node:path";
import { getCACertificates } from "node:tls";
import type { Environment } from "../../base/env.ts";
import { trustedCertificates } from "../../base/trust.ts";
import { writePrivateFile } from "../private-file.ts";

const trustFile = "trust.pem";

/** Writes the server's certificate and all authorities that are trusted here now. @returns the file's path */
export function writeTrustFile(dataDirectory: string, certificatePem: string, environment: Environment): string {
  const authorities = trustedCertificates(environment) ?? getCACertificates("default");
  const certificates = [certificatePem, ...authorities, ...getCACertificates("system")].map((pem) => pem.trim());
  const path = join(dataDirectory, trustFile);
  writePrivateFile(path, `${[...new Set(certificates)].join("\n")}\n`);
  return path;
}
