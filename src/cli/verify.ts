// `scalr-oci verify`: checks a published module without running it.
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import { InputError } from "../base/errors.ts";
import type { CliContext } from "./context.ts";
import { type JsonFlag, printResult } from "./json-flag.ts";
import type { CommandResult } from "./program.ts";
import { openRegistry, parsePackageReference, versionOf } from "./registry-access.ts";

interface VerifyFlags extends JsonFlag {
  readonly key?: string;
  readonly source?: string;
  readonly revision?: string;
}

export function registerVerify(program: Command, context: CliContext, result: CommandResult): void {
  program
    .command("verify")
    .description("check a published module: package, archive, provenance")
    .argument("<address>", "oci://HOST/REPOSITORY[?tag=TAG | ?digest=DIGEST]")
    .option("--key <file>", "public key that must have signed the provenance, PEM")
    .option("--source <url>", "repository that the provenance must name")
    .option("--revision <commit>", "commit that the provenance must name")
    .option("--json", "print the result as JSON", false)
    .action(async (address: string, flags: VerifyFlags) => {
      result.exitCode = (await verify(context, address, flags)) ? 0 : 1;
    });
}

async function verify(context: CliContext, address: string, flags: VerifyFlags): Promise<boolean> {
  const reference = parsePackageReference(address);
  const { source, revision } = flags;
  const publicKeyPem = flags.key === undefined ? undefined : await readKeyFile(context, flags.key, "--key");
  if (publicKeyPem !== undefined) (await import("../registry/envelope.ts")).checkPublicKey(publicKeyPem);
  const { verifyModule } = await import("../registry/verify-module.ts");
  const client = await openRegistry(context, reference, "pull");
  try {
    const demands = { publicKeyPem, source, revision };
    const report = await verifyModule(client, reference.repository, versionOf(reference), demands);
    const lines = report.checks.map(
      ({ name, isPassed, detail }) => `${isPassed ? "ok    " : "FAILED"} ${name}: ${detail}`,
    );
    printResult(context, flags, report, lines);
    return report.isPassed;
  } finally {
    await client.close();
  }
}

/** The text of a key file. @throws InputError KEY_UNUSABLE */
export async function readKeyFile(context: CliContext, file: string, option: string): Promise<string> {
  try {
    return await readFile(resolve(context.directory, file), "utf8");
  } catch (cause) {
    throw new InputError("KEY_UNUSABLE", `file of ${option} cannot be read, expected a key in PEM`, {
      path: option,
      hint: "check the file's name and who may read it",
      cause,
    });
  }
}
