// Reads the configuration as JSON or TOML; only from a file that nobody but its user can have written: it says which programs run.
import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { isAbsolute } from "node:path";
import type { Environment } from "../../base/env.ts";
import { InputError } from "../../base/errors.ts";
import { type ConfigurationPlace, presentPlaces } from "./configuration-place.ts";

/** Thousands of hosts; only a bound against abuse. */
const maxFileBytes = 1024 * 1024;
const foreignWriteRights = 0o022;

export interface ConfigurationDocument {
  readonly place: ConfigurationPlace;
  readonly document: unknown;
}

/**
 * The document of the one file that is there, or undefined.
 * @throws InputError RULES_INVALID, or RULES_UNSAFE for a file that others can write
 */
export async function findConfigurationDocument(environment: Environment): Promise<ConfigurationDocument | undefined> {
  const [place, second] = presentPlaces(environment);
  if (place === undefined) return undefined;
  if (second !== undefined) {
    throw new InputError("RULES_INVALID", `there is ${place.name} and ${second.name}, expected one of them`, {
      hint: `remove ${second.name}`,
    });
  }
  const text = readText(place);
  const isToml = place.path.toLowerCase().endsWith(".toml");
  return { place, document: isToml ? await parseToml(text, place) : parseJson(text, place) };
}

function readText(place: ConfigurationPlace): string {
  const { path, name } = place;
  // Relative, another working directory would be another configuration.
  if (!isAbsolute(path)) throw invalid(name, "is a relative path, expected an absolute one");
  const file = open(place);
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw invalid(name, "is no file");
    if (stats.size > maxFileBytes)
      throw invalid(name, `is too large, got ${stats.size} bytes, expected at most ${maxFileBytes}`);
    refuseForeign(name, stats);
    return readFileSync(file, "utf8");
  } finally {
    closeSync(file);
  }
}

function open({ path, name }: ConfigurationPlace): number {
  try {
    // Without O_NONBLOCK a named pipe in its place would hold us for ever; Windows has no such flag.
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    throw new InputError("RULES_INVALID", `${name} cannot be read, got ${(cause as NodeJS.ErrnoException).code}`, {
      hint: "correct its path or its rights",
      cause,
    });
  }
}

/** A link is followed: what counts is who can write what it leads to. */
function refuseForeign(name: string, { uid, mode }: { readonly uid: number; readonly mode: number }): void {
  const user = process.getuid?.();
  if (user === undefined) return;
  if (uid !== user && uid !== 0) {
    throw new InputError("RULES_UNSAFE", `${name} belongs to user ${uid}, expected user ${user} or root`, {
      hint: "make one of your own: it says which programs are run",
    });
  }
  if ((mode & foreignWriteRights) === 0) return;
  const rights = (mode & 0o777).toString(8).padStart(4, "0");
  throw new InputError("RULES_UNSAFE", `${name} can be written by others, got mode ${rights}`, {
    hint: "chmod go-w on it: it says which programs are run",
  });
}

function parseJson(text: string, { name }: ConfigurationPlace): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // A parser's message quotes the text; only the place is taken from it.
    const at = /line (?<line>\d+) column (?<column>\d+)/.exec((error as Error).message)?.groups;
    throw invalid(name, `holds no JSON${at === undefined ? "" : `, line ${at["line"]}, column ${at["column"]}`}`);
  }
}

async function parseToml(text: string, { name }: ConfigurationPlace): Promise<unknown> {
  const { parseToml: parse } = await import("./parse-toml.ts");
  try {
    return parse(text);
  } catch (error) {
    const { line, column } = error as { line?: number; column?: number };
    throw invalid(name, `holds no TOML${line === undefined ? "" : `, line ${line}, column ${column}`}`);
  }
}

function invalid(name: string, problem: string): InputError {
  return new InputError("RULES_INVALID", `${name} ${problem}`, { hint: `correct ${name}` });
}
