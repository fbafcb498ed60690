// What is to be locked in a directory: the modules of the program that cdktf.json or --app names, or those of plain HCL.
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { InputError } from "../../base/errors.ts";
import type { ModuleLock } from "../../names/module-lock.ts";
import type { CliContext } from "../context.ts";
import type { LockFlags } from "../lock.ts";
import { collectRequests, type WantedRequest } from "./collect-requests.ts";
import { findPlainModules, findUnknownModules, type PlainModule } from "./plain-modules.ts";

export interface WantedModules {
  readonly requests: readonly WantedRequest[];
  /** Undefined for a program. */
  readonly plain: readonly PlainModule[] | undefined;
  /** Modules of plain HCL whose source cannot be known. */
  readonly unknown: readonly string[];
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
    const configuration = await readConfiguration(directory, context.environment);
    const plain = findPlainModules(configuration, lock);
    return { requests: plain.flatMap(({ requests }) => requests), plain, unknown: findUnknownModules(configuration) };
  }
  if (app === undefined) throw nothingThere();
  if (flags.pin) throw noPinning();
  return { requests: await collectRequests(context, directory, app), plain: undefined, unknown: [] };
}

async function findApp(directory: string): Promise<string | undefined> {
  const text = await readIfThere(join(directory, "cdktf.json"));
  if (text === undefined) return undefined;
  const app = appOf(text);
  if (typeof app === "string" && app.trim() !== "") return app;
  throw new InputError("INVALID_ARGUMENT", 'cdktf.json has no "app", expected the command line of the program', {
    path: "--app",
    hint: 'give it: scalr-oci lock --app "node main.ts"',
  });
}

function appOf(text: string): unknown {
  try {
    return (JSON.parse(text) as { readonly app?: unknown } | null)?.app;
  } catch (cause) {
    const hint = 'mend the file, or name the program: scalr-oci lock --app "node main.ts"';
    throw new InputError("INVALID_ARGUMENT", "cdktf.json is no JSON", { path: "cdktf.json", hint, cause });
  }
}

/**
 * The text of a file; undefined when there is none.
 * @throws InputError INVALID_ARGUMENT with its name when it cannot be read
 */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    const message = `${basename(file)} cannot be read, got ${code ?? "an error"}, expected a file`;
    throw new InputError("INVALID_ARGUMENT", message, { path: basename(file), cause: thrown });
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
