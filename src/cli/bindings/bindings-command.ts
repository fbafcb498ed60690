// The work of `scalr-oci bindings`: a module out of a registry or a directory, its variables and outputs, a file with a class.
import { lstat, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { makeDirectories } from "../../base/directory.ts";
import { ConflictError, InputError, NotFoundError } from "../../base/errors.ts";
import { printable } from "../../base/text.ts";
import { type ConfigurationModule, readOneModule } from "../../hcl/configuration.ts";
import { loadExpressionParser } from "../../hcl/hcl-parser.ts";
import { type ModuleInterface, readModuleInterface } from "../../hcl/module-interface.ts";
import { formatOciReference, type OciReference, parseOciReference } from "../../names/oci-reference.ts";
import { downloadModule, unpackModule } from "../../registry/fetch-module.ts";
import type { BindingsFlags } from "../bindings.ts";
import type { CliContext } from "../context.ts";
import { printResult } from "../json-flag.ts";
import { startProgress } from "../progress.ts";
import { openRegistry, versionOf } from "../registry-access.ts";
import { replaceFile } from "../replace-file.ts";
import { isClassName, toPascalCase } from "./names.ts";
import { bindingsMark, type BindingsOrigin, isFreeClassName, renderClass } from "./render-class.ts";

/** The configuration files of one module together; large modules have some hundred thousand bytes. */
const maxConfigurationBytes = 8 * 1024 ** 2;

/** @param target an `oci://` address, or a directory */
export async function bindingsCommand(context: CliContext, target: string, flags: BindingsFlags): Promise<void> {
  const className = flags.name === undefined ? undefined : checkClassName(flags.name);
  const file = flags.out === undefined ? undefined : resolve(context.directory, flags.out);
  if (file !== undefined) await checkTarget(file);
  const found = await readTarget(context, target);
  const options = { className: className ?? found.className, framework: flags.framework, origin: found.origin };
  const code = renderClass(found.module, options);
  if (file !== undefined) {
    makeDirectories(dirname(file));
    await replaceFile(file, code);
  }
  report(context, flags, { ...found, ...options, code, file });
}

interface FoundModule {
  readonly module: ModuleInterface;
  readonly origin: BindingsOrigin;
  /** When none is asked for. */
  readonly className: string;
}

async function readTarget(context: CliContext, target: string): Promise<FoundModule> {
  const isAddress = target.includes("://") || target.startsWith("oci:");
  if (isAddress) return readPackage(context, parseOciReference(target));
  const directory = resolve(context.directory, target);
  const found = await stat(directory).catch(() => undefined);
  if (found?.isDirectory() !== true) {
    throw new InputError("INVALID_ARGUMENT", `there is no directory ${printable(target)}, expected that of a module`, {
      hint: "name a directory, or oci://HOST/REPOSITORY?tag=TAG",
    });
  }
  const name = basename(directory);
  return {
    module: await readInterface(directory, `the directory ${printable(name)}`),
    origin: { title: `the directory ${printable(name)}`, package: undefined },
    className: deriveClassName(name),
  };
}

async function readPackage(context: CliContext, reference: OciReference): Promise<FoundModule> {
  const { host, repository, subdir } = reference;
  const client = await openRegistry(context, { host }, "pull");
  const folder = await mkdtemp(join(tmpdir(), "scalr-oci-bindings-"));
  try {
    const progress = startProgress(context, `pulling ${repository}`);
    const receive = (received: number, total: number): void => progress.update(received, total);
    await using downloaded = await downloadModule(client, repository, versionOf(reference), receive).finally(() =>
      progress.end(),
    );
    const root = join(folder, "module");
    await unpackModule(downloaded, root);
    const { digest } = downloaded.fetched.descriptor;
    const [title, pinned] = [formatOciReference(reference), { ...reference, tag: undefined, digest }];
    return {
      module: await readInterface(await findSubdirectory(root, subdir), title),
      origin: {
        title,
        package: {
          address: formatOciReference({ ...reference, tag: undefined, digest: undefined }),
          digest,
          pinned: formatOciReference(pinned),
        },
      },
      className: deriveClassName((subdir ?? repository).split("/").at(-1) ?? ""),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
    await client.close();
  }
}

/** A package has no links, so what is below its root is in it. */
async function findSubdirectory(root: string, subdir: string | undefined): Promise<string> {
  if (subdir === undefined) return root;
  const directory = join(root, ...subdir.split("/"));
  const found = await lstat(directory).catch(() => undefined);
  if (found?.isDirectory() === true) return directory;
  throw new NotFoundError("REGISTRY_CONTENT_NOT_FOUND", `package has no directory ${printable(subdir)}`, {
    hint: "scalr-oci pull shows what is in it",
  });
}

async function readInterface(directory: string, title: string): Promise<ModuleInterface> {
  const configuration: ConfigurationModule = await readOneModule(directory, { maxBytes: maxConfigurationBytes });
  if (configuration.files.length === 0) {
    throw new InputError("CONFIGURATION_INVALID", `${title} holds no OpenTofu module, expected a .tf or .tofu file`, {
      hint: "name the module's own directory, in a package by //SUBDIR",
    });
  }
  return readModuleInterface(configuration, await loadExpressionParser());
}

/** The file of an earlier run may be replaced, and nothing else. */
async function checkTarget(file: string): Promise<void> {
  const text = await readFile(file, "utf8").catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === "ENOENT") return undefined;
    throw taken(file, thrown);
  });
  if (text !== undefined && text !== "" && !text.startsWith(bindingsMark)) throw taken(file);
}

function checkClassName(name: string): string {
  if (isClassName(name) && isFreeClassName(name)) return name;
  const message = `class name is not valid, got ${printable(name)}, expected such as Network`;
  throw new InputError("INVALID_ARGUMENT", message, { path: "--name", hint: "give another name with --name" });
}

function deriveClassName(name: string): string {
  const pascal = toPascalCase(name);
  if (!isClassName(pascal)) return `Module${pascal.replace(/^_/, "")}`;
  return isFreeClassName(pascal) ? pascal : `${pascal}Module`;
}

interface MadeBindings extends FoundModule {
  readonly framework: string;
  readonly code: string;
  /** Undefined when the code is printed. */
  readonly file: string | undefined;
}

function report(context: CliContext, flags: BindingsFlags, made: MadeBindings): void {
  const { className, framework, code, file, module, origin } = made;
  if (file === undefined && !flags.json) {
    context.stdout.write(code);
    return;
  }
  const variables = module.variables.map(({ name }) => name);
  const outputs = module.outputs.map(({ name }) => name);
  const document = {
    className,
    framework,
    source: origin.package?.pinned,
    digest: origin.package?.digest,
    variables,
    outputs,
    ...(file === undefined ? { code } : { file }),
  };
  printResult(context, flags, document, [
    `wrote ${flags.out ?? ""}: class ${className} of ${origin.package?.pinned ?? origin.title} (${count(variables, "variable")}, ${count(outputs, "output")})`,
  ]);
}

function count(items: readonly unknown[], noun: string): string {
  return `${items.length} ${noun}${items.length === 1 ? "" : "s"}`;
}

function taken(file: string, cause?: unknown): ConflictError {
  return new ConflictError("TARGET_EXISTS", `${printable(basename(file))} was not made by scalr-oci bindings`, {
    hint: "name a file that does not exist yet, or remove that one",
    cause,
  });
}
