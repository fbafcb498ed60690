// What is to be locked in a directory: the modules of the program that cdktf.json or --app names, or those of plain HCL.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../../base/errors.ts";
import type { ModuleLock, ModuleRequest } from "../../names/module-lock.ts";
import type { CliContext } from "../context.ts";
import type { LockFlags } from "../lock.ts";
import { collectRequests } from "./collect-requests.ts";
import { findPlainModules, type PlainModule } from "./plain-modules.ts";

export interface WantedModules {
  readonly requests: readonly ModuleRequest[];
  /** Undefined for a program. */
  readonly plain: readonly PlainModule[] | undefined;
}

/** @throws InputError INVALID_ARGUMENT when there is neither, CONFIGURATION_INVALID, and as collectRequests and findPlainModules */
export async function readWanted(
  context: CliContext,
  directory: string,
  flags: LockFlags,
  lock: ModuleLock,
): Promise<WantedModules> {
  const app = flags.app ?? (await findApp(directory));
  const { hasConfiguration, readConfiguration } = await import("../../hcl/configuration.ts");
  if (app === undefined && (await hasConfiguration(directory))) {
    const plain = findPlainModules(await readConfiguration(directory), lock);
    return { requests: plain.flatMap((module) => module.requests), plain };
  }
  if (app === undefined) throw nothingThere();
  if (flags.pin) throw noPinning();
  return { requests: await collectRequests(context, directory, app), plain: undefined };
}

async function findApp(directory: string): Promise<string | undefined> {
  const text = await readIfThere(join(directory, "cdktf.json"));
  if (text === undefined) return undefined;
  const { app } = JSON.parse(text) as { app?: unknown };
  if (typeof app === "string") return app;
  throw new InputError("INVALID_ARGUMENT", 'cdktf.json has no "app", expected the command line of the program', {
    path: "--app",
    hint: 'give it: scalr-oci lock --app "node main.ts"',
  });
}

/** The text of a file; undefined when there is none. */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw thrown;
  }
}

function nothingThere(): InputError {
  return new InputError("INVALID_ARGUMENT", "there is no cdktf.json and no configuration, expected one of them", {
    path: "--app",
    hint: 'name the directory, or the program: scalr-oci lock --app "node main.ts"',
  });
}

function noPinning(): InputError {
  return new InputError(
    "INVALID_ARGUMENT",
    "--pin is for plain HCL, got a program, which takes digests from the lock",
    {
      path: "--pin",
      hint: "leave out --pin",
    },
  );
}
