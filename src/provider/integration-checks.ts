// What is checked of an integration before anything is sent: Scalr's limits, and what a registry login can carry.
import {
  maxIntegrationNameLength,
  maxPasswordLength,
  maxUsernameLength,
} from "../api/documents/integration-attributes.ts";
import { DiagnosticError, Diagnostics } from "../bridge/diagnostics.ts";
import { findRegistryUrlProblem } from "./registry-url.ts";

/** Attributes by name; what is null or unknown is not checked. */
export type CheckedValues = Readonly<Record<string, unknown>>;

const isEmpty = "is empty, expected a text";
const hasControlCharacter = "has a line break or another control character, expected none";
const hasColon = "has a colon, expected a user name without one";
const controlCharacter = /[\u0000-\u001f\u007f]/;

/** Adds a diagnostic for everything that is wrong, at its attribute; a password is not repeated. */
export function checkIntegration(values: CheckedValues, diagnostics: Diagnostics): void {
  const check = (name: string, problemOf: (text: string) => string | undefined) => {
    const value = values[name];
    const problem = typeof value === "string" ? problemOf(value) : undefined;
    if (problem === undefined) return;
    diagnostics.error({ summary: "Invalid value", detail: `"${name}" ${problem}.`, path: name });
  };
  check("name", (text) => textProblem(text, maxIntegrationNameLength));
  check("username", usernameProblem);
  check("password", passwordProblem);
  check("password_wo", passwordProblem);
  checkUrl(values["registry_url"], diagnostics);
}

function textProblem(text: string, maxLength: number): string | undefined {
  if (text.trim() === "") return isEmpty;
  if (text.length > maxLength) return `has ${text.length} characters, expected at most ${maxLength}`;
  return controlCharacter.test(text) ? hasControlCharacter : undefined;
}

/** A colon ends the user name in every Docker login; RFC 7617 section 2. */
function usernameProblem(text: string): string | undefined {
  return textProblem(text, maxUsernameLength) ?? (text.includes(":") ? hasColon : undefined);
}

function passwordProblem(text: string): string | undefined {
  // Blanks may be a password; nothing at all is none.
  const problem = /^ +$/.test(text) ? undefined : textProblem(text, maxPasswordLength);
  if (problem !== hasControlCharacter) return problem;
  return `${problem}. A line break at its end often comes from reading a file: use trimspace(file(…))`;
}

function checkUrl(value: unknown, diagnostics: Diagnostics): void {
  const problem = typeof value === "string" ? findRegistryUrlProblem(value) : undefined;
  if (problem === undefined) return;
  const { error, severity } = problem;
  const hint = error.hint === undefined ? "" : `\n\n${capitalize(error.hint)}.`;
  const summary = severity === "error" ? "Invalid value" : "Unusual registry URL";
  diagnostics.add({ severity, summary, detail: `${capitalize(error.message)}.${hint}`, path: "registry_url" });
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * The same checks once more at apply, for values that were not known before.
 * @throws DiagnosticError for the first that is wrong
 */
export function refuseInvalid(values: CheckedValues): void {
  const diagnostics = new Diagnostics();
  checkIntegration(values, diagnostics);
  const error = diagnostics.list.find(({ severity }) => severity === "error");
  if (error !== undefined) throw new DiagnosticError(error);
}
