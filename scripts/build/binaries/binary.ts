// Compiles a program with a Bun runtime into one executable that needs nothing else on the machine.
import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { root } from "../../steps.ts";
import { thirdPartyNotices } from "../notices.ts";
import { ensureBunRuntime } from "./bun-runtime.ts";
import { findExecutablePlatform } from "./executable-format.ts";
import { signAdHoc } from "./mac-signature.ts";
import { findPlatform, type Platform } from "./platforms.ts";

export interface BinaryOptions {
  /** The program, a path from the project's root. */
  readonly entry: string;
  readonly platform: Platform;
  /** Absolute path of the executable to write. */
  readonly file: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly report?: (line: string) => void;
}

export interface Binary {
  /** Licences of the packages inside, the runtime's own left out. */
  readonly notices: string;
}

/** A provider or a helper is started in its user's directory: a `.env`, a `bunfig.toml` (which can name code to run) and others there mean nothing to it. */
const noAutoload = ["dotenv", "bunfig", "tsconfig", "package-json"].map((what) => `--no-compile-autoload-${what}`);
const compileTimeoutMs = 120_000;

/** @throws Error when a runtime cannot be had, or Bun refuses the program */
export async function compileBinary(options: BinaryOptions): Promise<Binary> {
  const { platform, file, environment } = options;
  const host = findPlatform(process.platform, process.arch);
  if (host === undefined) throw new Error(`Bun has no compiler for ${process.platform} ${process.arch}`);
  const [compiler, runtime] = [
    await ensureBunRuntime(host.runtime, options),
    await ensureBunRuntime(platform.runtime, options),
  ];
  const scratch = await mkdtemp(join(tmpdir(), "scalr-oci-bun-"));
  try {
    const { code, inputs } = await bundle(options.entry);
    await writeFile(join(scratch, "program.cjs"), code);
    const target = [`--target=${platform.bunTarget}`, `--compile-executable-path=${runtime}`];
    const args = ["build", "--compile", "--minify", "--bytecode", ...noAutoload, ...target];
    // Without the folder's name the name of the program inside is the same in every build.
    await execute(compiler, [...args, "--outfile", "program", "./program.cjs"], scratch, environment);
    const compiled = join(scratch, platform.os === "windows" ? "program.exe" : "program");
    await checkPlatform(compiled, platform);
    await mkdir(dirname(file), { recursive: true });
    // The compiler signs for arm64 itself.
    if (platform.name === "darwin_amd64") await writeFile(compiled, signAdHoc(await readFile(compiled), basename(options.entry, ".ts")));
    await copyFile(compiled, file);
    // Not in a comment of a program here, but in a file of its own.
    return { notices: thirdPartyNotices(inputs).replace(/^\/\*!\n|\*\/\n$/g, "") };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** A target that is taken for another would only show on a user's machine. */
async function checkPlatform(file: string, { name }: Platform): Promise<void> {
  await using handle = await open(file);
  const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(4096) });
  const actual = findExecutablePlatform(buffer.subarray(0, bytesRead));
  if (actual !== name) throw new Error(`the executable is for ${actual ?? "no platform that is known"}, expected ${name}`);
}

/** One CommonJS file. Bun would take packages that it has under the same name, such as undici, for its own. */
async function bundle(entry: string): Promise<{ code: string; inputs: string[] }> {
  const { outputFiles, metafile, warnings } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "esnext",
    legalComments: "none",
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  const [warning] = warnings;
  if (warning !== undefined) throw new Error(`${warning.text} (${warning.location?.file ?? "?"})`);
  return { code: outputFiles[0]?.text ?? "", inputs: Object.keys(metafile.inputs) };
}

async function execute(
  command: string,
  args: readonly string[],
  cwd: string,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  // The caller's settings of Bun are not part of a build.
  const env = Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith("BUN_")));
  try {
    await promisify(execFile)(command, args, { cwd, env, timeout: compileTimeoutMs });
  } catch (cause) {
    const { stderr = "" } = cause as { stderr?: string };
    throw new Error(`bun ${args.join(" ")}\n${stderr}`, { cause });
  }
}
