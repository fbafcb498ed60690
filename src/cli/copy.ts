// `scalr-oci copy`: takes a package from one repository to another, digests and all that is attached included.
import type { Command } from "commander";
import { InputError } from "../base/errors.ts";
import { formatOciReference, type OciReference } from "../names/oci-reference.ts";
import { isSameRegistryHost } from "../names/registry-host.ts";
import type { RegistryClient } from "../registry/client.ts";
import type { CopyResult } from "../registry/copy.ts";
import type { CliContext } from "./context.ts";
import { type JsonFlag, printResult } from "./json-flag.ts";
import { openRegistry, parsePackageReference, versionOf } from "./registry-access.ts";

interface CopyFlags extends JsonFlag {
  readonly force: boolean;
  readonly referrers: boolean;
}

export function registerCopy(program: Command, context: CliContext): void {
  program
    .command("copy")
    .description("copy a package to another repository or registry")
    .argument("<from>", "oci://HOST/REPOSITORY[?tag=TAG | ?digest=DIGEST]")
    .argument("<to>", "oci://HOST/REPOSITORY[?tag=TAG]; without a tag it has the one it is copied from")
    .option("--force", "move a tag that has other content", false)
    .option("--no-referrers", "leave provenance and signatures behind")
    .option("--json", "print the result as JSON", false)
    .action(async (from: string, to: string, flags: CopyFlags) => copy(context, from, to, flags));
}

async function copy(context: CliContext, fromText: string, toText: string, flags: CopyFlags): Promise<void> {
  const from = parsePackageReference(fromText);
  const to = parsePackageReference(toText);
  if (to.digest !== undefined) {
    const message = "target has a digest, expected a tag or none";
    throw new InputError("INVALID_OCI_REFERENCE", message, { path: "<to>", hint: "a digest follows from the content" });
  }
  const tag = to.tag ?? (from.digest === undefined ? versionOf(from) : undefined);
  const { copyPackage } = await import("../registry/copy.ts");
  const target = await openRegistry(context, to, "push");
  const source = isSameRegistryHost(from.host, to.host) ? target : await openRegistry(context, from, "pull");
  try {
    const result = await copyPackage({
      from: { client: source, repository: from.repository },
      to: { client: target, repository: to.repository },
      reference: versionOf(from),
      tag,
      isForced: flags.force,
      withReferrers: flags.referrers,
    });
    report(context, flags, { ...to, tag }, result);
  } finally {
    await closeAll(source, target);
  }
}

async function closeAll(...clients: RegistryClient[]): Promise<void> {
  await Promise.all([...new Set(clients)].map((client) => client.close()));
}

function report(context: CliContext, flags: CopyFlags, to: OciReference, result: CopyResult): void {
  const { descriptor, outcome, referrers } = result;
  const digest = descriptor.digest;
  const reference = to.tag === undefined ? undefined : formatOciReference(to);
  const pinned = formatOciReference({ ...to, tag: undefined, digest });
  const verb = { created: "copied", moved: "moved", unchanged: "unchanged" }[outcome];
  printResult(context, flags, { reference, pinned, digest, outcome, referrers }, [
    `${verb} ${reference ?? pinned}`,
    ...(referrers.length === 0 ? [] : [`  with ${referrers.length} attached`]),
    `  pinned ${pinned}`,
  ]);
}
