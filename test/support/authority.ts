// A certificate authority for one test run, and server certificates that it signs.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface ServerCertificate {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
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

const loopbackNames = ["localhost", "127.0.0.1", "::1"];

/** Makes an authority whose files lie in a temporary folder of its own until `remove()`. */
export function createAuthority(): Authority {
  const directory = mkdtempSync(join(tmpdir(), "scalr-oci-ca-"));
  const authority = filesIn(directory);
  const subject = [
    "-subj",
    "/CN=scalr-oci test authority",
    "-days",
    "2",
    "-addext",
    "basicConstraints=critical,CA:TRUE",
  ];
  const files = ["-keyout", authority.privateKeyFile, "-out", authority.certificateFile];
  openssl(
    ["req", "-x509", "-nodes"],
    newKey,
    subject,
    ["-addext", "keyUsage=critical,keyCertSign,digitalSignature"],
    files,
  );
  let issued = 0;
  const remove = () => rmSync(directory, { recursive: true, force: true });
  return {
    certificateFile: authority.certificateFile,
    certificatePem: readFileSync(authority.certificateFile, "utf8"),
    issue: (names = loopbackNames) => issue(authority, join(directory, String(++issued)), names),
    remove,
    [Symbol.dispose]: remove,
  };
}

const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];

function issue(authority: Files, directory: string, names: readonly string[]): ServerCertificate {
  mkdirSync(directory);
  const files = filesIn(directory);
  const request = join(directory, "request.pem");
  const extensions = join(directory, "extensions");
  const alternatives = names.map((name) => `${isIP(name) === 0 ? "DNS" : "IP"}:${name}`).join(",");
  writeFileSync(extensions, `subjectAltName=${alternatives}\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n`);
  const subject = ["-subj", `/CN=${names[0] ?? "localhost"}`];
  openssl(["req", "-new", "-nodes"], newKey, subject, ["-keyout", files.privateKeyFile, "-out", request]);
  const signer = ["-CA", authority.certificateFile, "-CAkey", authority.privateKeyFile, "-CAcreateserial"];
  const output = ["-extfile", extensions, "-out", files.certificateFile];
  openssl(["x509", "-req", "-in", request, "-days", "2"], signer, output);
  return {
    ...files,
    certificatePem: readFileSync(files.certificateFile, "utf8"),
    privateKeyPem: readFileSync(files.privateKeyFile, "utf8"),
  };
}

interface Files {
  readonly certificateFile: string;
  readonly privateKeyFile: string;
}

function filesIn(directory: string): Files {
  return { certificateFile: join(directory, "certificate.pem"), privateKeyFile: join(directory, "key.pem") };
}

function openssl(...args: readonly string[][]): void {
  execFileSync("openssl", args.flat(), { stdio: "pipe" });
}
