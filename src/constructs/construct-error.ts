// Errors of constructs: what is wrong, and the path of the construct in whose properties it stands.
import type { IConstruct } from "constructs";
import { InputError } from "../base/errors.ts";

/** The error with the construct's path in front of its message. */
export function atConstruct(construct: IConstruct, thrown: unknown): unknown {
  return atPath(construct.node.path, thrown);
}

/** The same for a construct that does not exist yet. An error that has a path, or is no InputError, passes through. */
export function atPath(path: string, thrown: unknown): unknown {
  if (!(thrown instanceof InputError) || thrown.path !== undefined) return thrown;
  return new InputError(thrown.code, `${path}: ${thrown.message}`, {
    path,
    got: thrown.got,
    expected: thrown.expected,
    hint: thrown.hint,
    cause: thrown.cause,
  });
}
