// The pages of docs that are made from tables in the sources.
import { environmentTable } from "../../src/base/env.ts";
import { errorCodes, type ErrorKind } from "../../src/base/error-codes.ts";
import { exitCodeOf } from "../../src/base/errors.ts";
import { page } from "./page.ts";

const classOfKind: Readonly<Record<ErrorKind, string>> = {
  input: "InputError",
  auth: "AuthError",
  "not-found": "NotFoundError",
  conflict: "ConflictError",
  remote: "RemoteError",
  transient: "TransientError",
  internal: "InternalError",
};

/** `docs/errors.md`: what users may match on. */
export function errorsPage(): string {
  const rows = Object.entries(errorCodes).map(([code, { kind, meaning, nextStep }]) => {
    return [`\`${code}\``, `\`${classOfKind[kind]}\``, String(exitCodeOf(kind)), meaning, nextStep];
  });
  return page("Error codes", "src/base/error-codes.ts", [
    "Every error of this package has one of these codes; a code is never renamed or reused. Messages may change, codes do not.",
    table(["Code", "Class", "Exit code", "When", "What to do"], rows),
  ]);
}

/** `docs/environment.md`: what can be set. */
export function environmentPage(): string {
  const rows = environmentTable.map(({ name, meaning, secret }) => [`\`${name}\``, meaning, secret ? "yes" : ""]);
  return page("Environment variables", "src/base/env.ts", [
    "Every variable that the executables and libraries of this package read.",
    table(["Variable", "Meaning", "Secret"], rows),
  ]);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
