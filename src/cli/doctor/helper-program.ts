// Asks a credential helper as OpenTofu does: one spelling of the host, and an answer read as strictly.
import type { Environment } from "../../base/env.ts";
import { callHelper, type HelperAnswer, readAnswer } from "../../credentials/helper-program.ts";

/** Our own; it is asked in this process, where the source of its answer can be told. */
export const ownHelper = "scalr";
/** OpenTofu would wait for ever. */
const timeoutMs = 15_000;

/** @param hostText as in the address; OpenTofu puts https:// in front of it */
export async function askHelper(path: string, hostText: string, environment: Environment): Promise<HelperAnswer> {
  const signal = AbortSignal.timeout(timeoutMs);
  const outcome = await callHelper({ path, action: "get", input: `https://${hostText}`, environment, signal });
  if (!outcome.holdsOutput) return readAnswer(outcome);
  const text = "something that it started keeps its output open, and OpenTofu waits for the end of that";
  return { kind: "failed", text, isLate: true };
}
