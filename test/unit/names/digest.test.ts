import { digestOf, isDigest } from "../../../src/names/digest.ts";

const hex = "0123456789abcdef".repeat(8);

describe("digests", () => {
  it.each([`sha256:${hex.slice(64)}`, `sha512:${hex}`])("takes %s", (text) => expect(isDigest(text)).toBe(true));

  it.each([
    ["nothing", ""],
    ["no algorithm", hex.slice(64)],
    ["upper case", `sha256:${hex.slice(64).toUpperCase()}`],
    ["one digit short", `sha256:${hex.slice(65)}`],
    ["one digit more", `sha256:${hex.slice(63)}`],
    ["sha512 with the length of sha256", `sha512:${hex.slice(64)}`],
    ["an algorithm that is not registered", `md5:${hex.slice(96)}`],
    ["a line end behind it", `sha256:${hex.slice(64)}\n`],
  ])("refuses %s", (_why, text) => expect(isDigest(text)).toBe(false));

  it("digests bytes with SHA-256 (FIPS 180-4, the empty message and abc)", () => {
    expect(digestOf(new Uint8Array())).toBe("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(digestOf(Buffer.from("abc"))).toBe(
      "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
  });
});
