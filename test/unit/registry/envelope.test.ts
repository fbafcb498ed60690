import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import {
  checkPublicKey,
  findEnvelope,
  isSignedBy,
  payloadOf,
  publicKeyOf,
  sealEnvelope,
} from "../../../src/registry/envelope.ts";
import { thrownBy } from "../../support/thrown.ts";

const type = "application/vnd.in-toto+json";
const payload = Buffer.from('{"a":1}');

const pem = (key: KeyObject): string =>
  key.export({ type: key.type === "private" ? "pkcs8" : "spki", format: "pem" }).toString();
const ed25519 = generateKeyPairSync("ed25519");
const p256 = generateKeyPairSync("ec", { namedCurve: "P-256" });

describe.each([
  ["Ed25519", ed25519],
  ["ECDSA P-256", p256],
])("an envelope signed with %s", (_name, { privateKey, publicKey }) => {
  const sealed = sealEnvelope(payload, type, pem(privateKey));

  it("is verified with the public key, and with no other", () => {
    expect(isSignedBy(sealed, pem(publicKey))).toBe(true);
    const other = generateKeyPairSync("ed25519").publicKey;
    expect(isSignedBy(sealed, pem(other))).toBe(false);
  });

  it.each([
    ["payload", { ...sealed, payload: Buffer.from('{"a":2}').toString("base64") }],
    ["payload type", { ...sealed, payloadType: "application/json" }],
    [
      "boundary of type and payload",
      { ...sealed, payloadType: `${type} 7`, payload: Buffer.from('"a":1}').toString("base64") },
    ],
    ["signature", { ...sealed, signatures: [{ sig: Buffer.alloc(64).toString("base64") }] }],
  ])("is refused with another %s", (_what, changed) => {
    expect(isSignedBy(changed, pem(publicKey))).toBe(false);
  });

  it("survives being stored", () => {
    const read = findEnvelope(Buffer.from(JSON.stringify(sealed)));
    expect(read).toEqual(sealed);
    expect(read && payloadOf(read).equals(payload)).toBe(true);
  });

  it("names its key by the digest of the public one", () => {
    const again = sealEnvelope(payload, type, pem(privateKey));
    expect(again.signatures[0]?.keyid).toBe(sealed.signatures[0]?.keyid);
    expect(sealed.signatures[0]?.keyid).toMatch(/^[0-9a-f]{64}$/);
  });
});

it("signs what the specification says is signed", () => {
  // The example of the DSSE protocol: type http://example.com/HelloWorld, payload hello world.
  const sealed = sealEnvelope(Buffer.from("hello world"), "http://example.com/HelloWorld", pem(ed25519.privateKey));
  const signed = Buffer.from("DSSEv1 29 http://example.com/HelloWorld 11 hello world");
  const { verify } = process.getBuiltinModule("node:crypto");
  const signature = Buffer.from(sealed.signatures[0]?.sig ?? "", "base64");
  expect(verify(null, signed, createPublicKey(pem(ed25519.publicKey)), signature)).toBe(true);
});

it.each([
  ["nothing", ""],
  ["no JSON", "x"],
  ["no signatures", JSON.stringify({ payloadType: type, payload: "", signatures: [] })],
  ["no Base64", JSON.stringify({ payloadType: type, payload: "%", signatures: [{ sig: "" }] })],
])("finds no envelope in %s", (_what, text) => {
  expect(findEnvelope(Buffer.from(text))).toBeUndefined();
});

it.each([
  ["rubbish", "canary rubbish"],
  ["a key that signs otherwise", pem(generateKeyPairSync("x25519").privateKey)],
  ["an RSA key", pem(generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey)],
])("refuses %s for a key, without repeating it", (_what, text) => {
  for (const use of [() => sealEnvelope(payload, type, text), () => publicKeyOf(text), () => checkPublicKey(text)]) {
    const error = thrownBy(use);
    expect(error).toMatchObject({ name: "InputError", code: "KEY_UNUSABLE" });
    expect(`${error.message}${error.hint}${String(error.cause)}`).not.toContain("canary");
  }
});

it("takes a public key for no key that signs, and finds the public half of one that does", () => {
  const { privateKey, publicKey } = ed25519;
  expect(publicKeyOf(pem(privateKey))).toBe(pem(publicKey));
  expect(thrownBy(() => publicKeyOf(pem(publicKey)))).toMatchObject({ code: "KEY_UNUSABLE" });
});

it("advises to make a key only to those who sign", () => {
  expect(thrownBy(() => publicKeyOf("x")).hint).toContain("genpkey");
  expect(thrownBy(() => checkPublicKey("x")).hint).not.toContain("genpkey");
});
