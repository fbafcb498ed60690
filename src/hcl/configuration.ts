// The files of a configuration: those of its root module and of the local modules that it calls, as OpenTofu picks them.
import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Environment } from "../base/env.ts";
import { InputError } from "../base/errors.ts";
import { printable } from "../base/text.ts";
import type { Block } from "./block.ts";
import { loadHclParser, type ParseHcl } from "./hcl-parser.ts";
import { parseJsonConfiguration } from "./json-configuration.ts";
import { collectStaticNames, findStaticText, type StaticNames } from "./static-text.ts";

export interface ConfigurationFile {
  /** Absolute, links followed. */
  readonly path: string;
  /** Relative to the root module. */
  readonly name: string;
  /** Encoded as UTF-8 it is the file, byte for byte. */
  readonly text: string;
  readonly blocks: readonly Block[];
  /** Its blocks change those of other files; OpenTofu's "Override Files". */
  readonly isOverride: boolean;
}

/** The files of one directory, overrides last, as OpenTofu merges them. */
export interface ConfigurationModule {
  readonly directory: string;
  readonly files: readonly ConfigurationFile[];
}

/** The longest suffix first. */
const suffixes = [".tofu.json", ".tf.json", ".tofu", ".tf"] as const;
/** Takes the place of the file with the same stem and this suffix. */
const hiddenBy: Readonly<Record<string, string>> = { ".tf": ".tofu", ".tf.json": ".tofu.json" };

/**
 * Reads the root module and every module below it with a source such as `./network`.
 * @param environment may set variables of the root module, as `TF_VAR_name`; their defaults then say nothing
 * @returns the root module first; one without files when the directory has none
 * @throws InputError CONFIGURATION_INVALID for a file that cannot be read
 */
export async function readConfiguration(
  directory: string,
  environment: Environment = {},
): Promise<readonly ConfigurationModule[]> {
  const parse = await loadHclParser();
  const root = await realpath(directory);
  const settings = Object.keys(environment).flatMap((name) => /^TF_VAR_(?<variable>.+)$/.exec(name)?.[1] ?? []);
  const directories = new Set([root]);
  const modules: ConfigurationModule[] = [];
  // What a module calls is added while the set is walked.
  for (const one of directories) {
    const files = evaluateSources(await readFiles(root, one, parse), await readVariables(root, one, settings));
    modules.push({ directory: one, files });
    for (const local of localSources(files)) directories.add(await findDirectory(one, local));
  }
  return modules;
}

/** Gives the sources of modules that locals and defaults of variables make their values. */
function evaluateSources(files: readonly ConfigurationFile[], settings: string | undefined): ConfigurationFile[] {
  const names = collectStaticNames(
    files.flatMap(({ blocks }) => blocks),
    (variable) => settings === undefined || mentions(settings, variable),
  );
  return files.map((file) => ({ ...file, blocks: file.blocks.map((block) => evaluateSource(block, names)) }));
}

function evaluateSource(block: Block, names: StaticNames): Block {
  const source = block.type === "module" ? block.attributes.get("source") : undefined;
  const value = source === undefined || source.value !== undefined ? undefined : findStaticText(source, names);
  if (source === undefined || value === undefined) return block;
  return { ...block, attributes: new Map([...block.attributes, ["source", { ...source, value }]]) };
}

/**
 * What sets the root's variables, as one text with the names of those that the environment sets; OpenTofu's "Variable Definitions Files".
 * @returns undefined for a module that is called: its caller may set any
 */
async function readVariables(root: string, directory: string, set: readonly string[]): Promise<string | undefined> {
  if (directory !== root) return undefined;
  const names = (await readdir(root)).filter((name) => /^(?:terraform|.*\.auto)\.tfvars(?:\.json)?$/.test(name));
  const texts = await Promise.all(names.map((name) => readFile(join(root, name), "utf8")));
  return [...set, ...texts].join("\n");
}

function mentions(settings: string, variable: string): boolean {
  return settings.split(/[^\p{ID_Continue}-]+/u).includes(variable);
}

/**
 * Reads one directory and none of the modules that it calls.
 * @param limits for what was not written by the reader
 * @throws InputError CONFIGURATION_INVALID for a file that cannot be read, and when the files together are larger than allowed
 */
export async function readOneModule(
  directory: string,
  limits: { readonly maxBytes: number },
): Promise<ConfigurationModule> {
  const root = await realpath(directory);
  const names = await configurationNames(root);
  const sizes = await Promise.all(names.map((name) => readSize(root, name)));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes > limits.maxBytes) {
    const message = `configuration has ${bytes} bytes, expected at most ${limits.maxBytes}`;
    throw new InputError("CONFIGURATION_INVALID", message, { hint: "name the directory of a module" });
  }
  return { directory: root, files: await readFiles(root, root, await loadHclParser()) };
}

/** A link may lead nowhere, or to a device that never ends. */
async function readSize(directory: string, name: string): Promise<number> {
  const found = await stat(join(directory, name)).catch(() => undefined);
  if (found?.isFile() === true) return found.size;
  throw new InputError("CONFIGURATION_INVALID", `${name} is no file that can be read`, { path: name });
}

/** True when OpenTofu would find something to load there. */
export async function hasConfiguration(directory: string): Promise<boolean> {
  try {
    return (await configurationNames(directory)).length > 0;
  } catch (thrown) {
    if (["ENOENT", "ENOTDIR"].includes((thrown as NodeJS.ErrnoException).code ?? "")) return false;
    throw thrown;
  }
}

async function readFiles(root: string, directory: string, parse: ParseHcl): Promise<ConfigurationFile[]> {
  const names = await configurationNames(directory);
  const files = await Promise.all(names.map((name) => readOne(root, join(directory, name), parse)));
  return files.toSorted((one, other) => Number(one.isOverride) - Number(other.isOverride));
}

async function readOne(root: string, written: string, parse: ParseHcl): Promise<ConfigurationFile> {
  const name = relative(root, written);
  const [path, bytes] = await Promise.all([realpath(written), readFile(written)]).catch((cause: unknown) => {
    const message = `${name} cannot be read, expected a file or a link to one`;
    throw new InputError("CONFIGURATION_INVALID", message, { path: name, cause });
  });
  const text = decode(bytes, name);
  const blocks = name.endsWith(".json") ? parseJsonConfiguration(text, name) : parse(text, name);
  const stem = name.slice(0, -(suffixOf(name) ?? "").length);
  return { path, name, text, blocks, isOverride: /(^|[/\\_])override$/.test(stem) };
}

/** In the order of texts. */
async function configurationNames(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile() || entry.isSymbolicLink()).map(({ name }) => name);
  const all = new Set(names);
  return names.filter((name) => !isIgnored(name) && !isHidden(name, all)).toSorted();
}

/** What editors leave behind, and what is no configuration. */
function isIgnored(name: string): boolean {
  return name.startsWith(".") || name.startsWith("#") || suffixOf(name) === undefined;
}

function isHidden(name: string, all: ReadonlySet<string>): boolean {
  const suffix = suffixOf(name) ?? "";
  const other = hiddenBy[suffix];
  return other !== undefined && all.has(`${name.slice(0, -suffix.length)}${other}`);
}

function suffixOf(name: string): string | undefined {
  return suffixes.find((suffix) => name.endsWith(suffix));
}

/** A call of a module in a directory. */
interface LocalModule {
  readonly source: string;
  /** `main.tf:3 module.network` */
  readonly caller: string;
}

function localSources(files: readonly ConfigurationFile[]): LocalModule[] {
  return files.flatMap(({ name, blocks }) =>
    blocks.flatMap(({ type, labels, line, attributes }): LocalModule[] => {
      const source = type === "module" ? attributes.get("source")?.value : undefined;
      const isLocal = typeof source === "string" && (source.startsWith("./") || source.startsWith("../"));
      const caller = `${name}${line === undefined ? "" : `:${line}`} module.${labels.join(".")}`;
      return isLocal ? [{ source, caller }] : [];
    }),
  );
}

async function findDirectory(directory: string, { source, caller }: LocalModule): Promise<string> {
  const path = await realpath(join(directory, source)).catch(() => undefined);
  if (path !== undefined && (await stat(path)).isDirectory()) return path;
  const what = path === undefined ? "is not there" : "is no directory";
  const message = `${printable(caller)}: module ${printable(source)} ${what}, expected a directory`;
  throw new InputError("CONFIGURATION_INVALID", message, { path: caller });
}

/** The mark at the beginning is kept: what is written back has to be the same bytes. */
function decode(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new InputError("CONFIGURATION_INVALID", `${name} is not UTF-8`, { path: name, cause });
  }
}
