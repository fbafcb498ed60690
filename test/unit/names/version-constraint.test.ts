import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  compareVersions,
  findNewest,
  findTaggedVersion,
  parseVersionConstraint,
} from "../../../src/names/version-constraint.ts";
import { root } from "../../support/source-files.ts";
import { thrownBy } from "../../support/thrown.ts";

// test/contract/names/version-constraints.test.ts holds the vectors against OpenTofu.
const vectors = JSON.parse(readFileSync(join(root, "test/vectors/version-constraints.json"), "utf8")) as {
  readonly versions: Readonly<Record<string, readonly string[]>>;
  readonly valid: readonly {
    readonly versions: string;
    readonly constraint: string;
    readonly version: string | null;
  }[];
  readonly invalid: readonly string[];
};

describe("a version constraint chooses what OpenTofu chooses", () => {
  it("from at least a hundred cases", () => {
    expect(vectors.valid.length).toBeGreaterThanOrEqual(100);
  });

  it.each(vectors.valid)("$constraint of the $versions versions: $version", ({ versions, constraint, version }) => {
    expect(findNewest(vectors.versions[versions] ?? [], parseVersionConstraint(constraint)) ?? null).toBe(version);
  });

  it.each(vectors.invalid)("%j is refused", (constraint) => {
    expect(thrownBy(() => parseVersionConstraint(constraint))).toMatchObject({ code: "VERSION_CONSTRAINT_INVALID" });
  });

  it.each([
    ["^1.4.2", "use >= 1.4.2, < 2"],
    ["^0.4.2", "use >= 0.4.2, < 0.5"],
    ["^0.0.2", "use >= 0.0.2, < 0.0.3"],
    ["^0.0", "use >= 0.0, < 0.1"],
    ["~1.4.2", "use ~> 1.4.2"],
    ["1.x", "use ~> 1.0"],
    ["1.4.*", "use ~> 1.4.0"],
    ["==1.0", "use = 1.0"],
    ["=> 1.0", "use >= 1.0"],
    ["latest", undefined],
    ["", undefined],
  ])("%j is answered with the right spelling: %s", (constraint, hint) => {
    expect(thrownBy(() => parseVersionConstraint(constraint)).hint).toBe(hint);
  });

  it("refuses one that is too long without looking at it", () => {
    expect(thrownBy(() => parseVersionConstraint("1,".repeat(200))).message).toBe(
      "version constraint has 400 characters, expected at most 256",
    );
  });

  it("passes over what is no version, and does not mind the order", () => {
    const constraint = parseVersionConstraint("~> 1.0");
    expect(findNewest(["latest", "1.2.0", "x", "1.10.0", "", "1.9.0"], constraint)).toBe("1.10.0");
  });
});

describe("compareVersions", () => {
  // Semantic Versioning 2.0.0 section 11.4, and what stands around it.
  const ascending = [
    "no version",
    "0.9.9",
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-beta",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc.1",
    "1.0.0",
    "1.0.1",
    "1.10.0",
    "10.0.0",
  ];

  it("has the order of the specification", () => {
    for (const [index, one] of ascending.entries()) {
      for (const [otherIndex, other] of ascending.entries()) {
        expect([one, other, Math.sign(compareVersions(one, other))]).toEqual([
          one,
          other,
          Math.sign(index - otherIndex),
        ]);
      }
    }
  });

  it("does not look at build metadata", () => {
    expect(compareVersions("1.0.0+1", "1.0.0+2")).toBe(0);
  });
});

describe("findTaggedVersion", () => {
  it.each([
    ["1.4.0", "1.4.0"],
    ["v1.4.0", "1.4.0"],
    ["1.4.0-rc.1", "1.4.0-rc.1"],
    ["1.4.0_build.5", "1.4.0+build.5"],
    ["1.4", undefined],
    ["1", undefined],
    ["latest", undefined],
    ["1.4.0.1", undefined],
    ["release-1.4.0", undefined],
    ["sha256-abc", undefined],
  ])("%s is %s", (tag, version) => {
    expect(findTaggedVersion(tag)).toBe(version);
  });
});
