// Makes P-256 certificates with node:crypto and a little DER; RFC 5280 (X.509 v3), RFC 5480 (keys), X.690 (DER).
import { createHash, createPublicKey, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { isIP } from "node:net";
import { InputError } from "./errors.ts";

/** Names of RFC 5280 section 4.2.1.3, in the order of their bits. */
const keyUsageNames = [
  "digitalSignature",
  "contentCommitment",
  "keyEncipherment",
  "dataEncipherment",
  "keyAgreement",
  "keyCertSign",
  "cRLSign",
] as const;

export type KeyUsage = (typeof keyUsageNames)[number];

/** RFC 5280 section 4.2.1.12: 1.3.6.1.5.5.7.3.1 and .2. */
const extendedKeyUsageLastArc = { serverAuth: 1, clientAuth: 2 } as const;

export type ExtendedKeyUsage = keyof typeof extendedKeyUsageLastArc;

export interface CertificateOptions {
  /** At most 64 characters; RFC 5280 appendix A.1. */
  readonly commonName: string;
  /** Host names the certificate is good for; clients look here, not at the common name. */
  readonly dnsNames?: readonly string[];
  /** IPv4 and IPv6 addresses the certificate is good for. */
  readonly ipAddresses?: readonly string[];
  /** May it sign others; false unless asked. */
  readonly isAuthority?: boolean;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** `digitalSignature` unless given, with `keyCertSign` for an authority. */
  readonly keyUsages?: readonly KeyUsage[];
  /** `serverAuth` unless given, none for an authority; an empty list leaves the extension out. */
  readonly extendedKeyUsages?: readonly ExtendedKeyUsage[];
}

export interface Certificate {
  readonly certificatePem: string;
  readonly certificateDer: Buffer;
  /** PKCS #8, not encrypted. */
  readonly privateKeyPem: string;
}

/**
 * A new P-256 key and a certificate signed with it, in 1 to 5 ms.
 * @throws InputError INVALID_ARGUMENT for a name, address or period that cannot be written
 */
export function createSelfSignedCertificate(options: CertificateOptions): Certificate {
  const keys = newKeys();
  const subject = encodeName(options.commonName);
  return issue(options, { keys, subject, issuer: subject, issuerKeys: keys });
}

/**
 * A new P-256 key and a certificate for it, signed by `issuer`.
 * @param issuer a certificate of this module made with `isAuthority`
 * @throws InputError INVALID_ARGUMENT as createSelfSignedCertificate
 */
export function createSignedCertificate(options: CertificateOptions, issuer: Certificate): Certificate {
  const publicKey = createPublicKey(issuer.privateKeyPem).export({ type: "spki", format: "der" });
  const issuerKeys = { publicKey, privateKey: issuer.privateKeyPem };
  const subject = encodeName(options.commonName);
  return issue(options, { keys: newKeys(), subject, issuer: subjectOf(issuer.certificateDer), issuerKeys });
}

interface Keys {
  /** DER of SubjectPublicKeyInfo. */
  readonly publicKey: Buffer;
  /** PEM of PKCS #8. */
  readonly privateKey: string;
}

interface Parties {
  readonly keys: Keys;
  readonly subject: Buffer;
  readonly issuer: Buffer;
  readonly issuerKeys: Keys;
}

function newKeys(): Keys {
  return generateKeyPairSync("ec", {
    namedCurve: "P-256",
    publicKeyEncoding: { type: "spki", format: "der" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
}

function issue(options: CertificateOptions, parties: Parties): Certificate {
  const toBeSigned = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(serialNumber()),
    ecdsaWithSha256,
    parties.issuer,
    validity(options),
    parties.subject,
    parties.keys.publicKey,
    explicit(3, sequence(...extensions(options, parties))),
  );
  const signature = sign("sha256", toBeSigned, parties.issuerKeys.privateKey);
  const certificateDer = sequence(toBeSigned, ecdsaWithSha256, bitString(signature));
  return { certificateDer, certificatePem: toPem(certificateDer), privateKeyPem: parties.keys.privateKey };
}

/** 127 random bits, positive and never zero; RFC 5280 section 4.1.2.2 allows 20 octets. */
function serialNumber(): Buffer {
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  return serial;
}

function validity({ notBefore, notAfter }: CertificateOptions): Buffer {
  if (!(notBefore.getTime() < notAfter.getTime())) {
    throw wrong("validity", "the certificate ends before it begins", "notBefore earlier than notAfter");
  }
  return sequence(time(notBefore), time(notAfter));
}

/** UTCTime to the end of 2049, GeneralizedTime after it; RFC 5280 section 4.1.2.5. */
function time(moment: Date): Buffer {
  const digits = moment.toISOString().replace(/[-:T]|\.\d+/g, "");
  return moment.getUTCFullYear() < 2050 ? der(0x17, Buffer.from(digits.slice(2))) : der(0x18, Buffer.from(digits));
}

function extensions(options: CertificateOptions, parties: Parties): Buffer[] {
  const isAuthority = options.isAuthority ?? false;
  const keyUsages = options.keyUsages ?? (isAuthority ? ["digitalSignature", "keyCertSign"] : ["digitalSignature"]);
  const extended = options.extendedKeyUsages ?? (isAuthority ? [] : ["serverAuth"]);
  const names = [...(options.dnsNames ?? []).map(dnsName), ...(options.ipAddresses ?? []).map(ipAddress)];
  const list = [
    extension(19, sequence(...(isAuthority ? [boolean(true)] : [])), "critical"),
    extension(15, keyUsageBits(keyUsages), "critical"),
    extension(14, der(0x04, keyIdentifier(parties.keys.publicKey))),
    extension(35, sequence(der(0x80, keyIdentifier(parties.issuerKeys.publicKey)))),
  ];
  if (extended.length > 0) list.push(extension(37, sequence(...extended.map(extendedKeyUsage))));
  if (names.length > 0) list.push(extension(17, sequence(...names)));
  return list;
}

/** An extension of arc 2.5.29; RFC 5280 section 4.2.1. */
function extension(lastArc: number, value: Buffer, critical?: "critical"): Buffer {
  const id = der(0x06, Buffer.from([0x55, 0x1d, lastArc]));
  return sequence(id, ...(critical === undefined ? [] : [boolean(true)]), der(0x04, value));
}

/** A named bit list: trailing zero bits are left out; X.690 section 11.2.2. */
function keyUsageBits(usages: readonly KeyUsage[]): Buffer {
  const bits = usages.reduce((sum, usage) => sum | (0x80 >> keyUsageNames.indexOf(usage)), 0);
  const unusedBits = 31 - Math.clz32(bits & -bits);
  return der(0x03, Buffer.from(bits === 0 ? [0] : [unusedBits, bits]));
}

function extendedKeyUsage(usage: ExtendedKeyUsage): Buffer {
  return der(0x06, Buffer.from([0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, extendedKeyUsageLastArc[usage]]));
}

function dnsName(name: string): Buffer {
  if (!/^(?:\*\.)?[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?$/.test(name)) {
    throw wrong("dnsNames", "a name in the certificate is no host name", "an ASCII host name such as localhost");
  }
  return der(0x82, Buffer.from(name, "ascii"));
}

function ipAddress(address: string): Buffer {
  const version = isIP(address);
  if (version === 4) return der(0x87, Buffer.from(address.split(".").map(Number)));
  if (version === 6 && !address.includes("%")) return der(0x87, ipv6Bytes(address));
  throw wrong("ipAddresses", "an address in the certificate is no IP address", "IPv4 or IPv6 without a zone");
}

function ipv6Bytes(address: string): Buffer {
  // WHATWG URLs print IPv6 in hexadecimal groups with at most one `::`, whatever was given.
  const [head = "", tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const groups = (text: string | undefined): number[] =>
    text === undefined || text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
  const [left, right] = [groups(head), groups(tail)];
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => 0);
  return Buffer.from([...left, ...zeros, ...right].flatMap((group) => [group >> 8, group & 0xff]));
}

/** SHA-1 of the public key's bits; RFC 5280 section 4.2.1.2 method 1. It names the key and protects nothing. */
function keyIdentifier(publicKey: Buffer): Buffer {
  // The last 65 bytes of a P-256 SubjectPublicKeyInfo are the uncompressed point.
  return createHash("sha1").update(publicKey.subarray(-65)).digest();
}

function encodeName(commonName: string): Buffer {
  const length = Array.from(commonName).length;
  if (length < 1 || length > 64) {
    throw wrong("commonName", `the common name has ${length} characters`, "1 to 64 characters");
  }
  const id = der(0x06, Buffer.from([0x55, 0x04, 0x03]));
  return sequence(der(0x31, sequence(id, der(0x0c, Buffer.from(commonName, "utf8")))));
}

/** The subject's DER out of a certificate: the sixth part of the signed sequence; RFC 5280 section 4.1. */
function subjectOf(certificate: Buffer): Buffer {
  let rest = content(content(certificate));
  for (let index = 0; index < 5; index += 1) rest = rest.subarray(elementLength(rest));
  return rest.subarray(0, elementLength(rest));
}

function content(element: Buffer): Buffer {
  return element.subarray(headerLength(element), elementLength(element));
}

function headerLength(element: Buffer): number {
  const first = element.readUInt8(1);
  return first < 0x80 ? 2 : 2 + (first & 0x7f);
}

function elementLength(element: Buffer): number {
  const first = element.readUInt8(1);
  return headerLength(element) + (first < 0x80 ? first : element.readUIntBE(2, first & 0x7f));
}

/** 1.2.840.10045.4.3.2; RFC 5758 section 3.2. */
const ecdsaWithSha256 = sequence(der(0x06, Buffer.from([0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02])));

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function explicit(tag: number, value: Buffer): Buffer {
  return der(0xa0 | tag, value);
}

function integer(value: Buffer): Buffer {
  return der(0x02, value);
}

function boolean(value: boolean): Buffer {
  return der(0x01, Buffer.from([value ? 0xff : 0]));
}

function bitString(value: Buffer): Buffer {
  return der(0x03, Buffer.concat([Buffer.from([0]), value]));
}

function der(tag: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag, ...lengthOctets(value.length)]), value]);
}

function lengthOctets(length: number): number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

function toPem(certificate: Buffer): string {
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

function wrong(path: string, message: string, expected: string): InputError {
  return new InputError("INVALID_ARGUMENT", `${message}, expected ${expected}`, { path, expected });
}
