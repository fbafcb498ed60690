// The credential helper: one action, its input from stdin, its answer on stdout, nothing on stderr.
import type { Environment } from "../base/env.ts";
import { AnswerCache } from "../credentials/cache/answer-cache.ts";
import { createCredentialChain, defaultDeadlineMs } from "../credentials/chain.ts";
import { createLocalStore } from "../credentials/local-store.ts";
import type { Answer } from "./answer.ts";
import { failureText } from "./failure-text.ts";
import { get, type GetSources } from "./get.ts";
import { readInput } from "./input.ts";
import { usageText, versionText } from "./protocol.ts";
import { eraseLogin, listLogins, storeLogin, type StoreParts } from "./store-actions.ts";

export interface HelperIo {
  readonly environment: Environment;
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  /** Bounds the reading of the input, and then again the asking of all sources; 10 seconds unless given. */
  readonly deadlineMs?: number | undefined;
}

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
  const read = () => readInput(io.stdin, io.deadlineMs ?? defaultDeadlineMs);
  switch (action) {
    case "get":
      return await get(await read(), getSources(io));
    case "store":
      return await storeLogin(await read(), storeParts(io));
    case "erase":
      return await eraseLogin(await read(), storeParts(io));
    case "list":
      return listLogins(createLocalStore(io.environment));
    case "version":
    case "--version":
    case "-v":
      return { text: versionText, exitCode: 0 };
    default:
      return { text: usageText, exitCode: 1 };
  }
}

function getSources(io: HelperIo): GetSources {
  const { environment, deadlineMs = defaultDeadlineMs } = io;
  const cache = new AnswerCache(environment);
  const chain = createCredentialChain({ environment, deadlineMs, cache });
  return { store: createLocalStore(environment), cache, chain, waitMs: deadlineMs };
}

function storeParts({ environment }: HelperIo): StoreParts {
  return { environment, cache: new AnswerCache(environment) };
}
