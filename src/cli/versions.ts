// `scalr-oci versions`: the versions of a module that a registry holds.
import type { Command } from "commander";
import { InputError } from "../base/errors.ts";
import type { CliContext } from "./context.ts";
import { type JsonFlag, printResult } from "./json-flag.ts";
import { openRegistry, parsePackageReference } from "./registry-access.ts";

export function registerVersions(program: Command, context: CliContext): void {
  program
    .command("versions")
    .description("list the versions of a module, the newest first")
    .argument("<address>", "oci://HOST/REPOSITORY")
    .option("--json", "print the result as JSON", false)
    .action(async (address: string, flags: JsonFlag) => listVersions(context, address, flags));
}

async function listVersions(context: CliContext, address: string, flags: JsonFlag): Promise<void> {
  const { host, repository, tag, digest } = parsePackageReference(address);
  if (tag !== undefined || digest !== undefined) {
    throw new InputError("INVALID_OCI_REFERENCE", "address names one version, expected a repository", {
      path: "<address>",
      hint: `use oci://${host.value}/${repository}`,
    });
  }
  const { findVersionOfTag, sortVersions } = await import("../registry/version-tag.ts");
  const client = await openRegistry(context, { host, repository }, "pull");
  try {
    const tags = await client.listTags(repository);
    const versions = sortVersions(tags);
    // Tags that stand for the referrers of a digest are no names that people use.
    const others = tags.filter((one) => findVersionOfTag(one) === undefined && !/^sha(?:256|512)-/.test(one)).sort();
    printResult(context, flags, { repository: `${host.value}/${repository}`, versions, tags: others }, [
      ...versions,
      ...(others.length === 0 ? [] : [`other tags: ${others.join(", ")}`]),
    ]);
  } finally {
    await client.close();
  }
}
