// Runs the command of `exec` in its place: same terminal, same process group, signals as a shell has them.
import { spawn } from "node:child_process";
import { accessSync, constants as fsConstants, statSync } from "node:fs";
import { constants as osConstants } from "node:os";
import { delimiter, join, resolve } from "node:path";
import type { Environment } from "../../base/env.ts";
import { InputError } from "../../base/errors.ts";
import { printable } from "../../base/text.ts";
import type { RunSignals } from "./run-signals.ts";

export interface ChildCommand {
  /** As the user wrote it; the command sees it as its own name. */
  readonly name: string;
  /** Absolute path. */
  readonly file: string;
  readonly args: readonly string[];
  readonly environment: Environment;
}

/** What a shell adds to the number of the signal that ended a command; POSIX.1-2024, Shell and Utilities 2.8.2. */
const signalBase = 128;

/**
 * Looks for a command as execvp(3) does.
 * @throws InputError COMMAND_NOT_FOUND, or COMMAND_NOT_EXECUTABLE when there is a file but no right to run it
 */
export function findCommand(command: string, environment: Environment, directory: string): string {
  const folders = command.includes("/")
    ? [""]
    : (environment["PATH"] ?? "").split(delimiter).map((folder) => folder || ".");
  const files = folders.map((folder) => resolve(directory, folder === "" ? command : join(folder, command)));
  const found = files.filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true);
  const executable = found.find(isExecutable);
  if (executable !== undefined) return executable;
  const name = printable(command);
  if (found.length > 0) {
    throw new InputError(
      "COMMAND_NOT_EXECUTABLE",
      `the command cannot be run, got ${name}, expected an executable file`,
    );
  }
  throw new InputError(
    "COMMAND_NOT_FOUND",
    `the command is not there, got ${name}, expected a program on PATH or a path`,
  );
}

/**
 * Runs a command to its end.
 * @param signals hands on what the child shall get
 * @returns its exit code, or 128 and the number of the signal that ended it
 * @throws what the system says when it cannot be started
 */
export async function runChild(command: ChildCommand, signals: RunSignals): Promise<number> {
  const child = spawn(command.file, command.args, {
    env: { ...command.environment },
    argv0: command.name,
    stdio: "inherit",
  });
  signals.passTo(child);
  return await new Promise((resolveCode, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolveCode(code ?? exitCodeOfSignal(signal)));
  });
}

/** What a shell says about a command that a signal ended. */
export function exitCodeOfSignal(signal: NodeJS.Signals | null): number {
  return signalBase + (signal === null ? 0 : osConstants.signals[signal]);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, fsConstants.X_OK);
    return true;
  } catch {
    return false;
  }
}
