// `scalr-oci setup provider`: puts the provider where OpenTofu and Terraform find it, and says what is left to do.
import { execFile } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import type { Command } from "commander";
import { InputError } from "../base/errors.ts";
import { isNodeTooOld, oldestNode } from "../base/required-node.ts";
import { version } from "../base/version.ts";
import type { CliContext } from "./context.ts";
import { findInstallationBlock, impliedMirror } from "./implied-mirror.ts";
import {
  type InstalledPackage,
  installProvider,
  mirrorConfiguration,
  platformOf,
  requiredProviders,
} from "./provider-mirror.ts";

const nodeTimeoutMs = 5_000;

interface SetupFlags {
  readonly directory?: string;
  readonly json?: boolean;
}

/** What was done, as `--json` prints it. */
interface SetupReport {
  readonly version: string;
  readonly platform: string;
  /** Root of the filesystem mirror. */
  readonly directory: string;
  readonly packages: readonly InstalledPackage[];
  /** True when OpenTofu and Terraform look there without any configuration. */
  readonly isFoundByItself: boolean;
  /** CLI configuration file whose provider_installation block leaves implied directories out. */
  readonly configurationFile: string | null;
  /** What to put into the CLI configuration; null when nothing is needed. */
  readonly configuration: string | null;
}

/** Where the provider's executable comes from and for whom it is installed. */
export interface SetupEnvironment {
  /** The running program, to find the provider beside it. */
  readonly program: string;
  readonly platform: NodeJS.Platform;
  readonly architecture: string;
}

const thisProcess: SetupEnvironment = {
  program: process.argv[1] ?? "",
  platform: process.platform,
  architecture: process.arch,
};

export function registerSetupProvider(
  program: Command,
  context: CliContext,
  from: SetupEnvironment = thisProcess,
): void {
  const setup = program.commands.find((command) => command.name() === "setup") ?? program.command("setup");
  setup
    .command("provider")
    .description("install terraform-provider-scalr for OpenTofu and Terraform, source scalr-oci/scalr")
    .option("--directory <dir>", "root of a filesystem mirror (default: one that both search without configuration)")
    .option("--json", "print one JSON object")
    .action(async (flags: SetupFlags) => {
      const report = setUp(context, flags, from);
      context.stdout.write(flags.json === true ? `${JSON.stringify(report)}\n` : describe(report));
      await warn(context, report);
    });
}

function setUp({ environment, directory: here }: CliContext, flags: SetupFlags, from: SetupEnvironment): SetupReport {
  const platform = platformOf(from.platform, from.architecture);
  const executable = findProvider(from.program);
  const implied = flags.directory === undefined ? impliedMirror(environment, from.platform) : undefined;
  const directory = implied ?? resolve(here, flags.directory ?? "");
  const packages = installProvider({ directory, version, platform, executable });
  const configurationFile = findInstallationBlock(environment) ?? null;
  const isFoundByItself = implied !== undefined && configurationFile === null;
  const configuration = isFoundByItself ? null : mirrorConfiguration(directory);
  return { version, platform, directory, packages, isFoundByItself, configurationFile, configuration };
}

/** Beside this program, where the package has it; where it is built when the program runs from its sources. */
function findProvider(program: string): string {
  const here = dirname(existsSync(program) ? realpathSync(program) : program);
  const places = [
    join(here, "terraform-provider-scalr"),
    join(here, "..", "..", "dist", "bin", "terraform-provider-scalr"),
  ];
  const found = places.find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new InputError(
    "INVALID_ARGUMENT",
    "terraform-provider-scalr is not beside scalr-oci, expected the whole package",
    {
      hint: "install scalr-oci again; in a clone, run npm run build",
    },
  );
}

function describe(report: SetupReport): string {
  const { directory, packages, configuration, configurationFile } = report;
  const isNew = packages.some(({ change }) => change !== "none");
  const lines = [`scalr-oci/scalr ${report.version} ${isNew ? "is now" : "was already"} in ${directory}`, ""];
  if (configuration === null) {
    lines.push("OpenTofu and Terraform look there by themselves; no configuration is needed.", "");
  } else {
    const merged =
      configurationFile === null ? "your CLI configuration (~/.tofurc or ~/.terraformrc)" : configurationFile;
    lines.push(`Put this into ${merged}; if it has a provider_installation block, merge the two:`, "");
    lines.push(indent(configuration), "");
  }
  lines.push("Use it in a configuration:", "", indent(requiredProviders(report.version)), "");
  return `${lines.join("\n")}\n`;
}

async function warn(context: CliContext, report: SetupReport): Promise<void> {
  const say = (line: string) => void context.stderr.write(`warning: ${line}\n`);
  if (report.packages.some(({ change }) => change === "replaced")) {
    say(
      "another build of this version was there; where .terraform.lock.hcl knows it, remove its scalr block and run init",
    );
  }
  const found = await findNode(context);
  if (found === undefined) say(`the provider needs node ${oldestNode} or newer on PATH, there is none`);
  else if (isNodeTooOld(found)) say(`the provider needs node ${oldestNode} or newer on PATH, there is ${found}`);
}

/** Version of the node on PATH, such as `v22.19.0`. */
async function findNode({ environment }: CliContext): Promise<string | undefined> {
  try {
    const options = { env: { PATH: environment["PATH"] }, timeout: nodeTimeoutMs };
    const { stdout } = await promisify(execFile)("node", ["--version"], options);
    return stdout.trim();
  } catch {
    return undefined;
  }
}

function indent(text: string): string {
  return text.replace(/^/gm, "  ");
}
