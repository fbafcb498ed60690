// Edits a JSON file and keeps what can be kept of its looks: the order of its keys and its indentation.
import { InputError } from "../../base/errors.ts";

export type JsonObject = Record<string, unknown>;

/** Fields of Docker's configuration files whose values are secrets; docker/cli, cli/config/types/authconfig.go. */
const secretFields: ReadonlySet<string> = new Set([
  "auth",
  "password",
  "identitytoken",
  "registrytoken",
  "access_token",
  "refresh_token",
  "token",
]);
const defaultIndent = "  ";

/** @param path for the message @throws InputError INVALID_ARGUMENT when the text is no JSON object */
export function parseJsonObject(text: string, path: string): JsonObject {
  try {
    const value: unknown = text.trim() === "" ? {} : JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  } catch {
    // The parser's message quotes the text, which may hold a password.
  }
  throw new InputError("INVALID_ARGUMENT", `${path} is not a JSON object, expected one`, {
    path,
    hint: `correct or remove ${path}`,
  });
}

/** @param like an older text of the file, whose indentation is taken */
export function formatJson(value: JsonObject, like: string | undefined): string {
  const indent = /^[ \t]+(?=")/m.exec(like ?? "")?.[0] ?? defaultIndent;
  return `${JSON.stringify(value, undefined, indent)}\n`;
}

/** Line by line, for people: secrets replaced, whatever the file looks like. */
export function showJson(text: string): string {
  try {
    return JSON.stringify(
      JSON.parse(text),
      (key, value: unknown) => (secretFields.has(key) && typeof value === "string" ? "…" : value),
      2,
    );
  } catch {
    return "…";
  }
}
