// Logs in to a registry: asks it whether it takes the login, then keeps it in the local store.
import type { Credential } from "../../base/credential.ts";
import { AuthError, InputError, toScalrOciError } from "../../base/errors.ts";
import { Secret } from "../../base/secret.ts";
import { AnswerCache } from "../../credentials/cache/answer-cache.ts";
import { findUnkept, keepLogin, type KeptIn } from "../../credentials/keep-login.ts";
import { parseRegistryHost, type RegistryHost } from "../../names/registry-host.ts";
import { RegistryClient } from "../../registry/client.ts";
import type { CliContext } from "../context.ts";
import { ownHelper } from "../doctor/helper-program.ts";
import { describeRule } from "../doctor/rule-findings.ts";
import { lookUp, readLookupWorld } from "../opentofu/lookup.ts";
import { loginGuidance } from "./guidance.ts";
import { askLine, askSecret } from "./prompt.ts";

export interface LoginOptions {
  readonly username?: string;
  readonly passwordStdin: boolean;
  /** False: keep it without asking the registry. */
  readonly check: boolean;
}

/** Access tokens are short; cloud key files have a few KiB. */
const maxPasswordBytes = 64 * 1024;
const retryPolicy = { attempts: 2, baseDelayMs: 250, maxDelayMs: 2_000 } as const;

/** @throws InputError for what is missing; AuthError REGISTRY_CREDENTIAL_REFUSED when the registry refuses: nothing is kept then */
export async function runLogin(text: string, options: LoginOptions, context: CliContext): Promise<void> {
  const host = parseRegistryHost(text);
  await refuseUnkept(host, context);
  const credential = await readCredential(host, options, context);
  if (options.check) await check(host, credential, context);
  const { environment } = context;
  const { credentialKey: key } = host;
  const kept = await keepLogin({ key, host }, { serverUrl: host.url, ...credential }, environment);
  new AnswerCache(environment).forget(key);
  context.stdout.write(`logged in to ${host.value} as ${credential.username}${describePlace(kept)}\n`);
  if (kept.kind === "file" && kept.reason !== undefined)
    context.stderr.write(`${kept.reason}; the login is in a file that only you can read\n`);
  if (!isAskedByOpenTofu(host, context)) context.stderr.write(`scalr-oci setup ${host.value} makes OpenTofu use it\n`);
}

/** Before anybody types a password in vain. */
async function refuseUnkept(host: RegistryHost, { environment }: CliContext): Promise<void> {
  const rule = await findUnkept(host, environment);
  if (rule === undefined) return;
  throw new InputError("INVALID_ARGUMENT", `${describeRule(rule, host)}; a login that is kept would not be used`, {
    path: "host",
    hint: 'add "store" to its sources',
  });
}

function describePlace(kept: KeptIn): string {
  if (kept.kind === "keychain") return `, kept in the keychain (${kept.name})`;
  return kept.kind === "helper" ? `, kept by the helper ${kept.name}` : "";
}

async function readCredential(host: RegistryHost, options: LoginOptions, context: CliContext): Promise<Credential> {
  const isTerminal = (context.stdin as Partial<NodeJS.ReadStream>).isTTY === true;
  if (!options.passwordStdin && !isTerminal)
    throw missing("--password-stdin", "there is no terminal to ask for the password on");
  if (options.passwordStdin && options.username === undefined)
    throw missing("--username", "--password-stdin needs the user name");
  if (!options.passwordStdin) for (const line of loginGuidance(host)) context.stderr.write(`${line}\n`);
  const username = options.username ?? (await askLine(context, "user name: "));
  const password = options.passwordStdin
    ? await readPassword(context.stdin)
    : await askSecret(context, "password or token: ");
  if (username === "") throw missing("--username", "the user name is empty");
  if (password === "") throw missing("password", "the password is empty");
  return { username, password: new Secret(password) };
}

/** Everything up to the last line's end, which is not part of it. */
async function readPassword(stdin: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stdin) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > maxPasswordBytes)
      throw missing("password", `the password is too long, expected at most ${maxPasswordBytes} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks)
    .toString("utf8")
    .replace(/\r?\n$/, "");
}

/** A registry that lets anybody in says nothing about a login; then it is kept unseen. */
async function check(host: RegistryHost, credential: Credential, context: CliContext): Promise<void> {
  let wasAsked = false;
  const find = async () => {
    wasAsked = true;
    return credential;
  };
  const client = new RegistryClient({ host, find, environment: context.environment, retryPolicy });
  try {
    await client.ping();
  } catch (thrown) {
    throw refused(host, thrown);
  } finally {
    await client.close();
  }
  if (!wasAsked)
    context.stderr.write(`${host.value} wants no login for a first question, so it could not be checked\n`);
}

function refused(host: RegistryHost, thrown: unknown): Error {
  const error = toScalrOciError(thrown);
  if (error.code !== "REGISTRY_CREDENTIAL_REFUSED") return error;
  return new AuthError("REGISTRY_CREDENTIAL_REFUSED", error.message, {
    host: host.value,
    hint: loginGuidance(host)[0],
    cause: thrown,
  });
}

function isAskedByOpenTofu(host: RegistryHost, { environment, directory }: CliContext): boolean {
  const [winner] = lookUp(readLookupWorld(environment, directory, process.platform), host.value, "").candidates;
  return winner?.helper === ownHelper;
}

function missing(path: string, message: string): InputError {
  return new InputError("INVALID_ARGUMENT", `${message}, expected ${path}`, {
    path,
    hint: "scalr-oci login HOST --username NAME --password-stdin < FILE",
  });
}
