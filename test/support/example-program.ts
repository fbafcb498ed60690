// A program of `examples/` in a workspace, as a user's project: its packages are those of this checkout.
import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { root } from "./source-files.ts";
import type { Workspace } from "./workspace.ts";

/** @param example folder in `examples/` @param target folder in the workspace */
export function copyProgram(workspace: Workspace, example: string, target: string): void {
  cpSync(join(root, "examples", example), workspace.path(target), { recursive: true });
  workspace.write(join(target, "package.json"), '{ "private": true, "type": "module" }');
  const packages = workspace.path(target, "node_modules");
  mkdirSync(packages);
  for (const name of ["cdktf", "cdktn", "constructs"]) {
    symlinkSync(join(root, "node_modules", name), join(packages, name));
  }
  symlinkSync(root, join(packages, "scalr-oci"));
}
