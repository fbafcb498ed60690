// Rules for the texts of an integration beyond type and length, which the schema checks: what a Docker login and a credential
// helper can carry.
import { InputError } from "../../base/errors.ts";
import { pointers } from "./pointers.ts";

const controlCharacter = /[\u0000-\u001f\u007f]/;

/** @throws InputError INVALID_ATTRIBUTE at the name */
export function checkName(name: string): void {
  if (name.trim() === "") throw invalid(pointers.name, "name is empty, expected a text");
  checkText(pointers.name, "name", name);
}

/** @throws InputError INVALID_ATTRIBUTE at the user name; a colon ends the user name in every Docker login (RFC 7617 section 2) */
export function checkUsername(username: string): void {
  if (username === "") throw invalid(pointers.username, "user name is empty, expected a text");
  if (username.includes(":")) throw invalid(pointers.username, "user name has a colon, expected a text without one");
  checkText(pointers.username, "user name", username);
}

/** @throws InputError INVALID_ATTRIBUTE at the password, without any of it in the message */
export function checkPassword(password: string): void {
  if (password === "") throw invalid(pointers.password, "password is empty, expected a text");
  checkText(pointers.password, "password", password);
}

function checkText(pointer: string, what: string, text: string): void {
  if (!controlCharacter.test(text)) return;
  const message = `${what} has a line break or another control character, expected none`;
  throw invalid(pointer, message, controlCharacterHint(pointer));
}

function controlCharacterHint(pointer: string): string | undefined {
  if (pointer !== pointers.password) return undefined;
  return "a line break at the end often comes from reading a file: use trimspace(file(…)) or printf without a line break";
}

function invalid(pointer: string, message: string, hint?: string): InputError {
  return new InputError("INVALID_ATTRIBUTE", message, { path: pointer, hint });
}
