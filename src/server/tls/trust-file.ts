// The file that `SSL_CERT_FILE` may be set to without losing anything: Go programs read it in place of the system's
// authorities (crypto/x509, root_unix.go), so those are in it too.
import { join } from "node:path";
import { getCACertificates } from "node:tls";
import type { Environment } from "../../base/env.ts";
import { trustedCertificates } from "../../base/trust.ts";
import { writeWholeFile } from "../../base/whole-file.ts";

const trustFile = "trust.pem";
const certificatePattern = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** Writes the server's certificate and all authorities that are trusted here now. @returns the file's path */
export function writeTrustFile(dataDirectory: string, certificatePem: string, environment: Environment): string {
  const authorities = trustedCertificates(environment) ?? getCACertificates("default");
  const path = join(dataDirectory, trustFile);
  writeWholeFile(path, joinCertificates([certificatePem, ...authorities, ...getCACertificates("system")]));
  return path;
}

/** Every certificate once: the same ones come from several places, in lines of different length. */
function joinCertificates(pems: readonly string[]): string {
  const certificates = pems.flatMap((pem) => pem.match(certificatePattern) ?? []);
  const distinct = new Map(certificates.map((pem) => [pem.replaceAll(/\s/g, ""), pem]));
  return `${[...distinct.values()].join("\n")}\n`;
}
