// `scalr-oci login` and `logout`: a registry's login in the local store, where the credential helper finds it.
import type { Command } from "commander";
import type { CliContext } from "./context.ts";

interface LoginFlags {
  readonly username?: string;
  readonly passwordStdin: boolean;
  readonly check: boolean;
}

export function registerLogin(program: Command, context: CliContext): void {
  program
    .command("login")
    .summary("keep the login of a registry for the credential helper")
    .description(
      "Asks for a user name and an access token, says which permission it needs and where it is made, asks the registry whether " +
        "it takes them, and keeps them in a file that only you can read. Scripts give the token with --password-stdin.",
    )
    .argument("<host>", "registry host, such as ghcr.io")
    .option("-u, --username <name>", "the user name")
    .option("--password-stdin", "read the password from stdin", false)
    .option("--no-check", "keep it without asking the registry")
    .action(async (host: string, flags: LoginFlags) => {
      const { runLogin } = await import("./login/run-login.ts");
      await runLogin(host, flags, context);
    });
}

export function registerLogout(program: Command, context: CliContext): void {
  program
    .command("logout")
    .description("forget the login of a registry")
    .argument("<host>", "registry host, such as ghcr.io")
    .action(async (host: string) => {
      const { runLogout } = await import("./login/run-logout.ts");
      await runLogout(host, context);
    });
}
