// The server's own certificate for `--tls self`: no authority, good only for the names it is reached by; clients trust it by
// SSL_CERT_FILE. Kept in the data directory and renewed at start.
import { createPrivateKey, X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { isIP } from "node:net";
import { join } from "node:path";
import ipaddr from "ipaddr.js";
import { createSelfSignedCertificate } from "../../base/certificate.ts";
import { writeWholeFile } from "../../base/whole-file.ts";
import type { ServerCertificate } from "../http-server.ts";

const day = 86_400_000;
/** The longest that Apple's clients accept of a certificate they are told to trust. */
const lifetimeMs = 825 * day;
/** A server is started anew at least this often, hopefully. */
const renewBeforeEndMs = 90 * day;
/** Clocks of clients run behind. */
const backdateMs = day;

const certificateFile = "cert.pem";
const privateKeyFile = "cert-key.pem";

export interface SelfSignedOptions {
  /** Undefined keeps it in memory. */
  readonly dataDirectory: string | undefined;
  readonly listenHost: string;
  /** More names and addresses that clients use. */
  readonly names: readonly string[];
  readonly now: number;
}

export interface SelfSigned extends ServerCertificate {
  /** True when it was made just now: who trusts the one before has to be told. */
  readonly isNew: boolean;
}

/** The stored certificate while it is good for these names, else a new one. */
export function ensureSelfSignedCertificate(options: SelfSignedOptions): SelfSigned {
  const subjects = subjectsOf(options);
  const stored = options.dataDirectory === undefined ? undefined : readStored(options.dataDirectory);
  if (stored !== undefined && isGood(stored, subjects, options.now)) return { ...stored, isNew: false };
  const made = createSelfSignedCertificate({
    commonName: "scalr-oci serve",
    dnsNames: subjects.filter((subject) => isIP(subject) === 0),
    ipAddresses: subjects.filter((subject) => isIP(subject) !== 0),
    notBefore: new Date(options.now - backdateMs),
    notAfter: new Date(options.now - backdateMs + lifetimeMs),
  });
  if (options.dataDirectory !== undefined) store(options.dataDirectory, made);
  return { certificatePem: made.certificatePem, privateKeyPem: made.privateKeyPem, isNew: true };
}

/** A wildcard address is nobody's name: the machine's own stands for it. */
function subjectsOf({ listenHost, names }: SelfSignedOptions): string[] {
  const listened = listenHost === "0.0.0.0" || listenHost === "::" ? hostname() : listenHost;
  return [...new Set([...[listened, "localhost", "127.0.0.1", "::1"], ...names].map(normalize))];
}

function normalize(subject: string): string {
  return isIP(subject) === 0 ? subject.toLowerCase() : ipaddr.parse(subject).toString();
}

function readStored(directory: string): ServerCertificate | undefined {
  const paths = [join(directory, certificateFile), join(directory, privateKeyFile)] as const;
  if (!paths.every((path) => existsSync(path))) return undefined;
  return { certificatePem: readFileSync(paths[0], "utf8"), privateKeyPem: readFileSync(paths[1], "utf8") };
}

function store(directory: string, made: ServerCertificate): void {
  writeWholeFile(join(directory, privateKeyFile), made.privateKeyPem);
  writeWholeFile(join(directory, certificateFile), made.certificatePem);
}

function isGood(stored: ServerCertificate, subjects: readonly string[], now: number): boolean {
  try {
    const certificate = new X509Certificate(stored.certificatePem);
    if (!certificate.checkPrivateKey(createPrivateKey(stored.privateKeyPem))) return false;
    if (certificate.validToDate.getTime() - now < renewBeforeEndMs || certificate.validFromDate.getTime() > now)
      return false;
    return subjectsIn(certificate).toSorted().join() === subjects.toSorted().join();
  } catch {
    // What cannot be read is replaced.
    return false;
  }
}

function subjectsIn(certificate: X509Certificate): string[] {
  const entries = certificate.subjectAltName?.split(", ") ?? [];
  return entries.map((entry) => normalize(entry.replace(/^(?:DNS|IP Address):/, "")));
}
