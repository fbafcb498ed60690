// `scalr-oci pull`: unpacks a module package into a directory.
import { resolve } from "node:path";
import type { Command } from "commander";
import { formatOciReference } from "../names/oci-reference.ts";
import type { CliContext } from "./context.ts";
import { type JsonFlag, printResult } from "./json-flag.ts";
import { formatFiles, startProgress } from "./progress.ts";
import { openRegistry, parsePackageReference, versionOf } from "./registry-access.ts";

export function registerPull(program: Command, context: CliContext): void {
  program
    .command("pull")
    .description("unpack a module package into a directory")
    .argument("<address>", "oci://HOST/REPOSITORY[?tag=TAG | ?digest=DIGEST]")
    .argument("[dir]", "where to unpack it; must be missing or empty (default: last part of the repository)")
    .option("--json", "print the result as JSON", false)
    .action(async (address: string, directory: string | undefined, flags: JsonFlag) => {
      await pull(context, address, directory, flags);
    });
}

async function pull(
  context: CliContext,
  address: string,
  directory: string | undefined,
  flags: JsonFlag,
): Promise<void> {
  const reference = parsePackageReference(address);
  const { repository } = reference;
  const target = resolve(context.directory, directory ?? repository.split("/").at(-1) ?? "module");
  const { downloadModule, unpackModule } = await import("../registry/fetch-module.ts");
  const client = await openRegistry(context, reference, "pull");
  try {
    const progress = startProgress(context, `pulling ${repository}`);
    const receive = (received: number, total: number): void => progress.update(received, total);
    await using downloaded = await downloadModule(client, repository, versionOf(reference), receive).finally(() =>
      progress.end(),
    );
    const files = await unpackModule(downloaded, target);
    const { digest } = downloaded.fetched.descriptor;
    const pinned = formatOciReference({ ...reference, tag: undefined, digest });
    const size = downloaded.layer.size;
    const names = files.map(({ name }) => name);
    printResult(context, flags, { pinned, digest, directory: target, size, files: names }, [
      `pulled ${pinned} (${formatFiles(files.length, size)})`,
    ]);
  } finally {
    await client.close();
  }
}
