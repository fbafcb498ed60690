import {
  findNewerVersion,
  aliasesOf,
  findVersionOfTag,
  parseVersion,
  sortVersions,
} from "../../../src/registry/version-tag.ts";
import { thrownBy } from "../../support/thrown.ts";

describe("parseVersion", () => {
  it.each([
    ["1.4.0", "1.4.0", "1.4.0"],
    ["2.0.0-rc.1", "2.0.0-rc.1", "2.0.0-rc.1"],
    ["1.0.0+build.5", "1.0.0+build.5", "1.0.0_build.5"],
    ["1.0.0-a+b.1", "1.0.0-a+b.1", "1.0.0-a_b.1"],
    [" 1.2.3 ", undefined, undefined],
  ])("reads %j", (text, version, tag) => {
    if (version === undefined) expect(thrownBy(() => parseVersion(text))).toMatchObject({ hint: "use 1.2.3" });
    else expect(parseVersion(text)).toEqual({ version, tag });
  });

  it.each([
    ["v1.4.0", "use 1.4.0"],
    ["=1.4.0", "use 1.4.0"],
    ["1.4", undefined],
    ["1", undefined],
    ["latest", undefined],
    ["01.2.3", undefined],
    ["1.2.3-", undefined],
    ["", undefined],
    [`1.2.3-${"a".repeat(130)}`, `use 1.2.3-${"a".repeat(130)}`],
  ])("refuses %.20j", (text, hint) => {
    const error = thrownBy(() => parseVersion(text));
    expect(error).toMatchObject({ name: "InputError", code: "VERSION_INVALID" });
    if (text.length < 20) expect(error.hint).toBe(hint);
  });
});

describe("findVersionOfTag", () => {
  it.each([
    ["1.4.0", "1.4.0"],
    ["1.0.0_build.5", "1.0.0+build.5"],
    ["1.0.0-rc.1", "1.0.0-rc.1"],
    ["1.4", undefined],
    ["v1.4.0", undefined],
    ["latest", undefined],
    ["sha256-0123", undefined],
    ["1.0.0_a_b", undefined],
  ])("of %j is %j", (tag, version) => {
    expect(findVersionOfTag(tag)).toBe(version);
  });
});

describe("sortVersions", () => {
  it("puts the newest first and leaves out what is no version", () => {
    const tags = ["1.9.0", "latest", "1.10.0", "1.10.0-rc.1", "2", "0.1.0", "1.10.0_b2", "1.10.0_b10"];
    expect(sortVersions(tags)).toEqual(["1.10.0+b2", "1.10.0+b10", "1.10.0", "1.10.0-rc.1", "1.9.0", "0.1.0"]);
  });
});

describe("aliasesOf", () => {
  it.each([
    ["1.4.0", [], ["1.4", "1"]],
    ["1.4.0", ["1.4.0"], ["1.4", "1"]],
    ["1.4.1", ["1.4.0", "1.5.0"], ["1.4"]],
    ["1.4.1", ["1.4.2", "1.5.0"], []],
    ["1.4.1", ["1.4.2-rc.1", "1.5.0-beta"], ["1.4", "1"]],
    ["1.5.0", ["1.4.0", "2.0.0"], ["1.5", "1"]],
    ["2.0.0-rc.1", [], []],
    ["0.3.0", ["0.2.0"], ["0.3", "0"]],
    ["1.4.0+a", ["1.4.0"], ["1.4", "1"]],
    ["1.4.0", ["latest", "1", "1.4", "garbage"], ["1.4", "1"]],
  ])("of %s beside %j are %j", (version, tags, aliases) => {
    expect(aliasesOf(version, tags)).toEqual(aliases);
  });
});

it.each([
  ["1", "1.1.0", "1.3.0"],
  ["1.2", "1.2.0", "1.2.1"],
  ["1.3", "1.3.0", undefined],
  ["1", "1.3.0", undefined],
])("finds what is newer in %s than %s: %s", (line, version, newer) => {
  const tags = ["1", "1.1.0", "1.2.1", "1.3.0_b1", "1.4.0-rc.1", "2.0.0", "1.3.0", "latest"];
  expect(
    findNewerVersion(
      line,
      version,
      tags.filter((one) => one !== "1.3.0_b1"),
    ),
  ).toBe(newer);
  expect(findNewerVersion("1", "1.3.0+b1", tags)).toBeUndefined();
});
