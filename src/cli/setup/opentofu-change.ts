// Tells OpenTofu to ask our helper for a host: an `oci_credentials` block in its CLI configuration, which goes before a stale login.
import type { Environment } from "../../base/env.ts";
import { InputError } from "../../base/errors.ts";
import { ownHelper } from "../doctor/helper-program.ts";
import { findCliConfiguration } from "../opentofu/cli-configuration-file.ts";
import { type HclItem, isHclObject, parseHcl } from "../opentofu/hcl.ts";
import { type FileChange, findText } from "./file-change.ts";
import { formatJson, type JsonObject, parseJsonObject, showJson } from "./json-text.ts";

const blockType = "oci_credentials";

export interface PlannedChange {
  /** Undefined when all is as it should be. */
  readonly change: FileChange | undefined;
  /** What was found and left alone, a sentence each. */
  readonly remarks: readonly string[];
}

/** @throws InputError when the file cannot be read as a CLI configuration: it is not made worse */
export function planOpenTofu(hosts: readonly string[], environment: Environment, directory: string): PlannedChange {
  const path = mainFile(environment, directory);
  const before = findText(path);
  const isJson = before?.trimStart().startsWith("{") === true || (before === undefined && path.endsWith(".json"));
  const { after, taken } = isJson ? addToJson(before, path, hosts) : addToHcl(before ?? "", hosts);
  const change =
    after === (before ?? "")
      ? undefined
      : { path, client: "OpenTofu", before, after, show: isJson ? showJson : showAll };
  const remarks = taken.map(
    (host) => `${path} has an oci_credentials block for ${host} that names another source; it stays`,
  );
  return { change, remarks };
}

/** Takes out the blocks that name our helper and nothing else. @param hosts empty for all */
export function planOpenTofuUndo(hosts: readonly string[], environment: Environment, directory: string): PlannedChange {
  const path = findCliConfiguration(environment, directory).main;
  const before = path === undefined ? undefined : findText(path);
  if (path === undefined || before === undefined) return { change: undefined, remarks: [] };
  const isJson = before.trimStart().startsWith("{");
  const after = isJson ? removeFromJson(before, path, hosts) : removeFromHcl(before, hosts);
  const show = isJson ? showJson : showAll;
  return {
    change: after === before ? undefined : { path, client: "OpenTofu", before, after: after || undefined, show },
    remarks: [],
  };
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

interface Added {
  readonly after: string;
  /** Hosts whose block names something else. */
  readonly taken: readonly string[];
}

function addToHcl(before: string, hosts: readonly string[]): Added {
  const blocks = parseHcl(before).items.filter(({ keys }) => keys[0] === blockType);
  const find = (host: string) => blocks.find(({ keys }) => keys[1] === host);
  const missing = hosts.filter((host) => find(host) === undefined);
  const taken = hosts.filter((host) => {
    const block = find(host);
    return block !== undefined && !isOurs(block);
  });
  const separator = before === "" || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const text = missing
    .map((host) => `${blockType} "${host}" {\n  docker_credentials_helper = "${ownHelper}"\n}\n`)
    .join("\n");
  return { after: missing.length === 0 ? before : `${before}${separator}${text}`, taken };
}

/** Each block with the blank line that was put in front of it. */
function removeFromHcl(before: string, hosts: readonly string[]): string {
  const ours = parseHcl(before).items.filter((item) => isOurs(item) && isWanted(item.keys[1] ?? "", hosts));
  let text = before;
  for (const { start, end } of ours.toReversed()) {
    const rest = text.slice(end).replace(/^[ \t]*\r?\n/, "");
    const head = text.slice(0, start).replace(/[ \t]*$/, "");
    text = `${rest === "" || rest.startsWith("\n") ? head.replace(/\n\n$/, "\n") : head}${rest}`;
  }
  return text === "\n" ? "" : text;
}

function isOurs({ keys, assigned, value }: HclItem): boolean {
  if (keys[0] !== blockType || keys.length !== 2 || assigned || !isHclObject(value)) return false;
  const [only, second] = value.items;
  return second === undefined && only?.keys[0] === "docker_credentials_helper" && only.value === ownHelper;
}

function addToJson(before: string | undefined, path: string, hosts: readonly string[]): Added {
  const document = parseJsonObject(before ?? "", path);
  const blocks = labelsOf(document, path);
  const missing = hosts.filter((host) => !Object.hasOwn(blocks, host));
  const taken = hosts.filter((host) => Object.hasOwn(blocks, host) && !isOurBody(blocks[host]));
  if (missing.length === 0) return { after: before ?? "", taken };
  for (const host of missing) blocks[host] = { docker_credentials_helper: ownHelper };
  return { after: formatJson({ ...document, [blockType]: blocks }, before), taken };
}

function removeFromJson(before: string, path: string, hosts: readonly string[]): string {
  const document = parseJsonObject(before, path);
  const blocks = labelsOf(document, path);
  const ours = Object.keys(blocks).filter((host) => isOurBody(blocks[host]) && isWanted(host, hosts));
  if (ours.length === 0) return before;
  for (const host of ours) delete blocks[host];
  const { [blockType]: _old, ...rest } = document;
  return formatJson(Object.keys(blocks).length === 0 ? rest : { ...document, [blockType]: blocks }, before);
}

/** The blocks by label, as one object; a list of them is more than can be edited safely. */
function labelsOf(document: JsonObject, path: string): JsonObject {
  const blocks = document[blockType] ?? {};
  if (typeof blocks === "object" && blocks !== null && !Array.isArray(blocks)) return { ...blocks };
  throw new InputError("INVALID_ARGUMENT", `${path} has its oci_credentials in a list, expected an object`, {
    path,
    hint: "write the blocks as one object, or add them by hand",
  });
}

function isOurBody(body: unknown): boolean {
  return JSON.stringify(body) === JSON.stringify({ docker_credentials_helper: ownHelper });
}

function isWanted(host: string, hosts: readonly string[]): boolean {
  return hosts.length === 0 || hosts.includes(host);
}

/** What is added and taken out are blocks of ours; nothing else of the file is shown. */
function showAll(text: string): string {
  return text;
}
