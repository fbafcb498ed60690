// What OpenTofu's CLI configuration says about OCI credentials; opentofu, internal/command/cliconfig/oci_credentials.go.
import type { Credential } from "../../base/credential.ts";
import type { Environment } from "../../base/env.ts";
import { InputError, toScalrOciError } from "../../base/errors.ts";
import { Secret } from "../../base/secret.ts";
import { type CliConfigurationPlaces, findCliConfiguration, resolveBeside } from "./cli-configuration-file.ts";
import { type HclObject, type HclValue, isHclObject, parseHcl } from "./hcl.ts";
import { readText } from "./read-text.ts";

/** One `oci_credentials` block. Its secrets are not kept. */
export interface CredentialsBlock {
  /** `HOST` or `HOST/PATH`. */
  readonly label: string;
  readonly kind: "login" | "token" | "helper";
  /** The helper's suffix; for the other kinds undefined. */
  readonly helper: string | undefined;
  readonly file: string;
}

/** The `oci_default_credentials` block, or what OpenTofu does without one. */
export interface DefaultCredentials {
  readonly discoverAmbient: boolean;
  /** Absolute paths in place of the usual ones; undefined for those. */
  readonly dockerStyleFiles: readonly string[] | undefined;
  readonly helper: string | undefined;
  /** Undefined without a block. */
  readonly file: string | undefined;
}

export interface ConfigurationProblem {
  readonly file: string;
  /** What OpenTofu does not take as it was meant, without a full stop. */
  readonly message: string;
}

export interface CliConfiguration {
  readonly places: CliConfigurationPlaces;
  readonly blocks: readonly CredentialsBlock[];
  readonly defaults: DefaultCredentials;
  readonly problems: readonly ConfigurationProblem[];
}

const withoutBlock: DefaultCredentials = {
  discoverAmbient: true,
  dockerStyleFiles: undefined,
  helper: undefined,
  file: undefined,
};

/** Reads all files as OpenTofu does. What it skips is a problem here, not an error. */
export function readCliConfiguration(environment: Environment, directory: string): CliConfiguration {
  const places = findCliConfiguration(environment, directory);
  const read: Readings = { blocks: [], defaults: [], problems: [] };
  for (const file of places.files) readFile(file, read);
  for (const block of read.blocks.filter(
    ({ label }, index) => read.blocks.findIndex((one) => one.label === label) < index,
  )) {
    read.problems.push({
      file: block.file,
      message: `there is more than one oci_credentials block for ${block.label}`,
    });
  }
  const [first = withoutBlock, second] = read.defaults;
  if (second?.file !== undefined) {
    read.problems.push({ file: second.file, message: "there is more than one oci_default_credentials block" });
  }
  return { places, blocks: read.blocks, defaults: first, problems: read.problems };
}

/** User name and password of the first `oci_credentials` block with this label; undefined when it has no such. */
export function findBlockLogin(file: string, label: string): Credential | undefined {
  const blocks = parseBlocks(readText(file));
  const body = blocks.find((block) => block.type === "oci_credentials" && block.label === label)?.body;
  const [username, password] = [body?.get("username"), body?.get("password")];
  return typeof username === "string" && typeof password === "string"
    ? { username, password: new Secret(password) }
    : undefined;
}

interface Readings {
  readonly blocks: CredentialsBlock[];
  readonly defaults: DefaultCredentials[];
  readonly problems: ConfigurationProblem[];
}

/** A block in either syntax: its type, its label where it has one, its body. */
interface Block {
  readonly type: string;
  readonly label: string | undefined;
  readonly body: Fields;
}

/** Values by name; only texts, switches and lists of texts are looked at. */
type Fields = ReadonlyMap<string, unknown>;

function readFile(file: string, read: Readings): void {
  let blocks: Block[];
  try {
    blocks = parseBlocks(readText(file));
  } catch (thrown) {
    read.problems.push({ file, message: toScalrOciError(thrown).message });
    return;
  }
  for (const block of blocks) readBlock(block, file, read);
}

function readBlock({ type, label, body }: Block, file: string, read: Readings): void {
  if (type === "default_oci_credentials") {
    const message = "default_oci_credentials is not a block that OpenTofu knows, expected oci_default_credentials";
    read.problems.push({ file, message });
  }
  if (type === "oci_default_credentials") readDefaults(body, file, read);
  if (type !== "oci_credentials") return;
  const result = credentialsBlock(label, body, file);
  if (typeof result === "string")
    read.problems.push({ file, message: `an oci_credentials block is not valid: ${result}` });
  else read.blocks.push(result);
}

function readDefaults(body: Fields, file: string, read: Readings): void {
  const discover = body.get("discover_ambient_credentials");
  const files = body.get("docker_style_config_files");
  const helper = body.get("docker_credentials_helper");
  if (typeof helper === "string" && !isHelperName(helper)) read.problems.push({ file, message: wrongHelper(helper) });
  read.defaults.push({
    discoverAmbient: discover !== false && discover !== "false",
    dockerStyleFiles: Array.isArray(files) ? files.map((path) => resolveBeside(file, String(path))) : undefined,
    helper: typeof helper === "string" ? helper : undefined,
    file,
  });
}

/** The block, or what is wrong with it. */
function credentialsBlock(label: string | undefined, body: Fields, file: string): CredentialsBlock | string {
  if (label === undefined) return "it has no label, expected HOST or HOST/PATH";
  const has = (...names: string[]) => names.some((name) => body.has(name));
  const groups = {
    login: has("username", "password"),
    token: has("access_token", "refresh_token"),
    helper: has("docker_credentials_helper"),
  };
  const kinds = (["login", "token", "helper"] as const).filter((kind) => groups[kind]);
  const [kind, second] = kinds;
  if (kind === undefined || second !== undefined) {
    return "expected exactly one of username with password, access_token with refresh_token, docker_credentials_helper";
  }
  if (kind === "login" && !(has("username") && has("password"))) return "expected both username and password";
  if (kind === "token" && !(has("access_token") && has("refresh_token")))
    return "expected both access_token and refresh_token";
  if (kind !== "helper") return { label, kind, helper: undefined, file };
  const helper = String(body.get("docker_credentials_helper"));
  if (label.includes("/")) return "a helper is for a whole host, expected a label without a path";
  return isHelperName(helper) ? { label, kind, helper, file } : wrongHelper(helper);
}

function isHelperName(name: string): boolean {
  return name !== "" && !/[/\\]/.test(name);
}

function wrongHelper(name: string): string {
  return `the helper ${name === "" ? "has no name" : "is named by a path"}, expected what follows docker-credential-`;
}

/** As HCL 1 does: a text whose first sign is `{` is JSON. */
function parseBlocks(text: string): Block[] {
  return text.trimStart().startsWith("{") ? blocksOfJson(parseJson(text)) : blocksOfHcl(parseHcl(text));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the text, which may hold a password.
    throw new InputError("CLI_CONFIGURATION_INVALID", "it is not valid JSON");
  }
}

function blocksOfHcl({ items }: HclObject): Block[] {
  return items.flatMap(({ keys: [type = "", label], assigned, value }) => {
    return assigned || !isHclObject(value) ? [] : [{ type, label, body: fieldsOfHcl(value) }];
  });
}

function fieldsOfHcl({ items }: HclObject): Fields {
  return new Map(items.map(({ keys, value }) => [keys[0] ?? "", plain(value)]));
}

function plain(value: HclValue): unknown {
  return isHclObject(value) ? undefined : value;
}

/** In JSON a label is one more level, and blocks of one type may stand in a list. */
function blocksOfJson(document: unknown): Block[] {
  return entriesOf(document).flatMap(([type, content]): Block[] => {
    const contents = Array.isArray(content) ? content : [content];
    if (type !== "oci_credentials")
      return contents.map((body) => ({ type, label: undefined, body: new Map(entriesOf(body)) }));
    return contents.flatMap(entriesOf).flatMap(([label, body]) => {
      const bodies = Array.isArray(body) ? body : [body];
      return bodies.map((one) => ({ type, label, body: new Map(entriesOf(one)) }));
    });
  });
}

function entriesOf(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null ? Object.entries(value) : [];
}
