// Tells OpenTofu to ask our helper for a host: an `oci_credentials` block in its CLI configuration, which goes before a stale login.
import type { Environment } from "../../base/env.ts";
import { InputError, isScalrOciError } from "../../base/errors.ts";
import { ownHelper } from "../doctor/helper-program.ts";
import { findCliConfiguration } from "../opentofu/cli-configuration-file.ts";
import { type HclItem, isHclObject, parseHcl } from "../opentofu/hcl.ts";
import { type FileChange, findText, isLink } from "./file-change.ts";
import { addEntries, isOurs, type JsonPlace, readEntries, removeEntries, without } from "./json-change.ts";
import { type PlannedChange, planUndoOf } from "./planned-change.ts";
import { nothingWritten, type SetupRecord, type WrittenFile } from "./setup-record.ts";
import { applyEdit, showEdit } from "./text-edit.ts";

const blockType = "oci_credentials";
const client = "OpenTofu";

/** @throws InputError when the file cannot be read as a CLI configuration: it is not made worse */
export function planOpenTofu(
  hosts: readonly string[],
  environment: Environment,
  directory: string,
  record: SetupRecord,
): PlannedChange {
  const path = mainFile(environment, directory);
  const before = findText(path);
  const place = placeOf(path);
  const isJson = before === undefined ? path.endsWith(".json") : isJsonText(before);
  const blocks = isJson ? readEntries(before ?? "", place) : undefined;
  const items = blocks === undefined ? readBlocks(before ?? "", path) : [];
  const isThere = (host: string) => (blocks ? Object.hasOwn(blocks, host) : items.some(({ keys }) => keys[1] === host));
  const isKept = (host: string) =>
    blocks ? isOurs(blocks[host], place) : items.some((item) => item.keys[1] === host && namesOurHelper(item));
  const missing = [...new Set(hosts.filter((host) => !isThere(host)))];
  const old = record[path];
  const change = isJson
    ? addEntries(before, place, missing, old)
    : addBlocks(before, path, missing, keepPresent(old, before ?? "", items));
  const remarks = hosts
    .filter((host) => isThere(host) && !isKept(host))
    .map((host) => `${path} has an oci_credentials block for ${host} that names another source; it stays`);
  return { change, remarks };
}

/** Takes out the blocks that setup wrote, where nobody changed them. @param hosts empty for all */
export function planOpenTofuUndo(
  hosts: readonly string[],
  environment: Environment,
  directory: string,
  record: SetupRecord,
): PlannedChange {
  const path = findCliConfiguration(environment, directory).main;
  const before = path === undefined ? undefined : findText(path);
  if (path === undefined || before === undefined) return { change: undefined, remarks: [] };
  const place = placeOf(path);
  if (isJsonText(before)) {
    const blocks = readEntries(before, place);
    const ours = Object.keys(blocks).filter((host) => isOurs(blocks[host], place));
    return planUndoOf(ours, hosts, path, record[path], (keys, old) => removeEntries(before, place, keys, old));
  }
  const ours = readBlocks(before, path).filter((item) => isOurText(before, item));
  const labels = ours.map(({ keys }) => keys[1] ?? "");
  return planUndoOf(labels, hosts, path, record[path], (keys, old) => removeBlocks(before, path, keys, old));
}

function mainFile(environment: Environment, directory: string): string {
  const { main } = findCliConfiguration(environment, directory);
  if (main !== undefined) return main;
  throw new InputError(
    "INVALID_ARGUMENT",
    "there is no place for OpenTofu's configuration, expected HOME or TF_CLI_CONFIG_FILE",
    {
      path: "HOME",
      hint: "set HOME",
    },
  );
}

function isJsonText(text: string): boolean {
  return text.trimStart().startsWith("{");
}

function placeOf(path: string): JsonPlace {
  return { path, client, parent: blockType, value: { docker_credentials_helper: ownHelper } };
}

/** @throws InputError that names the file */
function readBlocks(text: string, path: string): HclItem[] {
  try {
    return parseHcl(text).items.filter(({ keys }) => keys[0] === blockType);
  } catch (thrown) {
    if (!isScalrOciError(thrown)) throw thrown;
    throw new InputError("CLI_CONFIGURATION_INVALID", `${path}: ${thrown.message}`, { path, cause: thrown });
  }
}

function addBlocks(
  before: string | undefined,
  path: string,
  hosts: readonly string[],
  old: WrittenFile,
): FileChange | undefined {
  if (hosts.length === 0) return undefined;
  const text = before ?? "";
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const isParted = text === "" || /\n\r?\n$/.test(text);
  const first = isParted ? "" : text.endsWith("\n") ? newline : `${newline}${newline}`;
  const blocks = hosts.map((host, index) => ({ host, lead: index === 0 ? first : newline }));
  const added = blocks
    .map(({ host, lead }) => `${lead}${blockText(host).replaceAll("\n", newline)}${newline}`)
    .join("");
  const entries = { ...old.entries, ...Object.fromEntries(blocks.map(({ host, lead }) => [host, lead])) };
  const written = { ...old, made: old.made || before === undefined, entries };
  const diff = showEdit(`${text}${first}`, {
    start: text.length + first.length,
    end: text.length + first.length,
    text: added.slice(first.length),
  });
  return { path, client, before, after: `${text}${added}`, diff, written };
}

/** Each block with what setup put around it. */
function removeBlocks(
  before: string,
  path: string,
  hosts: readonly string[],
  old: WrittenFile,
): FileChange | undefined {
  if (hosts.length === 0) return undefined;
  const blocks = readBlocks(before, path).filter(
    (item) => isOurText(before, item) && hosts.includes(item.keys[1] ?? ""),
  );
  let text = before;
  for (const item of blocks.toReversed()) {
    const lead = old.entries[item.keys[1] ?? ""] ?? "";
    const start = before.slice(0, item.start).endsWith(lead) ? item.start - lead.length : item.start;
    const end = item.end + (/^\r?\n/.exec(text.slice(item.end))?.[0].length ?? 0);
    text = applyEdit(text, { start, end, text: "" });
  }
  const diff = blocks.flatMap(({ start, end }) => showEdit(before, { start, end, text: "" }));
  const entries = without(old.entries, hosts);
  const isLast = Object.keys(entries).length === 0;
  const after = old.made ? text.replace(/^\r?\n/, "") : text;
  const goes = old.made && after.trim() === "" && !isLink(path);
  const written = isLast ? undefined : { ...old, entries };
  return { path, client, before, after: goes ? undefined : after, diff, written };
}

/** What setup wrote earlier, as far as it is still there: a file that somebody made anew is theirs. */
function keepPresent(old: WrittenFile | undefined, text: string, blocks: readonly HclItem[]): WrittenFile {
  if (old === undefined) return nothingWritten;
  const present = new Set(blocks.filter((item) => isOurText(text, item)).map(({ keys }) => keys[1]));
  const gone = Object.keys(old.entries).filter((host) => !present.has(host));
  const entries = without(old.entries, gone);
  return Object.keys(entries).length === 0 ? nothingWritten : { ...old, entries };
}

function blockText(host: string): string {
  return `${blockType} "${host}" {\n  docker_credentials_helper = "${ownHelper}"\n}`;
}

/** True when every character of it is ours; a block that somebody added a comment to is theirs. */
function isOurText(text: string, { keys, start, end }: HclItem): boolean {
  return keys.length === 2 && text.slice(start, end).replaceAll("\r\n", "\n") === blockText(keys[1] ?? "");
}

function namesOurHelper({ keys, assigned, value }: HclItem): boolean {
  if (keys.length !== 2 || assigned || !isHclObject(value)) return false;
  const [only, second] = value.items;
  return second === undefined && only?.keys[0] === "docker_credentials_helper" && only.value === ownHelper;
}
