// Logins from a Docker auth file given for this run: SCALR_OCI_AUTH_FILE, which `scalr-oci exec` sets for its command.
// docker/cli, cli/config/configfile/file.go; containers-auth.json(5).
import { readFileSync } from "node:fs";
import type { Environment } from "../base/env.ts";
import { InputError } from "../base/errors.ts";
import { Secret } from "../base/secret.ts";
import { findRegistryHost, type RegistryHost } from "../names/registry-host.ts";
import { fileNow, variableNow } from "./condition.ts";
import { identityTokenUsername } from "./identity-token.ts";
import { always, type CredentialSource, type SourceAnswer } from "./source.ts";

const variable = "SCALR_OCI_AUTH_FILE";
/** The paths that Docker writes behind a host; any other path means repositories, which a helper is never told. */
const wholeHostPath = /^(?:https?:\/\/)?[^/]+(?:\/(?:v[12]\/?)?)?$/i;
/** A file is looked at for each answer; this is only how long it may be trusted to be unchanged by its time stamp. */
const repeatableForMs = 5 * 60_000;

export function createAuthFileSource(environment: Environment): CredentialSource {
  const path = environment[variable] || undefined;
  const named = variableNow(environment, variable);
  return {
    name: "auth file of this run",
    isConfigured: path !== undefined,
    isRemote: () => false,
    find: async (host) => (path === undefined ? undefined : findEntry(path, host)),
    validity: () => (path === undefined ? always(named) : { repeatableForMs, conditions: [named, fileNow(path)] }),
  };
}

function findEntry(path: string, { credentialKey }: RegistryHost): SourceAnswer | undefined {
  const entry = Object.entries(readAuths(path)).find(([key]) => keyOf(key) === credentialKey);
  return entry === undefined ? undefined : decodeEntry(entry[0], entry[1]);
}

function keyOf(key: string): string | undefined {
  return wholeHostPath.test(key) ? findRegistryHost(key)?.credentialKey : undefined;
}

function readAuths(path: string): Readonly<Record<string, unknown>> {
  let document: unknown;
  try {
    document = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    // A parser's message quotes the text, which holds passwords.
    const problem = error instanceof SyntaxError ? "holds no JSON" : "cannot be read";
    throw wrongFile(problem);
  }
  const { auths } = (document ?? {}) as { auths?: unknown };
  if (auths === undefined || auths === null) return {};
  if (typeof auths !== "object" || Array.isArray(auths)) throw wrongFile("has no auths object");
  return auths as Record<string, unknown>;
}

/** `auth` is base64 of `USER:PASSWORD`; an entry with nothing in it says that the login is somewhere else. */
function decodeEntry(key: string, entry: unknown): SourceAnswer | undefined {
  const { auth, username, password, identitytoken } = (entry ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof identitytoken === "string" && identitytoken !== "") {
    return { username: identityTokenUsername, password: new Secret(identitytoken) };
  }
  if (typeof auth === "string" && auth !== "") return decodeAuth(key, auth);
  if (typeof username !== "string" || typeof password !== "string" || username === "") return undefined;
  return { username, password: new Secret(password) };
}

function decodeAuth(key: string, auth: string): SourceAnswer {
  const login = Buffer.from(auth, "base64").toString("utf8");
  const colon = login.indexOf(":");
  if (colon === -1)
    throw wrongFile(`has an auth for ${findRegistryHost(key)?.value ?? "a host"} without user name and password`);
  return { username: login.slice(0, colon), password: new Secret(login.slice(colon + 1)) };
}

function wrongFile(problem: string): InputError {
  return new InputError("INVALID_ARGUMENT", `the file named by ${variable} ${problem}, expected a Docker auth file`, {
    path: variable,
    hint: `correct or unset ${variable}`,
  });
}
