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
  API_UNREACHABLE: {
    kind: "transient",
    meaning: "the management API could not be reached, or was overloaded or failing after all retries",
    nextStep: "try again later; check the host's name and the network",
  },
  API_UNTRUSTED: {
    kind: "remote",
    meaning: "the management API's certificate is not trusted or is for another name",
    nextStep: "name the file of its certificate or certificate authority in SSL_CERT_FILE",
  },
  API_PROTOCOL_BROKEN: {
    kind: "remote",
    meaning: "what answers for the management API does not speak as it does",
    nextStep: "check SCALR_HOSTNAME; a proxy or a login page may answer in its place",
  },
  API_REQUEST_REFUSED: {
    kind: "remote",
    meaning: "the management API refused a request for a reason of its own",
    nextStep: "read what it said",
  },
  INTEGRATION_AMBIGUOUS: {
    kind: "conflict",
    meaning: "several integrations have the name or the registry host that one is looked for by",
    nextStep: "use the id of the one you mean",
  },
  INVALID_REQUEST: {
    kind: "input",
    meaning:
      "a request to the management API cannot be read: malformed JSON, another media type, a body too large, a document of another shape",
    nextStep: "correct the request as the detail says",
  },
  INVALID_ATTRIBUTE: {
    kind: "input",
    meaning: "an attribute in a request to the management API has a value that is not allowed",
    nextStep: "give the attribute the form that the message expects",
  },
  INVALID_PARAMETER: {
    kind: "input",
    meaning: "a query parameter of a request to the management API has a value that is not allowed",
    nextStep: "correct or leave out the parameter",
  },
  REGISTRY_REDIRECTED: {
    kind: "input",
    meaning: "a registry URL answers with a redirect instead of serving the registry",
    nextStep: "use the URL that the hint names",
  },
  REGISTRY_NOT_SUPPORTED: {
    kind: "input",
    meaning:
      "a registry wants the login of its cloud, which an integration cannot hold: Amazon ECR, Azure ACR, Google GAR",
    nextStep: "use the credential helper for it",
  },
  SECRET_IN_PROGRAM: {
    kind: "input",
    meaning: "a password stands in a program of constructs, from where it would get into the synthesized JSON",
    nextStep: "leave it out, so that the construct makes a variable, and set TF_VAR_… at apply",
  },
  HOST_DECLARED_TWICE: {
    kind: "input",
    meaning: "a program declares two integrations for one registry host",
    nextStep: "keep one of them",
  },
  PREFLIGHT_FAILED: {
    kind: "input",
    meaning: "preflight found problems in the integrations that a program declares",
    nextStep: "correct each as its own line says",
  },
  REGISTRY_NOT_FOUND: {
    kind: "input",
    meaning: "a registry URL does not answer as a registry does",
    nextStep: "give the address that docker login would use",
  },
  REGISTRY_ADDRESS_REFUSED: {
    kind: "input",
    meaning: "a registry has an address in a private network, which the server may not connect to",
    nextStep: "let the operator allow the network with --allow-registry-cidr",
  },
  REGISTRY_LOGIN_REFUSED: {
    kind: "input",
    meaning: "the registry refused the user name or password of an integration when it was tested",
    nextStep: "correct them; the integration is as it was before",
  },
  PASSWORD_NEEDED: {
    kind: "input",
    meaning: "an integration is moved to another registry host without its password",
    nextStep: "give the password again together with the new registry URL",
  },
  HOST_TAKEN: {
    kind: "conflict",
    meaning: "a registry host already has an integration",
    nextStep: "change or import the one that the message names",
  },
  NAME_TAKEN: {
    kind: "conflict",
    meaning: "another integration has this name",
    nextStep: "choose another name",
  },
  CHANGED_MEANWHILE: {
    kind: "conflict",
    meaning: "an object was changed by another request at the same time",
    nextStep: "apply again",
  },
  LAST_ADMIN_TOKEN: {
    kind: "conflict",
    meaning: "the last admin token cannot be revoked",
    nextStep: "make another admin token first",
  },
  TOKEN_INVALID: {
    kind: "auth",
    meaning: "there is no token, or none that the server knows",
    nextStep: "check that the token is whole and belongs to this server",
  },
  TOKEN_EXPIRED: {
    kind: "auth",
    meaning: "the token has ended",
    nextStep: "make a new one",
  },
  TOKEN_REVOKED: {
    kind: "auth",
    meaning: "the token was revoked",
    nextStep: "make a new one",
  },
  RIGHT_MISSING: {
    kind: "auth",
    meaning: "the token may not do this",
    nextStep: "use a token with a role that the hint names",
  },
  CREDENTIAL_REFUSED: {
    kind: "auth",
    meaning: "the registry refuses the login that the management API has for it",
    nextStep: "set a new password in the integration that the message names",
  },
  CREDENTIAL_NOT_FOUND: {
    kind: "not-found",
    meaning: "the management API has no exported credential for a registry host",
    nextStep: "add an integration for the host, with export_credentials = true",
  },
  CLOUD_UNREACHABLE: {
    kind: "transient",
    meaning: "a cloud's service that gives registry logins could not be reached, or was overloaded",
    nextStep: "try again later; check the network",
  },
  CLOUD_UNTRUSTED: {
    kind: "remote",
    meaning: "the certificate of a cloud's service is not trusted or is for another name",
    nextStep: "name the file of its certificate authority in SSL_CERT_FILE",
  },
  CLOUD_ANSWER_INVALID: {
    kind: "remote",
    meaning: "what answers for a cloud's service does not speak as it does",
    nextStep: "check the network; a proxy or a login page may answer in its place",
  },
  CLOUD_LOGIN_REFUSED: {
    kind: "auth",
    meaning: "a cloud refuses the identity that a registry login was asked for with",
    nextStep: "log in to the cloud again, or give the identity the right that the hint names",
  },
  CLOUD_SETTINGS_INVALID: {
    kind: "input",
    meaning: "the settings that name a cloud identity cannot be used",
    nextStep: "correct the variable or file that the message names",
  },
  CREDENTIAL_UNUSABLE: {
    kind: "input",
    meaning: "a login was found that clients cannot use: an identity token, or one without user name or password",
    nextStep: "store a user name with a password or an access token for the host",
  },
  STORED_LOGIN_INVALID: {
    kind: "input",
    meaning: "the local store holds something that is no login",
    nextStep: "log in to the host again",
  },
  RULES_INVALID: {
    kind: "input",
    meaning: "the configuration that chooses sources of logins by host cannot be used",
    nextStep: "correct the key that the message names",
  },
  RULES_UNSAFE: {
    kind: "input",
    meaning: "the configuration belongs to somebody else or can be written by others; it says which programs are run",
    nextStep: "look at what it says; then take it over with chown and chmod go-w",
  },
  HELPER_NOT_RUNNABLE: {
    kind: "input",
    meaning: "a rule of the configuration names a credential helper whose program is not there or cannot be run",
    nextStep: "install it into a directory on PATH, or correct the rule",
  },
  HELPER_ASKS_ITSELF: {
    kind: "input",
    meaning: "a credential helper that a rule names asks docker-credential-scalr again",
    nextStep: "give the host another source in the configuration",
  },
  HELPER_FAILED: {
    kind: "remote",
    meaning: "a credential helper that a rule names refuses or does not speak its protocol",
    nextStep: "run it by hand to see why",
  },
  HELPER_LATE: {
    kind: "transient",
    meaning: "a credential helper that a rule names does not answer in time",
    nextStep: "run it by hand to see what it waits for",
  },
  KEYCHAIN_UNAVAILABLE: {
    kind: "input",
    meaning: "a login is in the desktop's keychain, and that cannot be reached from here",
    nextStep: "open a session on the desktop, or log in again to keep the login in a file",
  },
  KEYCHAIN_FAILED: {
    kind: "remote",
    meaning: "the desktop's keychain refuses to give a login",
    nextStep: "unlock it, or set SCALR_OCI_KEYCHAIN=off and log in again",
  },
  KEYCHAIN_LATE: {
    kind: "transient",
    meaning: "the desktop's keychain does not open in time",
    nextStep: "unlock it, or set SCALR_OCI_KEYCHAIN=off and log in again",
  },
  CLI_CONFIGURATION_INVALID: {
    kind: "input",
    meaning: "OpenTofu's CLI configuration cannot be read",
    nextStep: "correct the line that the message names",
  },
  COMMAND_NOT_FOUND: {
    kind: "input",
    meaning: "the command that scalr-oci exec shall run is not there",
    nextStep: "check its name and PATH",
  },
  COMMAND_NOT_EXECUTABLE: {
    kind: "input",
    meaning: "the command that scalr-oci exec shall run is there, but cannot be run",
    nextStep: "give it the right to be executed, or name its interpreter",
  },
  PRIVATE_FILE_UNSAFE: {
    kind: "input",
    meaning: "a file or directory for secrets is a link, belongs to somebody else or is open to others",
    nextStep: "look at who made it; then remove it, or take it over with chown and chmod go-rwx",
  },
  INTEGRATION_NOT_FOUND: {
    kind: "not-found",
    meaning: "there is no integration with this id, or the token may not see it",
    nextStep: "check the id and the rights of the token",
  },
  TOKEN_NOT_FOUND: {
    kind: "not-found",
    meaning: "there is no access token with this id",
    nextStep: "list them with scalr-oci token list",
  },
  ROUTE_NOT_FOUND: {
    kind: "not-found",
    meaning: "the management API has nothing at this path",
    nextStep: "check the path and the method",
  },
  DATABASE_TOO_NEW: {
    kind: "input",
    meaning: "a newer version of scalr-oci wrote the server's database",
    nextStep: "start that version or a newer one",
  },
  KEY_INVALID: {
    kind: "input",
    meaning: "the server's key-encryption key cannot be read",
    nextStep: "give 32 bytes as base64 or hex, made with openssl rand -base64 32",
  },
  KEY_MISSING: {
    kind: "input",
    meaning: "the server has no key-encryption key for its database",
    nextStep: "give the key with the fingerprint that the message names",
  },
  KEY_WRONG: {
    kind: "input",
    meaning: "the server's key-encryption key is not the one that its database needs",
    nextStep: "give the key with the fingerprint that the message names",
  },
  KEY_BESIDE_DATA: {
    kind: "input",
    meaning: "the server's key-encryption key lies in its data directory",
    nextStep: "move the key out of the data directory",
  },
  SECRET_UNREADABLE: {
    kind: "internal",
    meaning: "a stored login does not open: its row was altered or damaged",
    nextStep: "set the password of the integration again, or restore the database",
  },
  INVALID_PROVIDER: {
    kind: "input",
    meaning: "the definition of a provider breaks a rule of the plugin protocol",
    nextStep: "correct the schema, resource or function that the message names",
  },
  PLUGIN_HANDSHAKE_FAILED: {
    kind: "input",
    meaning: "a provider was started in a way that it cannot serve: by hand, or by a host without protocol 6",
    nextStep: "let OpenTofu or Terraform start the provider, or start it with --debug",
  },
  PLUGIN_MESSAGE_MALFORMED: {
    kind: "remote",
    meaning: "the host of a provider sent a message that cannot be read",
    nextStep: "report it with the version of OpenTofu or Terraform",
  },
  PACKAGE_DIRECTORY_INVALID: {
    kind: "input",
    meaning: "a directory cannot be made into a module package",
    nextStep: "correct what the message names, or leave it out in .scalrociignore",
  },
  PACKAGE_REFUSED: {
    kind: "remote",
    meaning:
      "a module package is damaged, is not what OpenTofu loads, or holds something that could do harm when it is unpacked",
    nextStep: "do not use it; ask who published it",
  },
  TARGET_EXISTS: {
    kind: "conflict",
    meaning: "a module would be unpacked, or a file written, over something that exists",
    nextStep: "name a directory or file that does not exist yet",
  },
  KEY_UNUSABLE: {
    kind: "input",
    meaning: "a key for signing or verifying provenance cannot be used",
    nextStep: "make an Ed25519 key with openssl genpkey, unencrypted, in PEM",
  },
  VERSION_EXISTS: {
    kind: "conflict",
    meaning: "the registry has this version already, with other content",
    nextStep: "publish a new version; --force replaces what others may have pinned",
  },
  VERSION_INVALID: {
    kind: "input",
    meaning: "a version is not a semantic version",
    nextStep: "write MAJOR.MINOR.PATCH, such as 1.4.0 or 2.0.0-rc.1",
  },
  NODE_TOO_OLD: {
    kind: "input",
    meaning: "the node that runs the program is older than it needs",
    nextStep: "put a newer node first on PATH",
  },
  LOCK_INVALID: {
    kind: "input",
    meaning: "the lock file of OCI modules cannot be used: it is damaged, or git left conflicts in it",
    nextStep: "restore it from version control, or run scalr-oci lock",
  },
  LOCK_TOO_NEW: {
    kind: "input",
    meaning: "the lock file of OCI modules was written by a newer release",
    nextStep: "use that release or a newer one",
  },
  CONFIGURATION_INVALID: {
    kind: "input",
    meaning: "an OpenTofu configuration cannot be read: it is not HCL or JSON, or a local module is not there",
    nextStep: "run tofu validate, which says what is wrong there",
  },
  VERSION_CONSTRAINT_INVALID: {
    kind: "input",
    meaning: "a version constraint is not one as OpenTofu's module blocks have them",
    nextStep: "write terms such as ~> 1.4 or >= 1.0, < 2.0",
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
