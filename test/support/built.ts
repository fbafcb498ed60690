// The executables as users get them, for tests that run them: `npm test` and `npm run build` make them.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "./source-files.ts";

export type ExecutableName = "scalr-oci" | "docker-credential-scalr" | "terraform-provider-scalr";

/** Directory to put on PATH so that OpenTofu and others find the executables. */
export const builtDirectory = join(root, "dist", "bin");

/** Absolute path of a built executable. @throws Error when there is no build */
export function builtExecutable(name: ExecutableName): string {
  const path = join(builtDirectory, name);
  if (!existsSync(path)) throw new Error(`dist/bin/${name} is not there: run npm run build`);
  return path;
}
