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
  SYSTEM_REFUSED: {
    kind: "input",
    meaning: "the operating system refused access to a file, directory or port",
    nextStep: "check that what the command names exists, is not in use and belongs to you",
  },
  SYSTEM_EXHAUSTED: {
    kind: "transient",
    meaning: "the disk is full, or memory or open files have run out",
    nextStep: "free some and run the command again",
  },
  INTERNAL: {
    kind: "internal",
    meaning: "something happened that should not",
    nextStep: "report it with the command and the code",
  },
} as const satisfies Record<string, ErrorCodeEntry>;

export type ErrorCode = keyof typeof errorCodes;

/** The codes that an error of one kind may carry. */
export type ErrorCodeOf<Kind extends ErrorKind> = {
  [Code in ErrorCode]: (typeof errorCodes)[Code]["kind"] extends Kind ? Code : never;
}[ErrorCode];
