// Looks for a program as a shell does.
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import type { Environment } from "./env.ts";

/** Absolute path of the first executable file of this name; @param directory what relative entries of PATH start from */
export function findOnPath(name: string, environment: Environment, directory: string): string | undefined {
  const folders = (environment["PATH"] ?? "").split(delimiter);
  return folders.map((folder) => join(resolve(directory, folder), name)).find(isExecutableFile);
}

export function isExecutableFile(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
