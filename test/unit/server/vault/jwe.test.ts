// One algorithm, one way: a JWE that says another is refused even where the key would fit.
import { CompactEncrypt, FlattenedEncrypt } from "jose";
import { decryptJwe, encryptJwe } from "../../../../src/server/vault/jwe.ts";

const key = Buffer.alloc(32, 7);
const plaintext = Buffer.from("c0rrect horse");
const context = "the place";

async function forge(header: { alg: string; enc: string }): Promise<string> {
  const jwe = await new FlattenedEncrypt(plaintext)
    .setProtectedHeader(header)
    .setAdditionalAuthenticatedData(Buffer.from(context))
    .encrypt(key);
  return JSON.stringify(jwe);
}

describe("a sealed text", () => {
  it("opens with its key and its associated data", async () => {
    const sealed = await encryptJwe(plaintext, key, "dek-1", context);
    expect(Buffer.from(await decryptJwe(sealed, key, context))).toEqual(plaintext);
    await expect(decryptJwe(sealed, Buffer.alloc(32, 8), context)).rejects.toThrow();
    await expect(decryptJwe(sealed, key, "another place")).rejects.toThrow();
  });

  it.each([
    { alg: "dir", enc: "A128CBC-HS256" },
    { alg: "A256KW", enc: "A256GCM" },
    { alg: "A256GCMKW", enc: "A256GCM" },
  ])("is refused with %j, though the key would fit", async (header) => {
    await expect(decryptJwe(await forge(header), key, context)).rejects.toMatchObject({
      code: "ERR_JOSE_ALG_NOT_ALLOWED",
    });
  });

  it("is refused in another serialization", async () => {
    const compact = await new CompactEncrypt(plaintext).setProtectedHeader({ alg: "dir", enc: "A256GCM" }).encrypt(key);
    await expect(decryptJwe(compact, key, context)).rejects.toThrow();
    await expect(decryptJwe(JSON.stringify(compact), key, context)).rejects.toThrow();
  });
});
