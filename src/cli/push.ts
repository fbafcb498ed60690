// `scalr-oci push`: publishes a module, or with --provider a provider, to an OCI registry.
import { resolve } from "node:path";
import { type Command, Option } from "commander";
import { InputError } from "../base/errors.ts";
import type { CliContext } from "./context.ts";
import type { JsonFlag } from "./json-flag.ts";

const createdKey = "org.opencontainers.image.created";

export interface PushFlags extends JsonFlag {
  readonly version?: string;
  readonly aliases: boolean;
  readonly force: boolean;
  readonly dryRun: boolean;
  readonly license?: string;
  readonly annotation: readonly string[];
  readonly git: boolean;
  readonly provenance: boolean;
  readonly signKey?: string;
  readonly provider: boolean;
}

export function registerPush(program: Command, context: CliContext): void {
  const collect = (value: string, before: readonly string[]): string[] => [...before, value];
  program
    .command("push")
    .description("publish a module directory to an OCI registry, as OpenTofu loads it")
    .argument("<dir>", "the module's directory; .scalrociignore in it leaves files out")
    .argument("<address>", "oci://HOST/REPOSITORY, with ?tag=TAG unless --version is given")
    .addOption(new Option("--version <semver>", "publish as this version; its aliases, such as 1.4 and 1, follow it"))
    .option("--no-aliases", "leave the tags 1.4 and 1 as they are")
    .option("--force", "move a tag that has other content", false)
    .option("--dry-run", "show what would be published, change nothing", false)
    .option("--license <spdx>", "licence, such as Apache-2.0")
    .addOption(
      new Option("--annotation <key=value>", "a further annotation; repeatable").argParser(collect).default([]),
    )
    .option("--no-git", "do not read source and revision from git")
    .option("--no-provenance", "attach no statement of source and revision")
    .option("--sign-key <file>", "private key that signs the statement, PEM")
    .option("--provider", "publish the provider packages in <dir> for OpenTofu's oci_mirror", false)
    .option("--json", "print the result as JSON", false)
    .action(async (directory: string, address: string, flags: PushFlags) => {
      if (directory === "") throw noDirectory();
      if (flags.provider && flags.signKey !== undefined) throw signedProvider();
      const path = resolve(context.directory, directory);
      if (flags.provider) await (await import("./push-provider.ts")).pushProviderCommand(context, path, address, flags);
      else await (await import("./push-module.ts")).pushModuleCommand(context, path, address, flags);
    });
}

function noDirectory(): InputError {
  const message = "directory is empty, expected the name of one";
  return new InputError("INVALID_ARGUMENT", message, { path: "<dir>", hint: "write . for the current directory" });
}

function signedProvider(): InputError {
  const message = "providers are not signed here, got --sign-key beside --provider, expected one of them";
  return new InputError("INVALID_ARGUMENT", message, {
    path: "--sign-key",
    hint: "leave out --sign-key",
  });
}

/** The annotations that a caller gave, by key. @throws InputError INVALID_ARGUMENT */
export function parseAnnotations(flags: PushFlags): Record<string, string> {
  return Object.fromEntries(
    flags.annotation.map((text) => {
      const at = text.indexOf("=");
      if (at <= 0) throw wrongAnnotation("annotation is not valid, expected KEY=VALUE");
      const [key, value] = [text.slice(0, at), text.slice(at + 1)];
      if (key === createdKey && !isTime(value)) {
        throw wrongAnnotation(`annotation ${createdKey} is not valid, expected a time such as 2026-01-31T12:00:00Z`);
      }
      return [key, value];
    }),
  );
}

/** RFC 3339, as the OCI image specification wants it. */
function isTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i.test(text) && !Number.isNaN(Date.parse(text));
}

function wrongAnnotation(message: string): InputError {
  return new InputError("INVALID_ARGUMENT", message, { path: "--annotation" });
}

export function wrongAddress(what: string, hint: string): InputError {
  return new InputError("INVALID_OCI_REFERENCE", `address ${what}`, { path: "<address>", hint });
}
