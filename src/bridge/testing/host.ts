// Runs OpenTofu or Terraform for an acceptance test: found on PATH, in an environment of its own, answers read as JSON.
import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import type { Environment } from "../../base/env.ts";
import { InputError } from "../../base/errors.ts";

/** One diagnostic as hosts print it with -json. */
export interface HostDiagnostic {
  readonly severity: "error" | "warning";
  readonly summary: string;
  readonly detail: string;
  /** The resource it is about, such as `acme_note.a`. */
  readonly address: string | undefined;
}

export interface HostResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly diagnostics: readonly HostDiagnostic[];
}

export interface HostOptions {
  /** Absolute path of the program. */
  readonly binary: string;
  readonly directory: string;
  readonly environment: Environment;
}

/** The names of hosts, in the order in which they are looked for. */
const names = ["tofu", "terraform"] as const;

/**
 * The first host on PATH.
 * @throws InputError INVALID_ARGUMENT when there is none
 */
export function findHost(environment: Environment): string {
  const directories = (environment["PATH"] ?? "").split(delimiter).filter((directory) => directory !== "");
  for (const name of names) {
    for (const directory of directories) {
      const path = join(directory, name);
      if (isExecutable(path)) return path;
    }
  }
  throw new InputError("INVALID_ARGUMENT", "no host was found on PATH, expected tofu or terraform", {
    hint: "install OpenTofu, or give the test the path of a host",
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A run that takes longer hangs. */
const timeoutMs = 120_000;

export class Host {
  readonly #options: HostOptions;

  constructor(options: HostOptions) {
    this.#options = options;
  }

  /** Runs one command to its end; a failing one is a result. */
  async run(...args: readonly string[]): Promise<HostResult> {
    const { binary, directory, environment } = this.#options;
    const env = Object.fromEntries(Object.entries(environment).filter((entry) => entry[1] !== undefined));
    const child = spawn(binary, args, {
      cwd: directory,
      env,
      stdio: ["ignore", "pipe", "pipe"],
      timeout: timeoutMs,
    });
    const output = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve(code ?? -1));
    });
    return { exitCode, ...output, diagnostics: diagnosticsIn(output.stdout) };
  }

  /** What `show -json` prints of the state, or of a saved plan. */
  async show(plan?: string): Promise<unknown> {
    const result = await this.run("show", "-json", "-no-color", ...(plan === undefined ? [] : [plan]));
    if (result.exitCode !== 0) throw new Error(`show failed\n${result.stdout}${result.stderr}`);
    return JSON.parse(result.stdout);
  }

  /** The program's name and version: `OpenTofu v1.12.6` or `Terraform v1.11.4` is the first line that it prints. */
  async version(): Promise<HostVersion> {
    const { stdout } = await this.run("version");
    const [, name, version = "0"] = /^(OpenTofu|Terraform) v(\S+)/m.exec(stdout) ?? [];
    return { name: name === "OpenTofu" ? "tofu" : "terraform", version };
  }
}

export interface HostVersion {
  readonly name: "tofu" | "terraform";
  readonly version: string;
}

/** With -json a host prints one object a line; those of type diagnostic are what it has to say. */
function diagnosticsIn(stdout: string): HostDiagnostic[] {
  return stdout.split("\n").flatMap((line) => {
    const diagnostic = line.startsWith("{") ? parseDiagnostic(line) : undefined;
    return diagnostic === undefined ? [] : [diagnostic];
  });
}

function parseDiagnostic(line: string): HostDiagnostic | undefined {
  try {
    const { diagnostic } = JSON.parse(line) as { diagnostic?: Partial<HostDiagnostic> };
    if (diagnostic === undefined) return undefined;
    const { severity = "error", summary = "", detail = "", address } = diagnostic;
    return { severity, summary, detail, address };
  } catch {
    return undefined;
  }
}
