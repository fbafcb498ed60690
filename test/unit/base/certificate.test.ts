// What createSelfSignedCertificate makes is read by OpenSSL, by Node's X509Certificate, and accepted by a TLS client.
import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:tls";
import {
  type Certificate,
  type CertificateOptions,
  createSelfSignedCertificate,
  createSignedCertificate,
} from "../../../src/base/certificate.ts";
import { createWorkspace } from "../../support/workspace.ts";
import { thrownBy } from "../../support/thrown.ts";

const period = { notBefore: new Date(Date.now() - 30_000), notAfter: new Date(Date.now() + 3_600_000) };

/** A TLS handshake over loopback. @returns "ok", or the client's error code */
async function handshake(server: Certificate, ca: Certificate, servername: string): Promise<string> {
  const listener = createServer({ key: server.privateKeyPem, cert: server.certificatePem }).on(
    "tlsClientError",
    () => {},
  );
  listener.on("secureConnection", (socket) => socket.on("error", () => {}).end());
  await once(listener.listen(0, "127.0.0.1"), "listening");
  const { port } = listener.address() as AddressInfo;
  // A host without servername is checked against the addresses in the certificate.
  const name = servername === "" ? {} : { servername };
  const client = connect({ host: "127.0.0.1", port, ca: ca.certificatePem, ...name });
  try {
    await once(client, "secureConnect");
    return "ok";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "unknown";
  } finally {
    client.destroy();
    listener.close();
  }
}

describe("a self-signed certificate", () => {
  it.each([
    { isAuthority: true, basic: "CA:TRUE", usage: "Digital Signature, Certificate Sign" },
    { isAuthority: false, basic: "CA:FALSE", usage: "Digital Signature" },
  ])("is a version 3 certificate that openssl reads, $basic", ({ isAuthority, basic, usage }) => {
    const names = { dnsNames: ["localhost", "*.example.test"], ipAddresses: ["127.0.0.1", "::1", "fe80::1:2"] };
    const { certificatePem } = createSelfSignedCertificate({ commonName: "Ä name", ...names, isAuthority, ...period });
    const text = execFileSync("openssl", ["x509", "-noout", "-text", "-nameopt", "utf8"], {
      input: certificatePem,
      encoding: "utf8",
    });
    expect(text).toContain("Version: 3 (0x2)");
    expect(text).toContain("ecdsa-with-SHA256");
    expect(text).toContain("NIST CURVE: P-256");
    expect(text).toMatch(new RegExp(`X509v3 Basic Constraints: critical\\s+${basic}\\n`));
    expect(text).toMatch(new RegExp(`X509v3 Key Usage: critical\\s+${usage}\\n`));
    expect(text).toContain(
      "DNS:localhost, DNS:*.example.test, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, IP Address:FE80:0:0:0:0:0:1:2",
    );
    expect(text).toContain("CN=Ä name");
  });

  it("verifies with itself as the authority in openssl", () => {
    using workspace = createWorkspace();
    const { certificatePem } = createSelfSignedCertificate({ commonName: "a", isAuthority: true, ...period });
    const file = workspace.write("a.pem", certificatePem);
    expect(execFileSync("openssl", ["verify", "-x509_strict", "-CAfile", file, file], { encoding: "utf8" })).toContain(
      "OK",
    );
  });

  it.each([
    { what: "authority", isAuthority: true, servername: "localhost", result: "ok" },
    { what: "no authority", isAuthority: false, servername: "localhost", result: "ok" },
    { what: "its IPv4 address", isAuthority: false, servername: "", result: "ok" },
    { what: "another name", isAuthority: true, servername: "other.test", result: "ERR_TLS_CERT_ALTNAME_INVALID" },
  ])("is judged by a TLS client that has it as `ca`: $what", async ({ isAuthority, servername, result }) => {
    const names = { dnsNames: ["localhost"], ipAddresses: ["127.0.0.1"] };
    const certificate = createSelfSignedCertificate({ commonName: "localhost", ...names, isAuthority, ...period });
    expect(await handshake(certificate, certificate, servername)).toBe(result);
  });

  it("is refused by a TLS client that trusts another one", async () => {
    const options = { commonName: "localhost", dnsNames: ["localhost"], isAuthority: true, ...period };
    const [one, other] = [createSelfSignedCertificate(options), createSelfSignedCertificate(options)];
    expect(await handshake(one, other, "localhost")).not.toBe("ok");
  });

  it("has its own serial number, key and period", () => {
    const notAfter = new Date("2051-02-03T04:05:06Z");
    const make = (): X509Certificate =>
      new X509Certificate(createSelfSignedCertificate({ commonName: "a", ...period, notAfter }).certificateDer);
    const [one, other] = [make(), make()];
    expect(one.serialNumber).not.toBe(other.serialNumber);
    expect(one.fingerprint256).not.toBe(other.fingerprint256);
    expect(new Date(one.validTo)).toEqual(notAfter);
    expect(Date.parse(one.validFrom)).toBe(Math.floor(period.notBefore.getTime() / 1000) * 1000);
  });

  it.each<[usages: NonNullable<CertificateOptions["keyUsages"]>, printed: string]>([
    [
      ["digitalSignature", "keyEncipherment", "keyAgreement", "keyCertSign"],
      "Digital Signature, Key Encipherment, Key Agreement, Certificate Sign",
    ],
    [["cRLSign"], "CRL Sign"],
    [["contentCommitment"], "Non Repudiation"],
  ])("says its key usages: %j", (keyUsages, printed) => {
    const { certificatePem } = createSelfSignedCertificate({ commonName: "a", keyUsages, ...period });
    const args = ["x509", "-noout", "-ext", "keyUsage"];
    expect(execFileSync("openssl", args, { input: certificatePem, encoding: "utf8" })).toMatch(
      new RegExp(`${printed}\n`),
    );
  });

  it.each<[extended: NonNullable<CertificateOptions["extendedKeyUsages"]>, arcs: string[] | undefined]>([
    [
      ["serverAuth", "clientAuth"],
      ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"],
    ],
    [[], undefined],
  ])("says its extended key usages: %j", (extendedKeyUsages, arcs) => {
    const { certificatePem } = createSelfSignedCertificate({ commonName: "a", extendedKeyUsages, ...period });
    expect(new X509Certificate(certificatePem).keyUsage).toEqual(arcs);
  });
});

describe("a signed certificate", () => {
  const authority = createSelfSignedCertificate({ commonName: "test authority", isAuthority: true, ...period });

  it("is accepted by a TLS client that trusts its authority", async () => {
    const server = createSignedCertificate({ commonName: "localhost", dnsNames: ["localhost"], ...period }, authority);
    expect(await handshake(server, authority, "localhost")).toBe("ok");
  });

  it("names its issuer and verifies with the issuer's key in openssl", () => {
    using workspace = createWorkspace();
    const server = createSignedCertificate({ commonName: "localhost", ...period }, authority);
    expect(new X509Certificate(server.certificatePem).issuer).toBe("CN=test authority");
    const [ca, leaf] = [
      workspace.write("ca.pem", authority.certificatePem),
      workspace.write("leaf.pem", server.certificatePem),
    ];
    expect(execFileSync("openssl", ["verify", "-x509_strict", "-CAfile", ca, leaf], { encoding: "utf8" })).toContain(
      "OK",
    );
  });
});

describe("options that cannot be written", () => {
  it.each<[options: Partial<CertificateOptions>, path: string]>([
    [{ commonName: "" }, "commonName"],
    [{ commonName: "a".repeat(65) }, "commonName"],
    [{ dnsNames: ["ä.test"] }, "dnsNames"],
    [{ dnsNames: ["a b"] }, "dnsNames"],
    [{ dnsNames: [""] }, "dnsNames"],
    [{ ipAddresses: ["localhost"] }, "ipAddresses"],
    [{ ipAddresses: ["fe80::1%eth0"] }, "ipAddresses"],
    [{ notAfter: new Date(0) }, "validity"],
    [{ notAfter: new Date(Number.NaN) }, "validity"],
  ])("%j is refused at %s", (options, path) => {
    const error = thrownBy(() => createSelfSignedCertificate({ commonName: "a", ...period, ...options }));
    expect(error).toMatchObject({ code: "INVALID_ARGUMENT", path });
  });
});
