// Signed envelopes around a document; DSSE 1.0 (secure-systems-lab/dsse), with Ed25519 and ECDSA keys.
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import * as z from "zod";
import { InputError } from "../base/errors.ts";

const signature = z.object({ keyid: z.string().optional(), sig: z.base64() });
const envelopeDocument = z.object({
  payloadType: z.string(),
  payload: z.base64(),
  signatures: z.array(signature).min(1),
});

/** A document and who signed it. */
export type Envelope = z.infer<typeof envelopeDocument>;

/** Curves and kinds that can sign here; others sign differently or not at all. */
const keyKinds: ReadonlySet<string | undefined> = new Set(["ed25519", "ec"]);

/** The public half, PEM, of a private key. @throws InputError KEY_UNUSABLE for a key that cannot sign here */
export function publicKeyOf(privateKeyPem: string): string {
  return createPublicKey(readPrivateKey(privateKeyPem)).export({ type: "spki", format: "pem" }).toString();
}

/** @throws InputError KEY_UNUSABLE for a key that nothing here can be signed with */
export function checkPublicKey(publicKeyPem: string): void {
  readPublicKey(publicKeyPem);
}

/** Signs a document. @throws InputError KEY_UNUSABLE for a key that cannot sign here */
export function sealEnvelope(payload: Uint8Array, payloadType: string, privateKeyPem: string): Envelope {
  const key = readPrivateKey(privateKeyPem);
  const sig = sign(digestAlgorithm(key), preAuthentication(payloadType, payload), key).toString("base64");
  const keyid = keyIdOf(createPublicKey(key));
  return { payloadType, payload: Buffer.from(payload).toString("base64"), signatures: [{ keyid, sig }] };
}

/** Reads an envelope as it was stored. @returns undefined when it is none */
export function findEnvelope(bytes: Uint8Array): Envelope | undefined {
  try {
    return envelopeDocument.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
  } catch {
    return undefined;
  }
}

/** The payload, whoever signed it, or nobody. */
export function payloadOf(envelope: Envelope): Buffer {
  return Buffer.from(envelope.payload, "base64");
}

/** True when one of the signatures is this key's. @throws InputError KEY_UNUSABLE */
export function isSignedBy(envelope: Envelope, publicKeyPem: string): boolean {
  const key = readPublicKey(publicKeyPem);
  const signed = preAuthentication(envelope.payloadType, payloadOf(envelope));
  return envelope.signatures.some(({ sig }) => verify(digestAlgorithm(key), signed, key, Buffer.from(sig, "base64")));
}

/** What is signed: type and payload with their lengths, so that neither can pass for a part of the other. */
function preAuthentication(payloadType: string, payload: Uint8Array): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.byteLength} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

function readPrivateKey(pem: string): KeyObject {
  return readKey(
    () => createPrivateKey(pem),
    "unencrypted Ed25519 or ECDSA private key",
    "make one with: openssl genpkey -algorithm ed25519 -out key.pem; openssl pkey -in key.pem -pubout -out key.pub",
  );
}

function readPublicKey(pem: string): KeyObject {
  return readKey(
    () => createPublicKey(pem),
    "Ed25519 or ECDSA public key",
    "give the public half of the key that signed; its owner gets it with: openssl pkey -in key.pem -pubout -out key.pub",
  );
}

function readKey(make: () => KeyObject, expected: string, hint: string): KeyObject {
  try {
    const key = make();
    if (keyKinds.has(key.asymmetricKeyType)) return key;
  } catch {
    // What the parser says may hold parts of the key.
  }
  throw new InputError("KEY_UNUSABLE", `key cannot be used, expected an ${expected} in PEM`, { hint });
}

/** Ed25519 hashes by itself. */
function digestAlgorithm(key: KeyObject): "sha256" | null {
  return key.asymmetricKeyType === "ed25519" ? null : "sha256";
}

function keyIdOf(key: KeyObject): string {
  return createHash("sha256")
    .update(key.export({ type: "spki", format: "der" }))
    .digest("hex");
}
