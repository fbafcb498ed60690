// Asks a credential helper as OpenTofu does: one spelling of the host, and an answer read as strictly.
import type { Environment } from "../../base/env.ts";
import { printable } from "../../base/text.ts";
import { callHelper, findHelperProgram, type HelperAnswer, readAnswer } from "../../credentials/helper-program.ts";
import type { Finding } from "./finding.ts";

/** Our own; it is asked in this process, where the source of its answer can be told. */
export const ownHelper = "scalr";
/** OpenTofu would wait for ever. */
const timeoutMs = 15_000;
const maxTextLength = 200;

/** @param hostText as in the address; OpenTofu puts https:// in front of it */
export async function askHelper(path: string, hostText: string, environment: Environment): Promise<HelperAnswer> {
  const signal = AbortSignal.timeout(timeoutMs);
  const outcome = await callHelper({ path, action: "get", input: `https://${hostText}`, environment, signal });
  if (!outcome.holdsOutput) return readAnswer(outcome);
  const text = "something that it started keeps its output open, and OpenTofu waits for the end of that";
  return { kind: "failed", text, isLate: true };
}

/** Why our own helper cannot answer anybody, as a finding, or undefined: its launcher may be there where its Node is not. */
export async function findOwnHelperProblem(environment: Environment, directory: string): Promise<Finding | undefined> {
  const { path, problem } = findHelperProgram(ownHelper, environment, directory);
  const level = "problem";
  const id = "helper-not-runnable";
  if (path === undefined || problem !== undefined)
    return { level, id, message: problem ?? "", next: "install scalr-oci so that its programs are on PATH" };
  const signal = AbortSignal.timeout(timeoutMs);
  const outcome = await callHelper({ path, action: "version", input: "", environment, signal });
  if (outcome.problem === undefined) return undefined;
  const said = printable(outcome.stdout.trim().split("\n", 1)[0] ?? "", maxTextLength) || outcome.problem;
  const next = environment["SCALR_OCI_NODE"]
    ? "correct or unset SCALR_OCI_NODE"
    : "install Node.js 20 or newer, or set SCALR_OCI_NODE to its path";
  return { level, id, message: `${path} does not start: ${said}`, next };
}
