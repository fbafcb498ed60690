// The vault: a login opens in its own row, under its own key, and nowhere else.
import { Secret } from "../../../../src/base/secret.ts";
import { openSqliteStore } from "../../../../src/server/store/sqlite-store.ts";
import type { Store } from "../../../../src/server/store/store.ts";
import { createLocalKey } from "../../../../src/server/vault/key-encryption.ts";
import {
  findNeededFingerprint,
  openVault,
  type SealedSecret,
  type SecretPlace,
  type Vault,
} from "../../../../src/server/vault/vault.ts";
import { fakeClock } from "../../../support/fake-clock.ts";
import { rejectionOf } from "../../../support/thrown.ts";

const key = createLocalKey(new Secret("ab".repeat(32)), "key");
const otherKey = createLocalKey(new Secret("cd".repeat(32)), "key");
const place: SecretPlace = { accountId: "acc-1", integrationId: "in-1", host: "ghcr.io", version: 3 };
const credential = { username: "bot", password: new Secret("c0rrect horse") };

describe("the vault", () => {
  let store: Store;
  let vault: Vault;
  let sealed: SealedSecret;
  beforeEach(async () => {
    store = openSqliteStore(":memory:", 0);
    vault = await openVault(store, key, fakeClock());
    sealed = await vault.seal(credential, place);
  });
  afterEach(() => store.close());

  const refusal = async (changed: Partial<SealedSecret>, moved: Partial<SecretPlace> = {}) =>
    rejectionOf(vault.open({ ...sealed, ...changed }, { ...place, ...moved }));
  const tamper = (member: string, change: (value: string) => string) => {
    const jwe = JSON.parse(sealed.secret) as Record<string, string>;
    return { secret: JSON.stringify({ ...jwe, [member]: change(jwe[member] ?? "") }) };
  };
  const flip = (text: string) => `${text.startsWith("A") ? "B" : "A"}${text.slice(1)}`;
  const header = (change: Record<string, string>) => (text: string) => {
    const fields = JSON.parse(Buffer.from(text, "base64url").toString()) as Record<string, string>;
    return Buffer.from(JSON.stringify({ ...fields, ...change })).toString("base64url");
  };

  it("opens what it sealed, in the same place", async () => {
    const opened = await vault.open(sealed, place);
    expect(opened.username).toBe("bot");
    expect(opened.password.reveal()).toBe("c0rrect horse");
  });

  it("writes a flattened JWE that holds neither login nor place", () => {
    const jwe = JSON.parse(sealed.secret) as Record<string, string>;
    expect(Object.keys(jwe).toSorted()).toEqual(["ciphertext", "iv", "protected", "tag"]);
    const fields: unknown = JSON.parse(Buffer.from(jwe["protected"] ?? "", "base64url").toString());
    expect(fields).toEqual({ alg: "dir", enc: "A256GCM", kid: sealed.secretKeyId, typ: "scalr-oci-secret+jwe" });
    expect(sealed.secret).not.toMatch(/bot|c0rrect|ghcr/);
  });

  it("seals the same login differently each time", async () => {
    expect((await vault.seal(credential, place)).secret).not.toBe(sealed.secret);
  });

  it("hides how long a password is, up to 64 bytes", async () => {
    const lengthOf = async (password: string) =>
      (await vault.seal({ username: "u", password: new Secret(password) }, place)).secret.length;
    expect(await lengthOf("p")).toBe(await lengthOf("p".repeat(40)));
    expect(await lengthOf("p".repeat(100))).toBeGreaterThan(await lengthOf("p"));
  });

  it.each([
    ["in another row", { integrationId: "in-2" }],
    ["in another account", { accountId: "acc-2" }],
    ["for another host", { host: "evil.example" }],
    ["as an older version", { version: 2 }],
    ["as a newer version", { version: 4 }],
  ])("opens nothing %s", async (_what, moved) => {
    expect(await refusal({}, moved)).toMatchObject({ code: "SECRET_UNREADABLE", kind: "internal" });
  });

  it.each([
    ["ciphertext", flip],
    ["iv", flip],
    ["tag", flip],
    ["tag", (text: string) => text.slice(0, 8)],
    ["tag", () => ""],
    ["protected", header({ alg: "A256KW" })],
    ["protected", header({ enc: "A128GCM" })],
    ["protected", header({ kid: "dek-other" })],
    ["protected", () => ""],
    ["ciphertext", () => ""],
  ])("opens nothing whose %s was changed", async (member, change) => {
    expect(await refusal(tamper(member, change))).toMatchObject({ code: "SECRET_UNREADABLE" });
  });

  it.each(["", "{}", "null", "not json", '{"protected":1}'])(
    "says so for the text %j, without quoting it",
    async (secret) => {
      const error = await refusal({ secret });
      expect(error.code).toBe("SECRET_UNREADABLE");
      expect(error.message).toBe("stored login of integration in-1 does not open");
    },
  );

  it("opens nothing under a data key that is not there", async () => {
    expect(await refusal({ secretKeyId: "dek-none" })).toMatchObject({ code: "SECRET_UNREADABLE" });
  });

  it("gives digests that depend on the text and on its own key", async () => {
    await using other = { store: openSqliteStore(":memory:", 0), [Symbol.asyncDispose]: () => other.store.close() };
    const otherVault = await openVault(other.store, key, fakeClock());
    expect(vault.digest("a")).toMatch(/^[0-9a-f]{64}$/);
    expect(vault.digest("a")).toBe(vault.digest("a"));
    expect(vault.digest("a")).not.toBe(vault.digest("b"));
    expect(vault.digest("a")).not.toBe(otherVault.digest("a"));
  });

  it("uses the same keys after a restart", async () => {
    const again = await openVault(store, key, fakeClock());
    expect((await again.open(sealed, place)).password.reveal()).toBe("c0rrect horse");
    expect(again.digest("a")).toBe(vault.digest("a"));
    expect(await store.listDataKeys()).toHaveLength(2);
  });

  it("makes its keys once when two servers start at once", async () => {
    await using fresh = { store: openSqliteStore(":memory:", 0), [Symbol.asyncDispose]: () => fresh.store.close() };
    const [one, two] = await Promise.all([
      openVault(fresh.store, key, fakeClock()),
      openVault(fresh.store, key, fakeClock()),
    ]);
    expect(await fresh.store.listDataKeys()).toHaveLength(2);
    const sealedByOne = await one.seal(credential, place);
    expect((await two.open(sealedByOne, place)).username).toBe("bot");
  });

  it("does not open with another key, and names the one that it needs", async () => {
    const error = await rejectionOf(openVault(store, otherKey, fakeClock()));
    expect(error).toMatchObject({ code: "KEY_WRONG", got: otherKey.fingerprint, expected: key.fingerprint });
    expect(error.message).toContain(`expected ${key.fingerprint}`);
    expect(await findNeededFingerprint(store)).toBe(key.fingerprint);
  });

  it("does not open when a data key was damaged, even under the right name", async () => {
    const forged = { ...otherKey, fingerprint: key.fingerprint };
    expect(await rejectionOf(openVault(store, forged, fakeClock()))).toMatchObject({ code: "SECRET_UNREADABLE" });
  });
});

describe("a key", () => {
  it.each([
    "ab".repeat(32),
    "AB".repeat(32),
    Buffer.alloc(32, 0xab).toString("base64"),
    Buffer.alloc(32, 0xab).toString("base64url"),
    `${"ab".repeat(32)}\n`,
  ])("is read from %j", (text) => {
    expect(createLocalKey(new Secret(text), "key").fingerprint).toBe(key.fingerprint);
  });

  it.each(["", "short", "ab".repeat(31), "ab".repeat(33), "zz".repeat(32), `${"A".repeat(42)}!`])(
    "is not read from %j, nor quoted",
    (text) => {
      expect(() => createLocalKey(new Secret(text), "--key-file")).toThrow(
        expect.objectContaining({
          code: "KEY_INVALID",
          path: "--key-file",
          message: "key cannot be read, expected 32 bytes as base64 or 64 hex digits",
        }),
      );
    },
  );

  it("has a fingerprint that tells it from others and gives nothing of it away", () => {
    expect(key.fingerprint).toMatch(/^key-[0-9a-f]{16}$/);
    expect(key.fingerprint).not.toBe(otherKey.fingerprint);
    expect(JSON.stringify(key)).not.toMatch(/abab/);
  });
});
