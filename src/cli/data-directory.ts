// Where the server keeps its data unless it is told; XDG Base Directory Specification.
import { join, resolve } from "node:path";
import { InputError } from "../base/errors.ts";
import type { CliContext } from "./context.ts";

/** @throws InputError INVALID_ARGUMENT when nothing says where the user's home is */
export function dataDirectoryOf(context: CliContext, given: string | undefined): string {
  if (given !== undefined) return resolve(context.directory, given);
  const { XDG_DATA_HOME: dataHome, HOME: home, USERPROFILE: profile } = context.environment;
  if (dataHome !== undefined && dataHome !== "") return join(dataHome, "scalr-oci");
  const base = home || profile;
  if (base) return join(base, ".local", "share", "scalr-oci");
  throw new InputError("INVALID_ARGUMENT", "there is no place for data, expected HOME, XDG_DATA_HOME or --data", {
    path: "--data",
    hint: "give a directory by --data",
  });
}
