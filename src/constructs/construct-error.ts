// Errors of constructs: what is wrong, and the path of the construct in whose properties it stands.
import type { IConstruct } from "constructs";
import { InputError } from "../base/errors.ts";

/** The error with the construct's path in front of its message; anything but an InputError passes through. */
export function atConstruct(construct: IConstruct, thrown: unknown): unknown {
  if (!(thrown instanceof InputError)) return thrown;
  const { path } = construct.node;
  return new InputError(thrown.code, `${path}: ${thrown.message}`, {
    path,
    got: thrown.got,
    expected: thrown.expected,
    hint: thrown.hint,
    cause: thrown.cause,
  });
}

/** @param path of the construct that has the property */
export function invalidProp(path: string, message: string, hint?: string): InputError {
  return new InputError("INVALID_ARGUMENT", `${path}: ${message}`, { path, hint });
}
