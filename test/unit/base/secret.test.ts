import { format, inspect } from "node:util";
import { Secret } from "../../../src/base/secret.ts";

const canary = "canary-5f0d";
/** The secret as it looks to code that has lost its type. */
const untyped = (secret: Secret) => secret as unknown as string;

describe("Secret", () => {
  const secret = new Secret(canary);

  it("gives the text to who asks for it by name", () => expect(secret.reveal()).toBe(canary));

  it.each([
    ["String()", () => String(secret)],
    ["a template", () => `secret: ${untyped(secret)}`],
    ["joining", () => ["", untyped(secret)].join("")],
    ["JSON", () => JSON.stringify({ secret, list: [secret] })],
    ["inspect", () => inspect({ secret }, { depth: 9, showHidden: true, getters: true })],
    ["format", () => format("%s %o %O %j", secret, secret, secret, secret)],
    ["an error's cause", () => inspect(new Error("x", { cause: secret }))],
  ])("does not give it to %s", (_way, print) => {
    expect(print()).toContain("[secret]");
    expect(print()).not.toContain(canary);
  });

  it.each([
    ["its keys", () => JSON.stringify([Reflect.ownKeys(secret), Object.entries(secret)])],
    ["a copy", () => JSON.stringify(Object.assign({}, secret))],
    ["structuredClone", () => inspect(structuredClone(secret))],
  ])("does not give it to %s", (_way, print) => expect(print()).not.toContain(canary));
});
