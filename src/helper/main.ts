// The credential helper: one action, its input from stdin, its answer on stdout, nothing on stderr.
import type { Environment } from "../base/env.ts";
import { createCredentialChain } from "../credentials/chain.ts";
import { createLocalStore } from "../credentials/local-store.ts";
import {
  type Answer,
  eraseCredential,
  getCredential,
  listCredentials,
  type Sources,
  storeCredential,
} from "./actions.ts";
import { failureText } from "./failure-text.ts";
import { readInput } from "./input.ts";
import { usageText, versionText } from "./protocol.ts";

export interface HelperIo {
  readonly environment: Environment;
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  /** Bounds the reading of the input, and then again the asking of all sources; 10 seconds unless given. */
  readonly deadlineMs?: number | undefined;
}

const inputDeadlineMs = 10_000;

/** Runs the helper with the arguments behind its name. @returns the exit code */
export async function main(argv: readonly string[], io: HelperIo): Promise<number> {
  // A client that is gone needs no answer, and no stack trace.
  io.stdout.on("error", () => {});
  const { text, exitCode } = await answer(argv, io);
  if (text !== "") io.stdout.write(`${text}\n`);
  return exitCode;
}

async function answer(argv: readonly string[], io: HelperIo): Promise<Answer> {
  const [action = "", ...rest] = argv;
  if (action === "--help" || action === "-h" || action === "help") return { text: usageText, exitCode: 0 };
  if (action === "" || rest.length > 0) return { text: usageText, exitCode: 1 };
  try {
    return await perform(action, io);
  } catch (thrown) {
    return { text: failureText(thrown), exitCode: 1 };
  }
}

async function perform(action: string, io: HelperIo): Promise<Answer> {
  const read = () => readInput(io.stdin, io.deadlineMs ?? inputDeadlineMs);
  switch (action) {
    case "get":
      return await getCredential(await read(), sourcesOf(io));
    case "store":
      return storeCredential(await read(), sourcesOf(io));
    case "erase":
      return eraseCredential(await read(), sourcesOf(io));
    case "list":
      return listCredentials(sourcesOf(io));
    case "version":
    case "--version":
    case "-v":
      return { text: versionText, exitCode: 0 };
    default:
      return { text: usageText, exitCode: 1 };
  }
}

function sourcesOf({ environment, deadlineMs }: HelperIo): Sources {
  return { chain: createCredentialChain({ environment, deadlineMs }), store: createLocalStore(environment) };
}
