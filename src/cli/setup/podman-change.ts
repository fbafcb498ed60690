// Tells podman, buildah and skopeo to ask our helper: a file of our own beside registries.conf, because a registries.conf of the
// user's would hide the system's; containers-registries.conf(5), containers-registries.conf.d(5).
import { readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Environment } from "../../base/env.ts";
import { InputError } from "../../base/errors.ts";
import { findHome } from "../../credentials/places.ts";
import { ownHelper } from "../doctor/helper-program.ts";
import { findText, isLink, withPath } from "./file-change.ts";
import type { PlannedChange } from "./planned-change.ts";
import { nothingWritten, type WrittenFile } from "./setup-record.ts";

const client = "podman";
const systemDirectory = "/etc/containers";
const helpersKey = "credential-helpers";
/** What podman and its kin take when no file has a list. */
const builtInHelpers = ["containers-auth.json"];

/** Always below the home: containers/image does not look at XDG_CONFIG_HOME for it. */
export function podmanDropIn(environment: Environment): string | undefined {
  const home = findHome(environment);
  return home === undefined ? undefined : join(home, ".config", "containers", "registries.conf.d", "50-scalr-oci.conf");
}

/** @throws InputError when a file of registries.conf cannot be read: which helpers it has is not known then */
export async function planPodman(path: string, old: WrittenFile | undefined): Promise<PlannedChange> {
  const before = findText(path);
  if (before !== undefined && before !== old?.text) {
    const isOurs = (await readHelpers(path, before))?.includes(ownHelper) === true;
    return { change: undefined, remarks: isOurs ? [] : [`${path} was changed by somebody else; it stays`] };
  }
  const { helpers, file, isLater } = await findHelpers(path);
  if (helpers.includes(ownHelper)) return { change: undefined, remarks: [] };
  if (isLater) {
    const remark = `${file} has the last word on ${helpersKey}; put "${ownHelper}" in front of its list by hand`;
    return { change: undefined, remarks: [remark] };
  }
  const after = contentFor(helpers);
  const remarks = file === undefined ? [] : [`the ${helpersKey} of ${file} are asked after ${ownHelper}`];
  if (before === after) return { change: undefined, remarks: [] };
  const diff = [...linesOf(before, "-"), ...linesOf(after, "+")];
  return {
    change: { path, client, before, after, diff, written: { ...nothingWritten, made: true, text: after } },
    remarks,
  };
}

export function planPodmanUndo(path: string, old: WrittenFile | undefined): PlannedChange {
  const before = findText(path);
  if (before === undefined) return { change: undefined, remarks: [] };
  if (before !== old?.text) return { change: undefined, remarks: [`${path} was changed by somebody else; it stays`] };
  const diff = linesOf(before, "-");
  return {
    change: { path, client, before, after: isLink(path) ? "" : undefined, diff, written: undefined },
    remarks: [],
  };
}

/**
 * The list is for all hosts, and replaces any other, so that the user's own goes on in it. The helper stands first: `podman login`
 * keeps a login in the first of them, and a stale one in the file hides nothing; those that only the file has go on being found.
 */
function contentFor(helpers: readonly string[]): string {
  const list = [ownHelper, ...helpers].map((helper) => JSON.stringify(helper)).join(", ");
  return `# Made by scalr-oci setup; scalr-oci setup --undo takes it away.\n${helpersKey} = [${list}]\n`;
}

interface FoundHelpers {
  readonly helpers: readonly string[];
  /** The file that has the list; undefined for the built-in one. */
  readonly file: string | undefined;
  /** True when that file is read after ours and replaces what it says. */
  readonly isLater: boolean;
}

/** The list that is in force without our file: the last one of those that are read. */
async function findHelpers(dropIn: string): Promise<FoundHelpers> {
  const own = dirname(dropIn);
  let found: FoundHelpers = { helpers: builtInHelpers, file: undefined, isLater: false };
  for (const file of [...filesBefore(own), ...filesIn(own).filter((path) => path !== dropIn)]) {
    const helpers = await readHelpers(file, findText(file) ?? "");
    const isLater = dirname(file) === own && basename(file) > basename(dropIn);
    if (helpers !== undefined) found = { helpers, file, isLater };
  }
  return found;
}

/** The user's registries.conf hides the system's and the system's directory. */
function filesBefore(own: string): string[] {
  const user = join(dirname(own), "registries.conf");
  if (findText(user) !== undefined) return [user];
  const system = join(systemDirectory, "registries.conf");
  return [...(findText(system) === undefined ? [] : [system]), ...filesIn(`${system}.d`)];
}

function filesIn(directory: string): string[] {
  const stats = withPath(directory, () => statSync(directory, { throwIfNoEntry: false }));
  if (stats?.isDirectory() !== true) return [];
  const names = withPath(directory, () => readdirSync(directory));
  return names
    .filter((name) => name.endsWith(".conf"))
    .sort()
    .map((name) => join(directory, name));
}

/** Undefined where the file has no list; an empty one means the built-in one, also behind another. */
async function readHelpers(path: string, text: string): Promise<readonly string[] | undefined> {
  if (!text.includes(helpersKey)) return undefined;
  const { parseToml } = await import("../../credentials/configuration/parse-toml.ts");
  const list = parseOrRefuse(path, () => parseToml(text))[helpersKey];
  if (list === undefined) return undefined;
  if (Array.isArray(list) && list.length === 0) return builtInHelpers;
  if (Array.isArray(list) && list.every((helper) => typeof helper === "string")) return list;
  throw unreadable(path);
}

function parseOrRefuse(path: string, parse: () => Record<string, unknown>): Record<string, unknown> {
  try {
    return parse();
  } catch {
    // The parser's message quotes the text.
    throw unreadable(path);
  }
}

function unreadable(path: string): InputError {
  return new InputError("INVALID_ARGUMENT", `${path} cannot be read, expected TOML with a list of ${helpersKey}`, {
    path,
    hint: `correct ${path}`,
  });
}

function linesOf(text: string | undefined, sign: "+" | "-"): string[] {
  return text === undefined
    ? []
    : text
        .trimEnd()
        .split("\n")
        .map((line) => `${sign}${line}`);
}
