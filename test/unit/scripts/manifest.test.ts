// The packed manifest has what users need and nothing of the development.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packedManifest } from "../../../scripts/manifest.ts";
import { root } from "../../support/source-files.ts";

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Record<string, unknown>;

describe("packedManifest", () => {
  it("leaves out the development's own fields", () => {
    const dropped = Object.keys(manifest).filter((name) => !(name in packedManifest(manifest)));
    expect(dropped.toSorted()).toEqual([
      "allowScripts",
      "devDependencies",
      "optionalDependencies",
      "overrides",
      "scripts",
    ]);
  });

  it("keeps everything else as it is", () => {
    expect(manifest).toMatchObject(packedManifest(manifest));
  });
});
