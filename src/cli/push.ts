// `scalr-oci push`: publishes a module directory to an OCI registry, as OpenTofu wants it.
import { resolve } from "node:path";
import { type Command, Option } from "commander";
import { InputError } from "../base/errors.ts";
import { printable } from "../base/text.ts";
import { formatOciReference, type OciReference } from "../names/oci-reference.ts";
import type { ZipFile } from "../registry/module-package.ts";
import type { PushPlan } from "../registry/push-module.ts";
import type { UploadOutcome } from "../registry/upload.ts";
import type { CliContext } from "./context.ts";
import { formatBytes, startProgress } from "./progress.ts";
import { openRegistry, parsePackageReference } from "./registry-access.ts";

interface PushFlags {
  readonly version?: string;
  readonly aliases: boolean;
  readonly force: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly license?: string;
  readonly annotation: readonly string[];
  readonly git: boolean;
}

/** What is pushed where. */
interface Target {
  readonly reference: OciReference;
  readonly tag: string;
  /** Undefined when the tag is no version. */
  readonly version: string | undefined;
  readonly hasAliases: boolean;
}

export function registerPush(program: Command, context: CliContext): void {
  program
    .command("push")
    .description("publish a module directory to an OCI registry")
    .argument("<dir>", "the module's directory; .scalrociignore in it leaves files out")
    .argument("<address>", "oci://HOST/REPOSITORY, with ?tag=TAG unless --version is given")
    .addOption(new Option("--version <semver>", "publish as this version; its aliases, such as 1.4 and 1, follow it"))
    .option("--no-aliases", "leave the tags 1.4 and 1 as they are")
    .option("--force", "move a tag that has other content", false)
    .option("--dry-run", "show what would be published, change nothing", false)
    .option("--license <spdx>", "licence of the module, such as Apache-2.0")
    .addOption(
      new Option("--annotation <key=value>", "a further annotation; repeatable").argParser(collect).default([]),
    )
    .option("--no-git", "do not read source and revision from git")
    .option("--json", "print the result as JSON", false)
    .action(async (directory: string, address: string, flags: PushFlags) => {
      await push(context, resolve(context.directory, directory), address, flags);
    });
}

async function push(context: CliContext, directory: string, address: string, flags: PushFlags): Promise<void> {
  const target = await readTarget(address, flags);
  const annotations = await readAnnotations(context, directory, target, flags);
  const { packModule } = await import("../registry/module-package.ts");
  const { planPush, executePush } = await import("../registry/push-module.ts");
  await using zip = await packModule(directory);
  const client = await openRegistry(context, target.reference.host, "push");
  try {
    const { tag, hasAliases, reference } = target;
    const { repository } = reference;
    const version = hasAliases ? target.version : undefined;
    const plan = await planPush({ client, repository, zip, tag, version, annotations, isForced: flags.force });
    if (flags.dryRun) return print(context, flags, describe(target, zip, plan, undefined));
    const progress = startProgress(context, `pushing ${repository}`, zip.size);
    const upload = await executePush(plan, (sent) => progress.update(sent)).finally(() => progress.end());
    print(context, flags, describe(target, zip, plan, upload));
  } finally {
    await client.close();
  }
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

async function readTarget(address: string, flags: PushFlags): Promise<Target> {
  const reference = parsePackageReference(address);
  if (reference.digest !== undefined) {
    throw wrongAddress("has a digest, expected a tag", "a digest follows from the content; give --version or ?tag=");
  }
  if (reference.tag !== undefined && flags.version !== undefined) {
    throw wrongAddress("has a tag beside --version, expected one of them", "leave out ?tag=");
  }
  const { findVersionOfTag, parseVersion } = await import("../registry/version-tag.ts");
  if (flags.version !== undefined) return { reference, ...parseVersion(flags.version), hasAliases: flags.aliases };
  if (reference.tag === undefined) {
    throw wrongAddress("names no version, expected --version or ?tag=TAG", "give --version 1.0.0, or ?tag=latest");
  }
  return { reference, tag: reference.tag, version: findVersionOfTag(reference.tag), hasAliases: false };
}

async function readAnnotations(
  context: CliContext,
  directory: string,
  { version }: Target,
  flags: PushFlags,
): Promise<Record<string, string>> {
  const { findModuleOrigin, noOrigin, toAnnotations } = await import("./module-origin.ts");
  const origin = flags.git ? await findModuleOrigin(directory, context.environment) : noOrigin;
  const given = flags.annotation.map(parseAnnotation);
  return { ...toAnnotations(origin, { version, licenses: flags.license }), ...Object.fromEntries(given) };
}

function parseAnnotation(text: string): [key: string, value: string] {
  const at = text.indexOf("=");
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new InputError("INVALID_ARGUMENT", "annotation is not valid, expected KEY=VALUE", { path: "--annotation" });
}

/** The result, as `--json` prints it. */
interface PushReport {
  readonly reference: string;
  /** The same module for good, whatever becomes of the tag. */
  readonly pinned: string;
  readonly digest: string;
  readonly tag: string;
  readonly aliases: readonly string[];
  readonly outcome: PushPlan["outcome"];
  /** How the zip got there; absent in a dry run. */
  readonly upload?: UploadOutcome;
  readonly dryRun: boolean;
  readonly zip: { readonly digest: string; readonly size: number };
  readonly files: readonly string[];
}

function describe(target: Target, zip: ZipFile, plan: PushPlan, upload: UploadOutcome | undefined): PushReport {
  const { host, repository } = target.reference;
  const place = { host, repository, subdir: undefined, tag: undefined, digest: undefined };
  return {
    reference: formatOciReference({ ...place, tag: target.tag }),
    pinned: formatOciReference({ ...place, digest: plan.manifest.digest }),
    digest: plan.manifest.digest,
    tag: target.tag,
    aliases: plan.aliases,
    outcome: plan.outcome,
    ...(upload === undefined ? {} : { upload }),
    dryRun: upload === undefined,
    zip: { digest: zip.digest, size: zip.size },
    files: zip.files.map(({ name }) => name),
  };
}

function print(context: CliContext, flags: PushFlags, report: PushReport): void {
  if (flags.json) return void context.stdout.write(`${JSON.stringify(report)}\n`);
  if (report.dryRun) context.stdout.write(report.files.map((name) => `  ${printable(name)}\n`).join(""));
  const verb = { created: "pushed", moved: "moved", unchanged: "unchanged" }[report.outcome];
  const size = `${report.files.length} ${report.files.length === 1 ? "file" : "files"}, ${formatBytes(report.zip.size)}`;
  context.stdout.write(`${report.dryRun ? "would be " : ""}${verb} ${report.reference} (${size})\n`);
  if (report.aliases.length > 0) context.stdout.write(`  also ${report.aliases.join(", ")}\n`);
  context.stdout.write(`  pinned ${report.pinned}\n`);
}

function wrongAddress(what: string, hint: string): InputError {
  return new InputError("INVALID_OCI_REFERENCE", `address ${what}`, { path: "<address>", hint });
}
