import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeDirectories } from "../../../src/base/directory.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

describe("makeDirectories", () => {
  let workspace: Workspace;
  beforeEach(() => {
    workspace = createWorkspace();
  });
  afterEach(() => workspace.remove());

  it("makes what is missing, with the mode, and leaves what is there", () => {
    const path = workspace.path("a", "b", "c");
    mkdirSync(workspace.path("a"), { mode: 0o755 });
    makeDirectories(path, 0o700);
    makeDirectories(path, 0o700);
    const modes = [path, join(path, ".."), workspace.path("a")].map((each) => statSync(each).mode & 0o777);
    expect(modes).toEqual([0o700, 0o700, 0o755]);
  });

  it.each(["file", join("file", "below")])("throws for %s, which is no directory or below none", (name) => {
    writeFileSync(workspace.path("file"), "");
    expect(() => makeDirectories(workspace.path(name))).toThrow(/EEXIST|ENOTDIR/);
  });

  const onLinux = process.platform === "linux" ? it : it.skip;
  onLinux("ends for a path below /proc", () => {
    expect(() => makeDirectories("/proc/scalr-oci/data")).toThrow(/ENOENT/);
  });
});
