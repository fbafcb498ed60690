// A certificate authority for one test, and server certificates that it signs.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Certificate, createSelfSignedCertificate, createSignedCertificate } from "../../src/base/certificate.ts";

export interface ServerCertificate extends Certificate {
  readonly certificateFile: string;
  readonly privateKeyFile: string;
}

export interface Authority extends Disposable {
  readonly certificatePem: string;
  /** PEM file for SSL_CERT_FILE. */
  readonly certificateFile: string;
  /** A certificate for these host names and addresses; without any: localhost, 127.0.0.1 and ::1. */
  issue(names?: readonly string[]): ServerCertificate;
  remove(): void;
}

export const loopbackNames: readonly string[] = ["localhost", "127.0.0.1", "::1"];

const dayMs = 24 * 60 * 60 * 1000;

/** Makes an authority whose files lie in a temporary folder of its own until `remove()`. */
export function createAuthority(): Authority {
  const directory = mkdtempSync(join(tmpdir(), "scalr-oci-ca-"));
  const authority = createSelfSignedCertificate({
    commonName: "scalr-oci test authority",
    isAuthority: true,
    ...validity(),
  });
  const { certificateFile } = writeFiles(directory, authority);
  let issued = 0;
  const remove = () => rmSync(directory, { recursive: true, force: true });
  return {
    certificateFile,
    certificatePem: authority.certificatePem,
    issue: (names = loopbackNames) => {
      const certificate = issue(authority, names);
      return { ...certificate, ...writeFiles(join(directory, String(++issued)), certificate) };
    },
    remove,
    [Symbol.dispose]: remove,
  };
}

function issue(authority: Certificate, names: readonly string[]): Certificate {
  const options = {
    commonName: names[0] ?? "localhost",
    dnsNames: names.filter((name) => isIP(name) === 0),
    ipAddresses: names.filter((name) => isIP(name) !== 0),
  };
  return createSignedCertificate({ ...options, ...validity() }, authority);
}

/** From yesterday, so that clocks may differ a little. */
function validity(): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - dayMs), notAfter: new Date(now + dayMs) };
}

function writeFiles(directory: string, certificate: Certificate): { certificateFile: string; privateKeyFile: string } {
  mkdirSync(directory, { recursive: true });
  const certificateFile = join(directory, "certificate.pem");
  const privateKeyFile = join(directory, "key.pem");
  writeFileSync(certificateFile, certificate.certificatePem);
  writeFileSync(privateKeyFile, certificate.privateKeyPem, { mode: 0o600 });
  return { certificateFile, privateKeyFile };
}
