import { readFileSync } from "node:fs";
import { isNodeTooOld, oldestNode, refuseOldNode } from "../../../src/base/required-node.ts";
import { thrownBy } from "../../support/thrown.ts";

describe("the oldest Node", () => {
  it("is what package.json says", () => {
    const path = new URL("../../../package.json", import.meta.url);
    const { engines } = JSON.parse(readFileSync(path, "utf8")) as { engines: { node: string } };
    expect(engines.node).toBe(`>=${oldestNode}`);
  });

  it.each(["20.20.2", "v20.20.2", "22.18.9", "v18.0.0"])("is newer than %s", (version) => {
    expect(isNodeTooOld(version)).toBe(true);
    expect(thrownBy(() => refuseOldNode(version))).toMatchObject({
      code: "NODE_TOO_OLD",
      message: `node on PATH is too old, got ${version}, expected 22.19 or newer`,
      hint: "put node 22.19 or newer first on PATH",
    });
  });

  it.each(["22.19.0", "v22.19.0", "22.20.1", "24.0.0", "100.0.0"])("is not newer than %s", (version) => {
    expect(isNodeTooOld(version)).toBe(false);
    expect(() => refuseOldNode(version)).not.toThrow();
  });
});
