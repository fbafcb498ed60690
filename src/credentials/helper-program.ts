// Programs of credential helpers: finds `docker-credential-NAME` as Go's clients do, and holds one conversation with it.
// docker/docker-credential-helpers, client/command.go and client/client.go.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readSync } from "node:fs";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import type { Readable } from "node:stream";
import type { Environment } from "../base/env.ts";
import { isExecutableFile } from "../base/find-on-path.ts";

/** What clients take for "there is no login"; credentials/error.go. */
const notFoundText = "credentials not found in native keychain";
const maxOutputBytes = 1024 * 1024;
/** A child of the helper that keeps its stdout open is not waited for any longer than this. */
const lateOutputMs = 1_000;

export interface HelperProgram {
  readonly path: string | undefined;
  /** Why it cannot be run, without a full stop; undefined when it can. */
  readonly problem: string | undefined;
}

/** @param name what follows `docker-credential-`; @param directory what relative entries of PATH start from */
export function findHelperProgram(name: string, environment: Environment, directory: string): HelperProgram {
  const program = `docker-credential-${name}${process.platform === "win32" ? ".exe" : ""}`;
  for (const folder of (environment["PATH"] ?? "").split(delimiter)) {
    const path = join(resolve(directory, folder), program);
    if (!isExecutableFile(path)) continue;
    // Go refuses programs that it finds through a relative entry (os/exec, ErrDot).
    if (!isAbsolute(folder))
      return { path, problem: `${program} is found through the relative PATH entry ${folder || "."}` };
    return { path, problem: interpreterProblem(path, environment, directory) };
  }
  return { path: undefined, problem: `${program} is not on PATH` };
}

export interface HelperCall {
  readonly path: string;
  readonly action: "get" | "store" | "erase" | "version";
  readonly input: string;
  readonly environment: Environment;
  /** The program is killed when this aborts. */
  readonly signal: AbortSignal;
}

export interface HelperOutcome {
  /** Empty when it was killed: then nothing of it counts. */
  readonly stdout: string;
  /** Why it has not ended with 0, such as `exit code 1`; undefined when it has. */
  readonly problem: string | undefined;
  /** True when it was killed because the time was over. */
  readonly isLate: boolean;
  /** True when it has ended, but something that it started still holds its stdout: OpenTofu waits for that. */
  readonly holdsOutput: boolean;
}

/** Runs the program without a shell; what it prints on stderr is nobody's. How it ends is a result, never an error. */
export async function callHelper({ path, action, input, environment, signal }: HelperCall): Promise<HelperOutcome> {
  const child = spawn(path, [action], { env: { ...environment }, stdio: ["pipe", "pipe", "ignore"] });
  let killedFor: string | undefined;
  const kill = (reason: string) => {
    killedFor ??= reason;
    child.kill("SIGKILL");
  };
  const onAbort = () => kill("it does not answer in time");
  signal.addEventListener("abort", onAbort);
  if (signal.aborted) onAbort();
  const output = collect(child.stdout, () => kill("it does not stop printing"));
  // A program that does not read its input ends all the same.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const { problem, holdsOutput } = await endOf(child);
  signal.removeEventListener("abort", onAbort);
  // A child of it may still hold the other end.
  child.stdout.destroy();
  return killedFor === undefined
    ? { stdout: output(), problem, isLate: false, holdsOutput }
    : { stdout: "", problem: killedFor, isLate: signal.aborted, holdsOutput };
}

/** @returns what gives all that was printed up to then */
function collect(stdout: Readable, onTooMuch: () => void): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stdout.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxOutputBytes) onTooMuch();
    else chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString("utf8");
}

/** Waits for the end of the program, and not for long for that of its output. */
async function endOf(child: ChildProcess): Promise<Pick<HelperOutcome, "problem" | "holdsOutput">> {
  return await new Promise((done) => {
    const end = (code: number | null, signal: NodeJS.Signals | null, holdsOutput: boolean) => {
      const problem = code === 0 ? undefined : signal === null ? `exit code ${code}` : `signal ${signal}`;
      done({ problem, holdsOutput });
    };
    child.once("error", ({ code }: NodeJS.ErrnoException) =>
      done({ problem: `it cannot be started, got ${code ?? "an error"}`, holdsOutput: false }),
    );
    child.once("close", (code, signal) => end(code, signal, false));
    child.once("exit", (code, signal) => {
      const late = setTimeout(() => end(code, signal, true), lateOutputMs);
      child.once("close", () => clearTimeout(late));
    });
  });
}

export type HelperAnswer =
  | { readonly kind: "login"; readonly username: string; readonly password: string }
  | { readonly kind: "none" }
  /** `text` is what the helper printed, or how it ended. */
  | { readonly kind: "failed"; readonly text: string; readonly isLate: boolean };

/** What the outcome of `get` says. */
export function readAnswer({ stdout, problem, isLate }: Omit<HelperOutcome, "holdsOutput">): HelperAnswer {
  const text = stdout.trim();
  if (problem !== undefined) {
    if (text === notFoundText) return { kind: "none" };
    return { kind: "failed", text: text || problem, isLate };
  }
  const answer = parseAnswer(text);
  return answer ?? { kind: "failed", text: "its answer is no JSON object with Username and Secret", isLate: false };
}

/** Key names in any case, as Go reads them; a login with nothing in it is how some helpers say that there is none. */
function parseAnswer(text: string): HelperAnswer | undefined {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof document !== "object" || document === null || Array.isArray(document)) return undefined;
  const fields = new Map(Object.entries(document).map(([key, value]) => [key.toLowerCase(), value as unknown]));
  const [username, password] = [fields.get("username") ?? "", fields.get("secret") ?? ""];
  if (typeof username !== "string" || typeof password !== "string") return undefined;
  return username === "" && password === "" ? { kind: "none" } : { kind: "login", username, password };
}

/** What keeps a script from running: no `#!` line, or no interpreter. Programs begin with other bytes. */
function interpreterProblem(path: string, environment: Environment, directory: string): string | undefined {
  const first = firstLine(path);
  if (first === undefined) return undefined;
  if (!first.startsWith("#!")) return `${path} is a script without a #! line`;
  const words = first.slice(2).trim().split(/\s+/);
  const [interpreter = "", argument = ""] = words;
  if (!isExecutableFile(interpreter)) return `${path} wants the interpreter ${interpreter}, which is not there`;
  const isEnv = interpreter.endsWith("/env") && argument !== "" && !argument.startsWith("-");
  const folders = (environment["PATH"] ?? "").split(delimiter);
  if (!isEnv || folders.some((folder) => isExecutableFile(join(resolve(directory, folder), argument))))
    return undefined;
  return `${path} wants ${argument}, which is not on PATH`;
}

/** Undefined for what is no text, such as a compiled program. */
function firstLine(path: string): string | undefined {
  const bytes = Buffer.alloc(256);
  const file = openSync(path, "r");
  try {
    const text = bytes.subarray(0, readSync(file, bytes)).toString("latin1").split("\n", 1)[0] ?? "";
    return /^[\x20-\x7e\t\r]*$/.test(text) ? text : undefined;
  } finally {
    closeSync(file);
  }
}
