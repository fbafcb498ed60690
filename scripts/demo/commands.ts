// Runs the demo's commands: environment built by hand, output collected, every child ended by its process id.
import { type ChildProcess, spawn } from "node:child_process";

export type Variables = Readonly<Record<string, string>>;

export interface CommandOptions {
  readonly environment: Variables;
  readonly directory: string;
}

export interface Finished {
  readonly exitCode: number;
  /** stdout and stderr in the order they came. */
  readonly output: string;
}

/** The children of the demo that are running; `endAll` ends them when the demo is interrupted. */
export interface Commands {
  run(command: readonly [string, ...string[]], options: CommandOptions): Promise<Finished>;
  /** As run. @throws CommandFailed when the exit code is not 0 */
  runOk(command: readonly [string, ...string[]], options: CommandOptions): Promise<string>;
  endAll(): void;
}

export class CommandFailed extends Error {
  override readonly name = "CommandFailed";
  readonly output: string;

  constructor(command: string, { exitCode, output }: Finished) {
    super(`${command} ended with exit code ${exitCode}`);
    this.output = output;
  }
}

/** No command of the demo takes as long on the slowest machine we know. */
const commandTimeoutMs = 300_000;

export function createCommands(): Commands {
  const running = new Set<ChildProcess>();
  const run: Commands["run"] = ([program, ...args], { environment, directory }) =>
    new Promise((resolve, reject) => {
      const child = spawn(program, args, {
        env: environment,
        cwd: directory,
        stdio: ["ignore", "pipe", "pipe"],
        timeout: commandTimeoutMs,
      });
      running.add(child);
      let output = "";
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (text: string) => {
          output += text;
        });
      }
      child.once("error", (error) => {
        running.delete(child);
        reject(error);
      });
      child.once("close", (exitCode, signal) => {
        running.delete(child);
        resolve({ exitCode: exitCode ?? 1, output: signal === null ? output : `${output}\nended by ${signal}\n` });
      });
    });
  const runOk: Commands["runOk"] = async (command, options) => {
    const finished = await run(command, options);
    if (finished.exitCode !== 0) throw new CommandFailed(command.slice(0, 2).join(" "), finished);
    return finished.output;
  };
  return { run, runOk, endAll: () => running.forEach((child) => child.kill("SIGTERM")) };
}
