// Which files of a directory belong into a module package: all but what the default rules and the ignore file leave out;
// ignore rules as in gitignore(5). Links are followed to files inside the directory and nowhere else.
import { type Dirent, lstatSync, readFileSync, realpathSync } from "node:fs";
import { lstat, readdir, readFile, realpath, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import ignore, { type Ignore } from "ignore";
import { InputError } from "../base/errors.ts";
import { printable } from "../base/text.ts";

export const ignoreFileName = ".scalrociignore";
/** More files than any module has; a home directory that was named by mistake ends here. */
const maxFiles = 200_000;
/** An ignore file is a page of patterns. */
const maxIgnoreFileBytes = 1024 * 1024;

/** What never belongs into a package: history, caches, state, plans and variables with secrets. The ignore file may bring it back. */
export const defaultIgnoreRules: readonly string[] = [
  ".git",
  ".hg",
  ".svn",
  ".terraform/",
  ".terragrunt-cache/",
  "cdktf.out/",
  "*.tfstate",
  "*.tfstate.*",
  ".terraform.tfstate.lock.info",
  "*.tfplan",
  "*.tfvars",
  "*.tfvars.json",
  ".env",
  ".env.*",
  "crash.log",
  "crash.*.log",
  ".terraformrc",
  "terraform.rc",
  ".DS_Store",
  ignoreFileName,
];

/** Names of private keys, as the programs that make them give them. */
const privateKeyName = /^(?:id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?|.*\.(?:ppk|p12|pfx))$/;
/** Names of files that may hold a private key or something public. */
const maybeKeyName = /\.(?:pem|key)$/;
const privateKeyHead = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/;
/** A key stands at the beginning or behind its certificates. */
const maxKeyBytes = 1024 * 1024;

export interface ModuleFile {
  /** Path from the package's root, with `/` between its parts. */
  readonly name: string;
  /** Where its bytes are; of a link, where it leads. */
  readonly path: string;
  readonly size: number;
  readonly isExecutable: boolean;
}

export interface ModuleContents {
  readonly files: readonly ModuleFile[];
  /** Names of files that look like private keys and that the ignore file does not bring back. */
  readonly leftOut: readonly string[];
}

/**
 * The files of a module, sorted by the bytes of their names.
 * @throws InputError PACKAGE_DIRECTORY_INVALID for what cannot be packed: no directory, no OpenTofu file in it, links that leave
 *   it or lead to directories, sockets, devices, names that other systems cannot hold
 */
export async function listModuleFiles(directory: string): Promise<ModuleContents> {
  const root = await resolveDirectory(directory);
  const walk: Walk = { root, rules: await readRules(root), files: [], leftOut: [] };
  await visit(walk, "");
  if (!walk.files.some(({ name }) => /\.(?:tf|tofu)(?:\.json)?$/.test(name))) {
    throw invalid(
      "the directory holds no OpenTofu module, expected a .tf or .tofu file",
      "name the module's own directory",
    );
  }
  const files = walk.files.sort((one, other) => Buffer.compare(Buffer.from(one.name), Buffer.from(other.name)));
  return { files, leftOut: walk.leftOut.sort() };
}

interface Walk {
  readonly root: string;
  readonly rules: Ignore;
  readonly files: ModuleFile[];
  readonly leftOut: string[];
}

async function resolveDirectory(directory: string): Promise<string> {
  const found = await stat(directory).catch(() => undefined);
  if (found?.isDirectory() !== true) {
    throw invalid(`there is no directory ${printable(directory)}, expected the directory of a module`);
  }
  return realpath(directory);
}

async function readRules(root: string): Promise<Ignore> {
  // Case counts on every system, or the same directory would make different packages.
  const rules = ignore({ ignorecase: false }).add([...defaultIgnoreRules]);
  const path = join(root, ignoreFileName);
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return rules;
  if (!found.isFile() || found.size > maxIgnoreFileBytes) {
    throw invalid(`${ignoreFileName} cannot be used, expected a file of at most ${maxIgnoreFileBytes} bytes`);
  }
  return rules.add(await readFile(path, "utf8"));
}

async function visit(walk: Walk, prefix: string): Promise<void> {
  for (const entry of await readdir(join(walk.root, prefix), { withFileTypes: true })) {
    const name = `${prefix}${entry.name}`;
    if (walk.rules.ignores(entry.isDirectory() ? `${name}/` : name)) continue;
    checkName(name, entry.name);
    if (entry.isDirectory()) await visit(walk, `${name}/`);
    else addFile(walk, describe(walk.root, name, entry), entry.name);
    if (walk.files.length > maxFiles) {
      throw invalid(`the directory holds more than ${maxFiles} files`, `leave files out in ${ignoreFileName}`);
    }
  }
}

function addFile({ rules, files, leftOut }: Walk, file: ModuleFile, part: string): void {
  const isLeftOut = isPrivateKey(file, part) && !rules.test(file.name).unignored;
  if (isLeftOut) leftOut.push(file.name);
  else files.push(file);
}

function isPrivateKey({ path, size }: ModuleFile, part: string): boolean {
  if (privateKeyName.test(part)) return true;
  return maybeKeyName.test(part) && size <= maxKeyBytes && privateKeyHead.test(readFileSync(path, "latin1"));
}

/** Names that a zip, another system or a terminal would take for something else. */
function checkName(name: string, part: string): void {
  const isBad = part.includes("\ufffd") || /[\u0000-\u001f\u007f\\]/.test(part);
  if (!isBad) return;
  throw invalid(
    `a file cannot be packed under its name, got ${printable(name)}, expected UTF-8 without control characters and backslashes`,
    `rename it or leave it out in ${ignoreFileName}`,
  );
}

/** Blocking on purpose, as in module-package.ts: one call a file through the thread pool is most of the time. */
function describe(root: string, name: string, entry: Dirent): ModuleFile {
  const path = entry.isSymbolicLink() ? resolveLink(root, name) : join(root, name);
  const found = lstatSync(path);
  if (!found.isFile()) throw unpackable(name, kindOf(found));
  return { name, path, size: found.size, isExecutable: (found.mode & 0o100) !== 0 };
}

function resolveLink(root: string, name: string): string {
  const target = findTarget(join(root, name));
  if (target === undefined) throw unpackable(name, "a link that leads nowhere");
  const inside = relative(root, target);
  const leaves = inside === ".." || inside.startsWith(`..${sep}`) || inside === "" || inside.startsWith(sep);
  if (leaves) throw unpackable(name, "a link that leads out of the directory");
  if (lstatSync(target).isDirectory()) throw unpackable(name, "a link to a directory");
  return target;
}

function findTarget(link: string): string | undefined {
  try {
    return realpathSync(link);
  } catch {
    return undefined;
  }
}

function kindOf(found: { isSocket(): boolean; isFIFO(): boolean }): string {
  if (found.isSocket()) return "a socket";
  return found.isFIFO() ? "a named pipe" : "a device";
}

function unpackable(name: string, what: string): InputError {
  return invalid(
    `${printable(name)} cannot be packed, got ${what}, expected a file or a link to one`,
    `replace it or leave it out in ${ignoreFileName}`,
  );
}

function invalid(message: string, hint?: string): InputError {
  return new InputError("PACKAGE_DIRECTORY_INVALID", message, { hint });
}
