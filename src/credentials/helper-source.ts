// Another credential helper, asked for the hosts that a rule gives to it: docker-credential-pass, -osxkeychain, -ecr-login, ….
import type { Environment } from "../base/env.ts";
import { InputError, RemoteError, type ScalrOciError, TransientError } from "../base/errors.ts";
import { Secret } from "../base/secret.ts";
import { printable } from "../base/text.ts";
import { isDockerHub, type RegistryHost } from "../names/registry-host.ts";
import { azureUsername, isAzureRegistry } from "./cloud/azure-source.ts";
import { fileNow, variableNow } from "./condition.ts";
import { callHelper, findHelperProgram, type HelperAnswer, type HelperCall, readAnswer } from "./helper-program.ts";
import { identityTokenUsername } from "./identity-token.ts";
import type { StoredLogin } from "./local-store.ts";
import { type CredentialSource, never, type SourceAnswer, type Validity } from "./source.ts";

/** In the environment of a helper that is asked: the helpers that wait for its answer, so that none is asked by itself. */
const waitingVariable = "SCALR_OCI_DELEGATED";
/** Longest excerpt of what a helper says about its failure. */
const maxTextLength = 200;
const failureRepeatableForMs = 10_000;

/**
 * Nothing that it answers is kept: what its answer depends on is not known.
 * @param name what follows `docker-credential-`
 */
export function createHelperSource(name: string, environment: Environment): CredentialSource {
  return {
    name: `helper ${name}`,
    isConfigured: true,
    // It may well be slow, but there is nothing to wait for: each question is asked anew.
    isRemote: () => false,
    find: async (host, signal) => await findInHelper(name, host, { environment, signal }),
    validity: () => never,
    failureValidity: () => failureValidity(name, environment),
  };
}

/** A helper that hangs is as late for the next host. */
function failureValidity(name: string, environment: Environment): Validity {
  const { path } = findHelperProgram(name, environment, process.cwd());
  const conditions = ["PATH", "HOME"].map((one) => variableNow(environment, one));
  return { repeatableForMs: failureRepeatableForMs, conditions: [...conditions, ...(path ? [fileNow(path)] : [])] };
}

export interface HelperCircumstances {
  readonly environment: Environment;
  readonly signal: AbortSignal;
}

async function findInHelper(
  name: string,
  host: RegistryHost,
  circumstances: HelperCircumstances,
): Promise<SourceAnswer | undefined> {
  const call = prepare(name, circumstances);
  for (const serverUrl of spellingsOf(host)) {
    const answer = readAnswer(await callHelper({ ...call, action: "get", input: serverUrl }));
    if (answer.kind === "login") return toSourceAnswer(answer, host);
    if (answer.kind === "failed") throw failed(name, answer);
  }
  return undefined;
}

/** Keeps a login in the helper, under the spelling that is asked for first. @throws ScalrOciError when it does not keep it */
export async function storeInHelper(
  name: string,
  host: RegistryHost,
  login: StoredLogin,
  circumstances: HelperCircumstances,
): Promise<void> {
  const [serverUrl = host.value] = spellingsOf(host);
  const { username, password } = login;
  const input = JSON.stringify({ ServerURL: serverUrl, Username: username, Secret: password.reveal() });
  const { stdout, problem, isLate } = await callHelper({ ...prepare(name, circumstances), action: "store", input });
  if (problem === undefined) return;
  throw failed(name, { kind: "failed", text: stdout.trim() || problem, isLate });
}

/** Takes every spelling of a host out of the helper. A helper that had none of them may say so as it likes. */
export async function eraseFromHelper(
  name: string,
  host: RegistryHost,
  circumstances: HelperCircumstances,
): Promise<void> {
  const call = prepare(name, circumstances);
  for (const serverUrl of spellingsOf(host)) await callHelper({ ...call, action: "erase", input: serverUrl });
}

/** Helpers compare texts: docker stores a bare host, other clients a URL, and all of them Docker Hub under a URL of its own. */
function spellingsOf(host: RegistryHost): string[] {
  if (isDockerHub(host)) return ["https://index.docker.io/v1/", "docker.io", "registry-1.docker.io"];
  return [host.credentialKey, `${host.scheme}://${host.value}`];
}

/** @throws InputError HELPER_NOT_RUNNABLE, or HELPER_ASKS_ITSELF when the helper is waiting for this very answer */
function prepare(name: string, { environment, signal }: HelperCircumstances): Omit<HelperCall, "action" | "input"> {
  const waiting = (environment[waitingVariable] ?? "").split(" ").filter((one) => one !== "");
  if (waiting.includes(name)) {
    throw new InputError(
      "HELPER_ASKS_ITSELF",
      `the helper ${name} asks docker-credential-scalr, which a rule sends to ${name}`,
      {
        hint: "give the host another source in the configuration",
      },
    );
  }
  const { path, problem } = findHelperProgram(name, environment, process.cwd());
  if (path === undefined || problem !== undefined) {
    throw new InputError("HELPER_NOT_RUNNABLE", problem ?? `docker-credential-${name} is not on PATH`, {
      hint: `install docker-credential-${name} into a directory on PATH, or correct the rule that names it`,
    });
  }
  // Our launcher has taken this one away, to start sooner; another program may need it.
  const authorities = environment["SCALR_OCI_NODE_CA"];
  const given = authorities === undefined ? environment : { ...environment, NODE_EXTRA_CA_CERTS: authorities };
  return { path, environment: { ...given, [waitingVariable]: [...waiting, name].join(" ") }, signal };
}

/** OpenTofu refuses identity tokens; those of Azure's registries are good under the null user name too. */
function toSourceAnswer(
  { username, password }: Extract<HelperAnswer, { kind: "login" }>,
  host: RegistryHost,
): SourceAnswer {
  const isToken = username === identityTokenUsername && isAzureRegistry(host);
  return { username: isToken ? azureUsername : username, password: new Secret(password) };
}

function failed(name: string, { text, isLate }: Extract<HelperAnswer, { kind: "failed" }>): ScalrOciError {
  const said = printable(text.split("\n", 1)[0] ?? "", maxTextLength).replace(/\.$/, "");
  const message = `the helper ${name} fails: ${said}`;
  const hint = `run docker-credential-${name} by hand to see why`;
  return isLate
    ? new TransientError("HELPER_LATE", message, { hint })
    : new RemoteError("HELPER_FAILED", message, { hint });
}
