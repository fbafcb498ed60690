import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCACertificates } from "node:tls";
import { trustedCertificates } from "../../../src/base/trust.ts";
import { thrownBy } from "../../support/thrown.ts";

const certificate = "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n";

describe("trustedCertificates", () => {
  const directory = mkdtempSync(join(tmpdir(), "trust-"));
  const file = (name: string, text: string) => {
    const path = join(directory, name);
    writeFileSync(path, text);
    return path;
  };
  afterAll(() => rmSync(directory, { recursive: true }));

  it.each([undefined, ""])("leaves Node's own set alone when SSL_CERT_FILE is %p", (path) => {
    expect(trustedCertificates({ SSL_CERT_FILE: path })).toBeUndefined();
  });

  it("adds the certificates of SSL_CERT_FILE to the built-in ones", () => {
    const trusted = trustedCertificates({ SSL_CERT_FILE: file("ca.pem", certificate) });
    expect(trusted).toEqual([...getCACertificates("default"), certificate]);
  });

  it.each([
    ["is missing", () => join(directory, "none.pem"), "cannot be read"],
    ["is a directory", () => directory, "cannot be read"],
    ["is empty", () => file("empty.pem", ""), "holds no certificate"],
    ["is a private key", () => file("key.pem", "-----BEGIN PRIVATE KEY-----\n"), "holds no certificate"],
  ])("refuses a file that %s, without its path", (_why, path, problem) => {
    const error = thrownBy(() => trustedCertificates({ SSL_CERT_FILE: path() }));
    expect(error).toMatchObject({
      code: "INVALID_ARGUMENT",
      path: "SSL_CERT_FILE",
      message: `the file named by SSL_CERT_FILE ${problem}, expected a PEM file of certificates`,
      hint: "correct SSL_CERT_FILE or unset it",
    });
  });
});
