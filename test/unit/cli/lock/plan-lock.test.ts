import { isRefused, type LockSources, planLock } from "../../../../src/cli/lock/plan-lock.ts";
import type { LockedModule, ModuleRequest } from "../../../../src/names/module-lock.ts";

const digest = (digit: string) => `sha256:${digit.repeat(64)}` as const;
const vpc: ModuleRequest = { address: "oci://r.example/vpc", version: "~> 1.4" };
const key = "oci://r.example/vpc ~> 1.4";
const db: ModuleRequest = { address: "oci://r.example/db", tag: "stable" };
const old: LockedModule = { tag: "1.4.0", digest: digest("a") };
const newest: LockedModule = { tag: "1.5.0", digest: digest("b") };

/** A registry with these tags, the newest version being the last. */
function registryWith(...tags: LockedModule[]): LockSources {
  return {
    resolve: async ({ tag }) => {
      const found = tag === undefined ? tags.at(-1) : tags.find((one) => one.tag === tag);
      if (found === undefined) throw new Error("nothing there");
      return found;
    },
    findDigest: async (_, tag) => tags.find((one) => one.tag === tag)?.digest,
  };
}
const never = () => false;
const always = () => true;

describe("planLock", () => {
  it.each([
    ["what is new, at its newest", [vpc], [], registryWith(old, newest), never, "added", newest],
    [
      "nothing of what is locked, and says what is newer",
      [vpc],
      [[key, old]],
      registryWith(old, newest),
      never,
      "kept",
      old,
    ],
    ["the newest when it is asked to", [vpc], [[key, old]], registryWith(old, newest), always, "updated", newest],
    ["nothing when there is nothing newer", [vpc], [[key, old]], registryWith(old), always, "kept", old],
    ["the end of what nobody wants", [], [[key, old]], registryWith(old), never, "removed", undefined],
    [
      "a tag whose content changed",
      [vpc],
      [[key, old]],
      registryWith({ ...old, digest: digest("f") }),
      never,
      "moved",
      old,
    ],
    ["a tag that is gone", [vpc], [[key, old]], registryWith(newest), never, "gone", old],
    [
      "a moved tag when it is asked to",
      [vpc],
      [[key, old]],
      registryWith({ ...old, digest: digest("f") }),
      always,
      "updated",
      { ...old, digest: digest("f") },
    ],
  ] as const)("takes %s", async (_, requests, before, sources, isUpdated, outcome, after) => {
    const plan = await planLock(requests, new Map(before), sources, isUpdated);
    expect(plan.entries).toMatchObject([{ key, outcome, after }]);
    expect([...plan.lock]).toEqual(after === undefined ? [] : [[key, after]]);
    expect(isRefused(plan)).toBe(outcome === "moved" || outcome === "gone");
  });

  it("says what is newer, and not of tags, which have no order", async () => {
    const before = new Map([
      [key, old],
      ["oci://r.example/db?tag=stable", { tag: "stable", digest: digest("c") }],
    ]);
    const sources = registryWith(old, { tag: "stable", digest: digest("c") }, newest);
    const { entries } = await planLock([vpc, db], before, sources, never);
    expect(entries.map(({ newerTag }) => newerTag)).toEqual([undefined, "1.5.0"]);
  });

  it("makes one entry of one wish, however often it is there", async () => {
    const { entries } = await planLock([vpc, { ...vpc, version: "~>1.4" }], new Map(), registryWith(old), never);
    expect(entries).toHaveLength(1);
  });

  it("fails as the registry does, with nothing planned", async () => {
    await expect(planLock([db], new Map(), registryWith(), never)).rejects.toThrow("nothing there");
  });
});
