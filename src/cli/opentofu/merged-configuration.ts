// The user's CLI configuration with logins laid over it, as one file for TF_CLI_CONFIG_FILE, which makes OpenTofu read no other.
// What the user wrote stays as it is: HCL goes over letter by letter, JSON as it was decoded. What cannot be carried over is refused.
import type { Credential } from "../../base/credential.ts";
import { InputError, toScalrOciError } from "../../base/errors.ts";
import { isAbsolute } from "node:path";
import { type HclItem, type HclValue, isHclObject, parseHcl } from "./hcl.ts";

export interface ConfigurationText {
  readonly path: string;
  readonly text: string;
}

export interface MergedConfiguration {
  readonly text: string;
  /** OpenTofu tells the two by the first sign; people by the file's name. */
  readonly isJson: boolean;
}

/** A login for a host. */
export interface HostLogin {
  /** `HOST[:PORT]` as it stands in module addresses. */
  readonly host: string;
  readonly credential: Credential;
}

export interface ConfigurationMerger {
  /** With an `oci_credentials` block for each login, in the place of the user's own for that host. */
  mergeWith(logins: readonly HostLogin[]): MergedConfiguration;
}

const blockType = "oci_credentials";
/** Blocks whose label is one more level in JSON: they may be spread over files. */
const labelledTypes: ReadonlySet<string> = new Set([blockType, "credentials", "credentials_helper", "host"]);
/** Those of them that hold nothing but texts, so that JSON can be written as HCL; `tofu login` keeps its tokens so. */
const flatTypes: ReadonlySet<string> = new Set([blockType, "credentials"]);

/**
 * @param files in the order in which OpenTofu reads them
 * @throws InputError CLI_CONFIGURATION_INVALID for a file that cannot be read or carried over; the message names it
 */
export function prepareMerge(files: readonly ConfigurationText[]): ConfigurationMerger {
  const parts = files.map(readPart).filter((part) => part.kind === "hcl" || part.things.length > 0);
  refuseRepetitions(parts);
  const isJson = parts.every(({ kind }) => kind === "json");
  for (const part of isJson ? [] : parts) if (part.kind === "json") refuseUnwritable(part);
  return { mergeWith: (logins) => ({ text: isJson ? toJson(parts, logins) : toHcl(parts, logins), isJson }) };
}

type Part = HclPart | JsonPart;

interface HclPart {
  readonly kind: "hcl";
  readonly path: string;
  readonly text: string;
  readonly items: readonly HclItem[];
  readonly things: readonly string[];
}

interface JsonPart {
  readonly kind: "json";
  readonly path: string;
  readonly document: Fields;
  /** What it sets: `TYPE` or `TYPE LABEL`. */
  readonly things: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

function readPart({ path, text }: ConfigurationText): Part {
  const body = text.replace(/^\uFEFF/, "");
  return body.trimStart().startsWith("{") ? readJson(path, body) : readHcl(path, body);
}

function readHcl(path: string, text: string): HclPart {
  let items: readonly HclItem[];
  try {
    items = parseHcl(text).items;
  } catch (thrown) {
    throw refused(path, toScalrOciError(thrown).message);
  }
  for (const { keys, value } of items) {
    if (keys[0] === "oci_default_credentials" && isHclObject(value)) {
      const files = value.items.find((item) => item.keys[0] === "docker_style_config_files")?.value;
      refuseRelative(path, Array.isArray(files) ? (files as readonly HclValue[]) : []);
    }
  }
  return { kind: "hcl", path, text, items, things: items.map(({ keys }) => keys.join(" ")) };
}

function readJson(path: string, text: string): JsonPart {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    // The parser's message quotes the text, which may hold a password.
    throw refused(path, "it is not valid JSON");
  }
  const fields = document as Fields;
  const things = Object.entries(fields).flatMap(([type, value]) => {
    if (!labelledTypes.has(type)) return [type];
    if (!isObject(value)) throw refused(path, `its ${type} is a list, expected an object`);
    return Object.keys(value).map((label) => `${type} ${label}`);
  });
  const defaults = [fields["oci_default_credentials"] ?? []].flat() as readonly unknown[];
  for (const one of defaults) {
    const files = isObject(one) ? one["docker_style_config_files"] : undefined;
    refuseRelative(path, Array.isArray(files) ? files : []);
  }
  return { kind: "json", path, document: fields, things };
}

/** OpenTofu starts them from the file's directory, and ours is another. */
function refuseRelative(path: string, files: readonly unknown[]): void {
  if (files.every((file) => isAbsolute(String(file)))) return;
  throw refused(path, "its docker_style_config_files has a relative path, expected absolute ones");
}

/** In one file a thing counts twice or is an error; over several files OpenTofu has rules for each kind. */
function refuseRepetitions(parts: readonly Part[]): void {
  const seen = new Map<string, string>();
  for (const { path, things } of parts) {
    for (const thing of new Set(things)) {
      const before = seen.get(thing);
      if (before !== undefined) throw refused(path, `it has ${thing}, as ${before} has, expected one of them`);
      seen.set(thing, path);
    }
  }
}

function refuseUnwritable({ path, document }: JsonPart): void {
  for (const [type, labels] of Object.entries(document)) {
    const bodies = flatTypes.has(type) ? Object.values(labels as Fields) : [undefined];
    const isFlat = bodies.every(
      (body) => isObject(body) && Object.values(body).every((value) => typeof value === "string"),
    );
    if (!isFlat) throw refused(path, `its ${type} is JSON and other files are HCL, expected one of the two`);
  }
}

function toHcl(parts: readonly Part[], logins: readonly HostLogin[]): string {
  const hosts = new Set(logins.map(({ host }) => host));
  const texts = parts.map((part) => (part.kind === "hcl" ? withoutBlocks(part, hosts) : blocksOf(part, hosts)));
  const ours = logins.map(({ host, credential }) => hclBlock(blockType, host, fieldsOf(credential)));
  return [...texts, ...ours].map((text) => (text.endsWith("\n") ? text : `${text}\n`)).join("");
}

/** The text as it is, but for the blocks of these hosts. */
function withoutBlocks({ text, items }: HclPart, hosts: ReadonlySet<string>): string {
  const replaced = items.filter(({ keys }) => keys[0] === blockType && hosts.has(keys[1] ?? ""));
  return replaced.toReversed().reduce((rest, { start, end }) => rest.slice(0, start) + rest.slice(end), text);
}

function blocksOf({ document }: JsonPart, hosts: ReadonlySet<string>): string {
  return Object.entries(document)
    .flatMap(([type, labels]) => {
      const kept = Object.entries(labels as Fields).filter(([label]) => type !== blockType || !hosts.has(label));
      return kept.map(([label, body]) => hclBlock(type, label, body as Readonly<Record<string, string>>));
    })
    .join("");
}

function hclBlock(type: string, label: string, body: Readonly<Record<string, string>>): string {
  const lines = Object.entries(body).map(([name, value]) => `  ${name} = ${literal(value)}\n`);
  return `${type} ${literal(label)} {\n${lines.join("")}}\n`;
}

function toJson(parts: readonly Part[], logins: readonly HostLogin[]): string {
  const merged: Record<string, unknown> = {};
  for (const part of parts) {
    for (const [type, value] of Object.entries(part.kind === "json" ? part.document : {})) {
      merged[type] = labelledTypes.has(type) ? { ...(merged[type] as Fields), ...(value as Fields) } : value;
    }
  }
  const ours = logins.map(({ host, credential }) => [host, fieldsOf(credential)] as const);
  merged[blockType] = { ...(merged[blockType] as Fields), ...Object.fromEntries(ours) };
  return `${withoutInterpolation(JSON.stringify(merged, undefined, 2))}\n`;
}

function fieldsOf({ username, password }: Credential): Record<string, string> {
  return { username, password: password.reveal() };
}

/** A quoted text; what JSON writes means the same in HCL 1. */
function literal(text: string): string {
  return withoutInterpolation(JSON.stringify(text));
}

/** HCL 1 looks for the end of `${` before it looks for the end of a text, in JSON too; hcl/scanner and json/scanner. */
function withoutInterpolation(text: string): string {
  return text.replaceAll("${", "\\u0024{");
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refused(path: string, problem: string): InputError {
  const message = `the run's logins cannot be laid over the CLI configuration in ${path}: ${problem}`;
  return new InputError("CLI_CONFIGURATION_INVALID", message, {
    path,
    hint: "correct the file, or set TF_CLI_CONFIG_FILE to one that can be carried over",
  });
}
