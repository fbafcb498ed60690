// Finds the program of a credential helper as OpenTofu does, and asks it as OpenTofu does: `docker-credential-NAME get`.
import { spawn } from "node:child_process";
import { closeSync, openSync, readSync } from "node:fs";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import type { Environment } from "../../base/env.ts";
import { isExecutableFile } from "../find-on-path.ts";

/** Our own; it is asked in this process, where the source of its answer can be told. */
export const ownHelper = "scalr";
/** What clients take for "there is no login"; docker-credential-helpers, credentials/error.go. */
const notFoundText = "credentials not found in native keychain";
/** OpenTofu would wait for ever. */
const timeoutMs = 15_000;
const maxOutputBytes = 1024 * 1024;

export interface HelperProgram {
  readonly path: string | undefined;
  /** Why it cannot be run, without a full stop; undefined when it can. */
  readonly problem: string | undefined;
}

/** @param name what follows `docker-credential-`; @param directory what relative entries of PATH start from */
export function findHelperProgram(name: string, environment: Environment, directory: string): HelperProgram {
  const program = `docker-credential-${name}`;
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

export type HelperAnswer =
  | { readonly kind: "login"; readonly username: string; readonly password: string }
  | { readonly kind: "none" }
  /** What it printed in place of an answer, or how it ended. */
  | { readonly kind: "failed"; readonly text: string };

/** Asks a helper for a host. Only its answer is looked at; its stderr is dropped. */
export async function askHelper(path: string, host: string, environment: Environment): Promise<HelperAnswer> {
  const { stdout, end } = await runGet(path, `https://${host}`, environment);
  const text = stdout.trim();
  if (end !== undefined) return text === notFoundText ? { kind: "none" } : { kind: "failed", text: text || end };
  return parseAnswer(text) ?? { kind: "failed", text: "its answer is no JSON object with Username and Secret" };
}

/** Key names in any case, as Go reads them. */
function parseAnswer(text: string): HelperAnswer | undefined {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof document !== "object" || document === null) return undefined;
  const fields = new Map(Object.entries(document).map(([key, value]) => [key.toLowerCase(), value as unknown]));
  const [username, password] = [fields.get("username") ?? "", fields.get("secret") ?? ""];
  if (typeof username !== "string" || typeof password !== "string") return undefined;
  return username === "" && password === "" ? { kind: "none" } : { kind: "login", username, password };
}

async function runGet(
  path: string,
  input: string,
  environment: Environment,
): Promise<{ stdout: string; end: string | undefined }> {
  return await new Promise((done) => {
    const child = spawn(path, ["get"], { env: { ...environment }, stdio: ["pipe", "pipe", "ignore"] });
    let stdout = "";
    let end: string | undefined;
    const stop = (reason: string) => {
      end ??= reason;
      child.kill("SIGKILL");
    };
    const timer = setTimeout(() => stop(`it does not answer within ${timeoutMs / 1000} s`), timeoutMs);
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      if (stdout.length > maxOutputBytes) stop("it does not stop printing");
    });
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    child.once("error", ({ message }) => {
      clearTimeout(timer);
      done({ stdout, end: message });
    });
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      done({
        stdout,
        end: end ?? (code === 0 ? undefined : signal === null ? `exit code ${code}` : `signal ${signal}`),
      });
    });
  });
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
