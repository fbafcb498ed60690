// After a command that failed: what doctor finds about the modules that it was to load. In a process of its own, so that the time it
// may take is kept; whatever goes wrong here, the command's end stays what it was.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { isScalrOciError } from "../../base/errors.ts";
import { printable } from "../../base/text.ts";
import { findPlainModules, type PlainModule } from "../lock/plain-modules.ts";
import { shellQuote } from "../shell-quote.ts";
import type { ChildCommand } from "./child.ts";

/** People wait for it after every failed run. */
const timeoutMs = 10_000;
/** Addresses that are looked at: one cause rarely shows in one of many alone. */
const maxAddresses = 3;
const maxLineLength = 500;
/** From here on a shell means that the command could not be run, or a signal ended it. */
const firstShellCode = 126;
const maxOutputBytes = 4 * 1024 * 1024;

const addressErrors: ReadonlySet<string> = new Set(["INVALID_OCI_REFERENCE", "INVALID_REGISTRY_HOST"]);
const loadingPrograms: ReadonlySet<string> = new Set(["tofu", "terragrunt"]);
const loadingCommands: ReadonlySet<string> = new Set(["init", "get"]);

interface Finding {
  readonly level: string;
  readonly message: string;
  readonly next: string | null;
}

/**
 * Looks only when the failure may have to do with modules: `tofu init` or `get`, or any command in a directory whose `oci://` modules
 * are not all installed.
 * @param directory the command's working directory @param program the command line of this program
 * @returns lines for stderr without their ends; none when there is nothing to say
 */
export async function explainFailure(
  command: ChildCommand,
  exitCode: number,
  directory: string,
  program: readonly string[] = [process.execPath, ...process.execArgv, process.argv[1] ?? ""],
): Promise<string[]> {
  if (exitCode >= firstShellCode) return [];
  try {
    const root = resolve(directory, changedDirectory(command) ?? ".");
    const addresses = await addressesOf(command, root);
    const answers = await Promise.all(addresses.map((address) => askDoctor(program, address, command, directory)));
    return [...new Set(answers.flat())];
  } catch (thrown) {
    // An address that OpenTofu cannot read either is a finding; a file that it cannot read, it has named itself.
    const isFinding = isScalrOciError(thrown) && addressErrors.has(thrown.code);
    return isFinding ? toLines(thrown.message, thrown.hint) : [];
  }
}

/** The modules to look at, as they stand in the sources; empty when the failure looks like another's. */
async function addressesOf(command: ChildCommand, root: string): Promise<string[]> {
  const { hasConfiguration, readConfiguration } = await import("../../hcl/configuration.ts");
  if (!(await hasConfiguration(root))) return [];
  const sources = findPlainModules(await readConfiguration(root), new Map()).map(sourceOf);
  const installed = await installedSources(resolve(root, command.environment["TF_DATA_DIR"] || ".terraform"));
  const missing = sources.filter((source) => !installed.has(source));
  const looksRelated = missing.length > 0 || isLoading(command);
  const wanted = missing.length > 0 ? missing : sources;
  return looksRelated ? [...new Set(wanted.map(withoutSubdirectory))].slice(0, maxAddresses) : [];
}

function isLoading({ name, args }: ChildCommand): boolean {
  return loadingPrograms.has(basename(name)) && args.some((word) => loadingCommands.has(word));
}

/** `-chdir=DIR` of OpenTofu. */
function changedDirectory({ args }: ChildCommand): string | undefined {
  return args.find((word) => word.startsWith("-chdir="))?.slice("-chdir=".length);
}

function sourceOf({ source }: PlainModule): string {
  return String(source.value);
}

/** `oci://HOST/REPOSITORY//network?tag=1` is loaded as `oci://HOST/REPOSITORY?tag=1`. */
function withoutSubdirectory(source: string): string {
  return source.replace(/^(oci:\/\/[^?]*?)\/\/[^?]*/, "$1");
}

/** What OpenTofu notes of the modules that it has loaded; opentofu, internal/modsdir/manifest.go. */
async function installedSources(dataDirectory: string): Promise<Set<string>> {
  try {
    const text = await readFile(join(dataDirectory, "modules", "modules.json"), "utf8");
    const { Modules } = JSON.parse(text) as { Modules: readonly { Source?: string }[] };
    return new Set(Modules.map(({ Source = "" }) => Source));
  } catch {
    return new Set();
  }
}

async function askDoctor(
  [node = "", ...script]: readonly string[],
  address: string,
  { environment }: ChildCommand,
  directory: string,
): Promise<string[]> {
  const { text, isCut } = await new Promise<{ text: string; isCut: boolean }>((done) => {
    const options = { env: { ...environment }, cwd: directory, timeout: timeoutMs, maxBuffer: maxOutputBytes };
    const args = [...script, "doctor", address, "--json"];
    // Doctor ends with another code than 0 when it finds something.
    execFile(node, args, { ...options, killSignal: "SIGKILL" }, (error, stdout) => {
      done({ text: stdout, isCut: error?.killed === true });
    });
  });
  if (isCut) {
    const message = `doctor found nothing about ${address} within ${timeoutMs / 1000} s`;
    return toLines(message, `to give it its time: scalr-oci doctor ${shellQuote(address)}`);
  }
  return problemsIn(text).flatMap(({ message, next }) => toLines(`${message} (doctor on ${address})`, next));
}

/** Nothing where doctor itself failed. */
function problemsIn(text: string): Finding[] {
  try {
    const { findings } = JSON.parse(text) as { findings: readonly Finding[] };
    return findings.filter(({ level }) => level === "problem");
  } catch {
    return [];
  }
}

function toLines(message: string, next: string | null | undefined): string[] {
  const line = `scalr-oci: ${printable(message, maxLineLength)}`;
  return [next ? `${line}\n  ${printable(next, maxLineLength)}` : line];
}
