// The closed list of error codes: what users may match on. `docs/errors.md` is generated from it (scripts/generate.ts).

/** The seven kinds of failure; each has one class, one exit code and one HTTP status (see errors.ts). */
export type ErrorKind = "input" | "auth" | "not-found" | "conflict" | "remote" | "transient" | "internal";

export interface ErrorCodeEntry {
  readonly kind: ErrorKind;
  /** When the code is used, one sentence for `docs/errors.md`. */
  readonly meaning: string;
  /** What the reader does next, one sentence for `docs/errors.md`. */
  readonly nextStep: string;
}

/** Every code this package throws. Codes are added, never renamed or reused. */
export const errorCodes = {
  INVALID_ARGUMENT: {
    kind: "input",
    meaning: "an option, argument or property has a value that is not allowed",
    nextStep: "give the value in the form that the message expects",
  },
  INVALID_REGISTRY_HOST: {
    kind: "input",
    meaning: "a registry host or URL cannot be read",
    nextStep: "write HOST[:PORT] or https://HOST[:PORT]",
  },
  INVALID_OCI_REFERENCE: {
    kind: "input",
    meaning: "an oci:// module address cannot be read",
    nextStep: "write oci://HOST[:PORT]/REPOSITORY[//SUBDIR][?tag=TAG or ?digest=sha256:HEX]",
  },
  REGISTRY_CHALLENGE_INVALID: {
    kind: "remote",
    meaning: "a registry's WWW-Authenticate header cannot be read",
    nextStep: "ask the registry's operator; a proxy in front of it may have changed the header",
  },
  INTERNAL: {
    kind: "internal",
    meaning: "something happened that should not",
    nextStep: "report it with the command and the code",
  },
} as const satisfies Record<string, ErrorCodeEntry>;

export type ErrorCode = keyof typeof errorCodes;
