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
  REGISTRY_MANIFEST_INVALID: {
    kind: "remote",
    meaning: "a registry holds or sent a manifest that is too large or not a manifest of the type it says",
    nextStep: "publish the package again, or ask who published it",
  },
  REGISTRY_PROTOCOL_BROKEN: {
    kind: "remote",
    meaning: "a registry answered in a way that the OCI distribution specification does not know",
    nextStep: "check that the host is a registry; a proxy in front of it may answer in its place",
  },
  REGISTRY_CONTENT_MISMATCH: {
    kind: "remote",
    meaning: "what a registry sent has another digest or size than it should have",
    nextStep: "do not use it; ask the registry's operator, a proxy in front of it may change what it carries",
  },
  REGISTRY_REALM_REFUSED: {
    kind: "remote",
    meaning: "a registry sends its login to an address that credentials are not given to",
    nextStep: "ask the registry's operator to announce an https realm under a public name or the registry's own",
  },
  REGISTRY_REQUEST_REFUSED: {
    kind: "remote",
    meaning: "a registry refused a request for a reason that is not a missing right",
    nextStep: "read what the registry said",
  },
  REGISTRY_UNTRUSTED: {
    kind: "remote",
    meaning: "a registry's certificate is not trusted or is for another name",
    nextStep: "name the file of its certificate authority in SSL_CERT_FILE",
  },
  REGISTRY_UNREACHABLE: {
    kind: "transient",
    meaning: "a registry could not be reached, or was overloaded or failing after all retries",
    nextStep: "try again later; check the host's name and the network",
  },
  REGISTRY_CREDENTIAL_MISSING: {
    kind: "auth",
    meaning: "a registry wants a credential and none is configured for its host",
    nextStep: "log in to the host, or export an integration for it",
  },
  REGISTRY_CREDENTIAL_REFUSED: {
    kind: "auth",
    meaning: "a registry refused the user name and password",
    nextStep: "renew the token at the registry and store it again",
  },
  REGISTRY_PERMISSION_MISSING: {
    kind: "auth",
    meaning: "a registry knows the credential, but it may not do this",
    nextStep: "give the token the permission that the hint names, or use one that has it",
  },
  REGISTRY_CONTENT_NOT_FOUND: {
    kind: "not-found",
    meaning: "a registry has no such repository, tag, digest or content, or does not show it to this credential",
    nextStep: "check the name; some registries say not found where a credential lacks the right to see it",
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
