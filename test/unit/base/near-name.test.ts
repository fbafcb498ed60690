import { findNearName } from "../../../src/base/near-name.ts";

describe("the nearest name", () => {
  it.each([
    ["sorce", "source"],
    ["soruce", "source"],
    ["Source", "source"],
    ["profil", "profile"],
    ["host", "hosts"],
    ["sourcess", "sources"],
    ["x", undefined],
    ["", undefined],
    ["password", undefined],
    ["xx", undefined],
  ])("of %j is %j", (text, expected) => {
    expect(findNearName(text, ["hosts", "source", "sources", "profile", "role"])).toBe(expected);
  });

  it("of none is none", () => {
    expect(findNearName("source", [])).toBeUndefined();
  });
});
