// Lock files under git's own merge: what merges cleanly is the merge of both, and what does not is read as what is undisputed.
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import {
  formatModuleLock,
  keyOfRequest,
  type LockedModule,
  type ModuleLock,
  parseConflictedLock,
  parseModuleLock,
} from "../../src/names/module-lock.ts";
import { realPart } from "../support/real-parts.ts";
import { createWorkspace, type Workspace } from "../support/workspace.ts";

const git = await realPart("git");
const versions = ["1.0.0", "1.1.0", "2.0.0"] as const;
const names = ["a", "b", "c", "d", "e"] as const;

const keyOf = (name: string) => keyOfRequest({ address: `oci://r.example/${name}`, version: ">= 1.0" });
/** Another digest for each version of each module, as registries have it. */
const contentOf = (name: string, version: string): LockedModule => {
  const digit = (names.indexOf(name as "a") * versions.length + versions.indexOf(version as "1.0.0")).toString(16);
  return { tag: version, digest: `sha256:${digit.repeat(64)}` };
};
type Wanted = readonly (string | undefined)[];

const lockOf = (wanted: Wanted): ModuleLock =>
  new Map(
    wanted.flatMap((version, index) => {
      const name = names[index] ?? "";
      return version === undefined ? [] : [[keyOf(name), contentOf(name, version)] as const];
    }),
  );
const anyVersion = fc.option(fc.constantFrom(...versions), { nil: undefined, freq: 4 });
const anyWanted = fc.tuple(...names.map(() => anyVersion));
/** One person's work: some modules at other versions, new, or gone. */
const anyWork = fc.array(fc.tuple(fc.nat(names.length - 1), anyVersion), { maxLength: 3 });
const after = (wanted: Wanted, work: readonly (readonly [number, string | undefined])[]): Wanted =>
  work.reduce((changed, [index, version]) => changed.with(index, version), wanted);

/** What a merge of one entry is; undefined twice over for a dispute. */
function mergeOf(
  base?: LockedModule,
  ours?: LockedModule,
  theirs?: LockedModule,
): { entry?: LockedModule } | "dispute" {
  const isSame = (one?: LockedModule, other?: LockedModule) => one?.digest === other?.digest;
  if (isSame(ours, theirs) || isSame(theirs, base)) return ours === undefined ? {} : { entry: ours };
  if (isSame(ours, base)) return theirs === undefined ? {} : { entry: theirs };
  return "dispute";
}

git.describe("git's merge of two locks", () => {
  let workspace: Workspace;
  beforeAll(() => (workspace = createWorkspace()));
  afterAll(() => workspace.remove());

  const merge = (base: ModuleLock, ours: ModuleLock, theirs: ModuleLock) => {
    const files = Object.entries({ ours, base, theirs }).map(([name, lock]) =>
      workspace.write(name, formatModuleLock(lock)),
    );
    const { status, stdout } = spawnSync(git.path, ["merge-file", "-p", ...files], {
      env: workspace.environment(),
      encoding: "utf8",
    });
    return { isClean: status === 0, text: stdout };
  };
  const seen = { clean: 0, conflicted: 0, undisputed: 0, kept: 0 };

  it("is the merge of both when it is clean, and when it is not, what nobody disputes is never anything else", () => {
    fc.assert(
      fc.property(anyWanted, anyWork, anyWork, (wanted, oneWork, otherWork) => {
        const base = lockOf(wanted);
        const [ours, theirs] = [lockOf(after(wanted, oneWork)), lockOf(after(wanted, otherWork))];
        const { isClean, text } = merge(base, ours, theirs);
        // Of a merge that git takes for clean, a module that is there twice is a conflict.
        const mended = parseConflictedLock(text);
        const merged = mended ?? parseModuleLock(text);
        seen[mended === undefined ? "clean" : "conflicted"] += 1;
        expect(isClean || mended !== undefined).toBe(true);
        for (const key of names.map(keyOf)) {
          const [one, other] = [ours.get(key), theirs.get(key)];
          const expected = mergeOf(base.get(key), one, other);
          const got = merged?.get(key);
          if (mended === undefined)
            expect({ key, ...(got && { entry: got }) }).toEqual({ key, ...(expected as object) });
          else if (got !== undefined) expect([one, other]).toContainEqual(got);
          if (mended === undefined || one === undefined || one.digest !== other?.digest) continue;
          seen.undisputed += 1;
          if (got !== undefined) seen.kept += 1;
        }
      }),
      { numRuns: 300 },
    );
    expect(seen.clean).toBeGreaterThan(10);
    expect(seen.conflicted).toBeGreaterThan(10);
    // What nobody disputes is nearly always kept; what a border runs through is asked for anew.
    expect(seen.kept / seen.undisputed).toBeGreaterThan(0.7);
  });

  it("is clean whenever each updated modules that the other left alone", () => {
    const choice = fc.constantFrom("ours", "theirs", "nobody");
    fc.assert(
      fc.property(fc.array(choice, { minLength: names.length, maxLength: names.length }), (who) => {
        const sideOf = (side: string) => lockOf(who.map((one) => (one === side ? "1.1.0" : "1.0.0")));
        const { isClean, text } = merge(sideOf("base"), sideOf("ours"), sideOf("theirs"));
        expect(isClean).toBe(true);
        expect([...parseModuleLock(text).values()].map(({ tag }) => tag)).toEqual(
          who.map((side) => (side === "nobody" ? "1.0.0" : "1.1.0")),
        );
      }),
      { numRuns: 100 },
    );
  });
});
