// The folder in which a host runs during an acceptance test, with nothing of the machine's configuration in it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Environment } from "../../base/env.ts";
import { Host } from "./host.ts";

export interface WorkspaceOptions {
  readonly binary: string;
  /** The value of TF_REATTACH_PROVIDERS. */
  readonly reattach: string | undefined;
  /** What the host's CLI configuration says. */
  readonly cliConfiguration: string;
  readonly path: string | undefined;
  readonly environment: Environment;
}

/** Texts by the names of their files. */
type Files = Readonly<Record<string, string>>;

export class Workspace implements Disposable {
  readonly host: Host;
  readonly #directory: string;
  readonly #options: WorkspaceOptions;
  #files: Files = {};
  #lastGood: Files = {};

  constructor(options: WorkspaceOptions) {
    this.#options = options;
    this.#directory = mkdtempSync(join(tmpdir(), "acceptance-"));
    // An existing file, and be it empty: hosts warn about one that is missing.
    writeFileSync(join(this.#directory, "cli.tfrc"), options.cliConfiguration);
    const environment = {
      PATH: options.path,
      HOME: this.#directory,
      TMPDIR: tmpdir(),
      TF_CLI_CONFIG_FILE: join(this.#directory, "cli.tfrc"),
      TF_REATTACH_PROVIDERS: options.reattach,
      TF_IN_AUTOMATION: "1",
      TF_INPUT: "0",
      CHECKPOINT_DISABLE: "1",
      ...options.environment,
    };
    this.host = new Host({ binary: options.binary, directory: this.#directory, environment });
  }

  /** Replaces the configuration. Variables go into a file that hosts load by themselves. */
  writeConfig(config: string | Files, variables: Readonly<Record<string, unknown>> = {}): void {
    const files = typeof config === "string" ? { "main.tf": config } : config;
    const hasVariables = Object.keys(variables).length > 0;
    this.#write(hasVariables ? { ...files, "acceptance.auto.tfvars.json": JSON.stringify(variables) } : files);
  }

  /** Remembers the configuration as one that the host can plan. */
  keepConfig(): void {
    this.#lastGood = this.#files;
  }

  /** Brings back the last configuration that the host could plan, so that it can destroy. */
  restoreConfig(): void {
    this.#write(this.#lastGood);
  }

  #write(files: Files): void {
    for (const file of Object.keys(this.#files)) rmSync(join(this.#directory, file), { force: true });
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.#directory, file)), { recursive: true });
      writeFileSync(join(this.#directory, file), text);
    }
    this.#files = files;
  }

  /** Another folder of the same kind, without a state. */
  sibling(): Workspace {
    return new Workspace(this.#options);
  }

  [Symbol.dispose](): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
