// `scalr-oci key`: the key-encryption key of our own server, on the machine where its data lies.
import { resolve } from "node:path";
import type { Command } from "commander";
import { systemClock } from "../base/clock.ts";
import type { CliContext } from "./context.ts";
import { dataDirectoryOf } from "./data-directory.ts";
import { shellQuote } from "./shell-quote.ts";

interface RotateFlags {
  readonly data?: string;
  readonly keyFile?: string;
  readonly newKeyFile: string;
  readonly json?: boolean;
}

export function registerKey(program: Command, context: CliContext): void {
  const key = program.command("key").description("the key-encryption key of scalr-oci serve");
  key
    .command("rotate")
    .description("put another key in the place of the one in use; a server that runs goes on")
    .option("--data <dir>", "where the server's database lies (default: the user's data directory)")
    .option(
      "--key-file <file>",
      "key in use (default: SCALR_OCI_KEY, else the one in the user's configuration directory)",
    )
    .requiredOption("--new-key-file <file>", "key to use from now on; made when it is not there")
    .option("--json", "print one JSON object")
    .action(async (flags: RotateFlags) => rotate(context, flags));
}

async function rotate(context: CliContext, flags: RotateFlags): Promise<void> {
  const { rotateKey } = await import("../server/rotate-key.ts");
  const newKeyFile = resolve(context.directory, flags.newKeyFile);
  const rotation = await rotateKey({
    dataDirectory: dataDirectoryOf(context, flags.data),
    keyFile: flags.keyFile === undefined ? undefined : resolve(context.directory, flags.keyFile),
    newKeyFile,
    environment: context.environment,
    clock: systemClock,
  });
  const say = (line: string) => void context.stderr.write(`${line}\n`);
  const { from, to, isNewKeyMade, isNewKeyExposed } = rotation;
  if (isNewKeyMade) say(`a new key (${to}) is in ${newKeyFile}; keep a copy of it apart from the data`);
  if (isNewKeyExposed) say(`warning: others may read the key; run chmod 600 ${shellQuote(newKeyFile)}`);
  say(
    from === to
      ? `key ${to} is in use already: nothing was changed`
      : `key ${to} is in the place of ${from}; from its next start on the server needs --key-file ${shellQuote(newKeyFile)}, ` +
          `backups that are older need ${from}`,
  );
  if (flags.json === true) context.stdout.write(`${JSON.stringify({ from, to, keyFile: newKeyFile })}\n`);
}
