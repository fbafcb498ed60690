// `scalr-oci setup HOST…`: makes the clients on this machine ask our credential helper.
import type { Command } from "commander";
import type { CliContext } from "./context.ts";

interface SetupFlags {
  readonly undo: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

export function registerSetup(program: Command, context: CliContext): void {
  program
    .command("setup")
    .summary("make OpenTofu, docker and podman ask the credential helper")
    .description(
      "Makes the clients on this machine ask docker-credential-scalr for these registry hosts: OpenTofu by a block in its CLI " +
        "configuration, which goes before a stale docker login; docker, oras, helm and others by Docker's configuration; " +
        "podman, buildah and skopeo by a file beside registries.conf. Shows each change as a diff. Doing it twice changes " +
        "nothing, entries that name another helper stay.",
    )
    .argument("[host...]", "registry hosts (default: those that a login is stored for)")
    .option("--undo", "take out what setup has put in; without hosts, all of it", false)
    .option("--dry-run", "only show the changes", false)
    .option("--json", "print the result as JSON", false)
    .action(async (hosts: readonly string[], flags: SetupFlags) => {
      const { runSetup } = await import("./setup/run-setup.ts");
      await runSetup(hosts, flags, context);
    });
}
