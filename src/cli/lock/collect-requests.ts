// Learns which modules a CDKTF or CDK Terrain program wants, by running it: its OciModule constructs write them down.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InputError } from "../../base/errors.ts";
import type { ModuleRequest } from "../../names/module-lock.ts";
import type { CliContext } from "../context.ts";

/** A wish, and where its answer belongs. */
export interface WantedRequest extends ModuleRequest {
  /** Absolute path of the lock file that the construct names; undefined for the directory's own. */
  readonly lockFile?: string | undefined;
}

/** A module of the program, and the construct that wants it. */
export interface ProgramRequest extends WantedRequest {
  readonly path: string;
}

/**
 * Runs the program's command line in a shell. What it synthesizes goes to a temporary folder.
 * @throws InputError INVALID_ARGUMENT when it ends with an error
 */
export async function collectRequests(
  context: CliContext,
  directory: string,
  app: string,
): Promise<readonly ProgramRequest[]> {
  const folder = await mkdtemp(join(tmpdir(), "scalr-oci-lock-"));
  try {
    const file = join(folder, "requests");
    const variables = { SCALR_OCI_LOCK_REQUESTS: file, CDKTF_OUTDIR: join(folder, "cdktf.out") };
    const exitCode = await runApp(context, directory, app, variables);
    if (exitCode !== 0) {
      throw new InputError("INVALID_ARGUMENT", `the program ended with exit code ${exitCode}, expected 0`, {
        path: "--app",
        hint: `its own words stand above; run ${app} to see it alone`,
      });
    }
    return parseRequests(await readIfThere(file));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function runApp(
  { environment, stderr }: CliContext,
  directory: string,
  app: string,
  variables: Readonly<Record<string, string>>,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(app, { cwd: directory, env: { ...environment, ...variables }, shell: true, stdio: "pipe" });
    child.stdin.end();
    // Stdout belongs to this command's result.
    child.stdout.pipe(stderr, { end: false });
    child.stderr.pipe(stderr, { end: false });
    child.once("error", reject);
    child.once("close", (exitCode) => resolve(exitCode ?? 1));
  });
}

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw thrown;
  }
}

/** One JSON object a line, as OciModule writes them. */
function parseRequests(text: string): ProgramRequest[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as ProgramRequest);
}
