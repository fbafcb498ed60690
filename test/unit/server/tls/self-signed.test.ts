// The server's own certificate: good for its names, no authority, renewed when it has to be.
import { X509Certificate } from "node:crypto";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { ensureSelfSignedCertificate } from "../../../../src/server/tls/self-signed.ts";
import { writeTrustFile } from "../../../../src/server/tls/trust-file.ts";
import { createWorkspace, type Workspace } from "../../../support/workspace.ts";

const day = 86_400_000;
const now = Date.UTC(2030, 0, 1);

describe("the server's own certificate", () => {
  let workspace: Workspace;
  beforeEach(() => {
    workspace = createWorkspace();
  });
  afterEach(() => workspace.remove());
  const ensure = (options: { listenHost?: string; names?: readonly string[]; now?: number } = {}) =>
    ensureSelfSignedCertificate({
      dataDirectory: workspace.directory,
      listenHost: "127.0.0.1",
      names: [],
      now,
      ...options,
    });

  it("is no authority and serves TLS servers only", () => {
    const certificate = new X509Certificate(ensure().certificatePem);
    expect(certificate.ca).toBe(false);
    expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
    expect(certificate.issuer).toBe(certificate.subject);
    expect(certificate.validToDate.getTime() - certificate.validFromDate.getTime()).toBe(825 * day);
  });

  it.each([
    ["127.0.0.1", [], ["localhost"], ["127.0.0.1", "::1"]],
    ["10.1.2.3", ["API.example", "10.9.9.9"], ["localhost", "api.example"], ["127.0.0.1", "10.1.2.3", "10.9.9.9"]],
    ["api.example", ["fd00::1"], ["api.example", "localhost"], ["::1", "fd00::1"]],
  ])("listening on %s with the names %j is good for them all", (listenHost, names, hosts, addresses) => {
    const certificate = new X509Certificate(ensure({ listenHost, names }).certificatePem);
    for (const host of hosts) expect(certificate.checkHost(host)).toBeDefined();
    for (const address of addresses) expect(certificate.checkIP(address)).toBeDefined();
    expect(certificate.checkHost("other.example")).toBeUndefined();
  });

  it("listening on every address is good for the machine's name, not for 0.0.0.0", () => {
    const certificate = new X509Certificate(ensure({ listenHost: "0.0.0.0" }).certificatePem);
    expect(certificate.checkIP("0.0.0.0")).toBeUndefined();
    expect(certificate.checkIP("127.0.0.1")).toBeDefined();
  });

  it("is kept from one start to the next, its key for the owner only", () => {
    const first = ensure({ names: ["b.example", "a.example"] });
    const second = ensure({ names: ["a.example", "b.example"], now: now + 700 * day });
    expect(first.isNew).toBe(true);
    expect(second).toEqual({ ...first, isNew: false });
    expect(readFileSync(workspace.path("cert.pem"), "utf8")).toBe(first.certificatePem);
    expect(statSync(workspace.path("cert-key.pem")).mode & 0o777).toBe(0o600);
  });

  it.each([
    ["it ends soon", () => {}, { now: now + 740 * day }],
    ["it is over", () => {}, { now: now + 2000 * day }],
    ["it begins later, as after a clock set back", () => {}, { now: now - 10 * day }],
    ["a name was added", () => {}, { names: ["new.example"] }],
    ["it listens elsewhere", () => {}, { listenHost: "10.0.0.1" }],
    ["its key is gone", (path: Workspace["path"]) => rmSync(path("cert-key.pem")), {}],
    ["its key is another", (path: Workspace["path"]) => writeFileSync(path("cert-key.pem"), "nonsense"), {}],
    ["it cannot be read", (path: Workspace["path"]) => writeFileSync(path("cert.pem"), ""), {}],
  ])("is renewed when %s", (_why, change, options) => {
    const first = ensure();
    change(workspace.path);
    const second = ensure(options);
    expect(second.isNew).toBe(true);
    expect(second.certificatePem).not.toBe(first.certificatePem);
  });

  it("is renewed when a name was taken away", () => {
    ensure({ names: ["old.example"] });
    expect(ensure().isNew).toBe(true);
  });

  it("stays in memory without a directory", () => {
    const options = { dataDirectory: undefined, listenHost: "127.0.0.1", names: [], now };
    expect(ensureSelfSignedCertificate(options)).toMatchObject({ isNew: true });
  });
});

describe("the trust file", () => {
  it("holds the server's certificate and every authority that was trusted before, once", () => {
    using workspace = createWorkspace();
    const { certificatePem } = ensureSelfSignedCertificate({
      dataDirectory: undefined,
      listenHost: "::1",
      names: [],
      now,
    });
    const other = ensureSelfSignedCertificate({
      dataDirectory: undefined,
      listenHost: "::1",
      names: [],
      now,
    }).certificatePem;
    const trust = workspace.write("corporate.pem", `# ours\n${other}\n${other}`);
    const path = writeTrustFile(workspace.directory, certificatePem, { SSL_CERT_FILE: trust });
    const text = readFileSync(path, "utf8");
    const bodies = text.split("-----BEGIN CERTIFICATE-----").slice(1);
    expect(text.startsWith(certificatePem.trim())).toBe(true);
    expect(text.split(other.trim())).toHaveLength(2);
    expect(bodies.length).toBeGreaterThan(50);
    expect(new Set(bodies.map((body) => body.replaceAll(/\s/g, ""))).size).toBe(bodies.length);
    for (const body of bodies) expect(() => new X509Certificate(`-----BEGIN CERTIFICATE-----${body}`)).not.toThrow();
  });
});
