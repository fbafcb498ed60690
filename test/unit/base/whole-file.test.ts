import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { writeWholeFile } from "../../../src/base/whole-file.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

describe("writeWholeFile", () => {
  let workspace: Workspace;
  let path: string;
  beforeEach(() => {
    workspace = createWorkspace();
    mkdirSync(workspace.path("files"));
    path = workspace.path("files", "secret");
  });
  afterEach(() => workspace.remove());

  const names = () => readdirSync(workspace.path("files"));

  it("makes a file that only its owner reads, and leaves nothing beside it", () => {
    writeWholeFile(path, "text");
    expect(readFileSync(path, "utf8")).toBe("text");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(names()).toEqual(["secret"]);
  });

  it("replaces a file that others could read by one that they cannot", () => {
    writeFileSync(path, "old", { mode: 0o644 });
    writeWholeFile(path, "new");
    expect(readFileSync(path, "utf8")).toBe("new");
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("shows the complete file to what is done before it is in its place", () => {
    writeFileSync(path, "old");
    const seen: string[] = [];
    writeWholeFile(path, "new", (temporary) => seen.push(readFileSync(temporary, "utf8"), readFileSync(path, "utf8")));
    expect(seen).toEqual(["new", "old"]);
  });

  it("leaves nothing behind when it fails", () => {
    mkdirSync(path);
    expect(() => writeWholeFile(path, "text")).toThrow("EISDIR");
    const fails = () => {
      throw new Error("no");
    };
    expect(() => writeWholeFile(`${path}-2`, "text", fails)).toThrow("no");
    expect(names()).toEqual(["secret"]);
  });
});
