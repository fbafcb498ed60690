// The desktop's keychain, through Docker's own programs for it: docker-credential-osxkeychain, -secretservice, -wincred, -pass.
// docs/design says why. It is only asked for what it was given, so it costs nothing where there is none.
import { statSync } from "node:fs";
import { join } from "node:path";
import type { Credential } from "../base/credential.ts";
import type { Environment } from "../base/env.ts";
import { InputError, RemoteError, TransientError } from "../base/errors.ts";
import { Secret } from "../base/secret.ts";
import { printable } from "../base/text.ts";
import { callHelper, findHelperProgram, type HelperCall, readAnswer } from "./helper-program.ts";

const variable = "SCALR_OCI_KEYCHAIN";
const switchedOff = "off";
/** Longer is no quick opening: a dialog nobody sees, or a service that hangs. */
const storeTimeoutMs = 1_000;
/** A login that is nowhere else is worth a wait; less than the ten seconds in which the helper answers. */
const findTimeoutMs = 8_000;
const eraseTimeoutMs = 3_000;
const usual: Partial<Record<NodeJS.Platform, string>> = {
  darwin: "osxkeychain",
  linux: "secretservice",
  win32: "wincred",
};
/** Ours in the keychain, beside Docker's: a host that nobody asks for. */
const namespace = "https://scalr-oci.invalid/";
const maxTextLength = 200;

/**
 * Which keychain new logins go to: what follows `docker-credential-` in the name of its program. Undefined where there is none, or
 * where it is switched off.
 * @throws InputError INVALID_ARGUMENT for a variable that names none
 */
export function findKeychain(
  environment: Environment,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  const wanted = environment[variable] || undefined;
  if (wanted === switchedOff) return undefined;
  if (wanted !== undefined && !/^(?!scalr$)[a-z0-9][a-z0-9-]*$/.test(wanted)) {
    throw new InputError("INVALID_ARGUMENT", `${variable} names no keychain, got ${printable(wanted)}`, {
      path: variable,
      hint: `set it to off, or to osxkeychain, secretservice, wincred or pass`,
    });
  }
  const name = wanted ?? usual[platform];
  return name !== undefined && canOpen(name, environment) ? name : undefined;
}

/** A session bus that would have to be started first is none: starting one needs a display, and may hang. */
function canOpen(name: string, environment: Environment): boolean {
  if (name === "secretservice" && findBus(environment) === undefined) return false;
  const { path, problem } = findHelperProgram(name, environment, process.cwd());
  return path !== undefined && problem === undefined;
}

/** D-Bus specification, "Well-known Message Bus Instances"; systemd puts the socket into the runtime directory. */
function findBus(environment: Environment): string | undefined {
  const address = environment["DBUS_SESSION_BUS_ADDRESS"];
  if (address) return address.startsWith("autolaunch:") ? undefined : address;
  const runtime = environment["XDG_RUNTIME_DIR"];
  if (!runtime) return undefined;
  const socket = join(runtime, "bus");
  return statSync(socket, { throwIfNoEntry: false })?.isSocket() === true ? `unix:path=${socket}` : undefined;
}

/** @returns why it does not keep it, without a full stop; undefined when it does */
export async function storeInKeychain(
  name: string,
  key: string,
  { username, password }: Credential,
  environment: Environment,
): Promise<string | undefined> {
  const call = prepare(name, environment, AbortSignal.timeout(storeTimeoutMs));
  const input = JSON.stringify({ ServerURL: serverUrlOf(key), Username: username, Secret: password.reveal() });
  const { stdout, problem, isLate } = await callHelper({ ...call, action: "store", input });
  if (problem === undefined) return undefined;
  if (isLate) return `it does not open within ${storeTimeoutMs / 1000} s`;
  return excerpt(stdout) || problem;
}

/** @throws ScalrOciError when the keychain does not open, is switched off, or has not got it any more */
export async function readFromKeychain(
  name: string,
  key: string,
  environment: Environment,
  signal: AbortSignal,
): Promise<Credential> {
  if (environment[variable] === switchedOff) {
    throw new InputError(
      "KEYCHAIN_UNAVAILABLE",
      `the login is in the keychain (${name}), and ${variable} switches it off`,
      {
        path: variable,
        hint: `unset ${variable}, or log in again to keep the login in a file`,
      },
    );
  }
  const until = AbortSignal.any([signal, AbortSignal.timeout(findTimeoutMs)]);
  const call = prepare(name, environment, until);
  const answer = readAnswer(await callHelper({ ...call, action: "get", input: serverUrlOf(key) }));
  if (answer.kind === "login") return { username: answer.username, password: new Secret(answer.password) };
  if (answer.kind === "none") {
    throw new InputError(
      "STORED_LOGIN_INVALID",
      `the keychain (${name}) has not got the login any more, expected it there`,
      {
        hint: "log in to the host again",
      },
    );
  }
  const message = `the keychain (${name}) does not open: ${excerpt(answer.text)}`;
  const hint = `unlock it, or set ${variable}=off and log in again`;
  if (answer.isLate) throw new TransientError("KEYCHAIN_LATE", message, { hint });
  throw new RemoteError("KEYCHAIN_FAILED", message, { hint });
}

/** @returns true when the keychain has not got it any more */
export async function eraseFromKeychain(name: string, key: string, environment: Environment): Promise<boolean> {
  if (environment[variable] === switchedOff) return false;
  try {
    const call = prepare(name, environment, AbortSignal.timeout(eraseTimeoutMs));
    return (await callHelper({ ...call, action: "erase", input: serverUrlOf(key) })).problem === undefined;
  } catch {
    return false;
  }
}

/** @throws InputError KEYCHAIN_UNAVAILABLE where its program, or its bus, is not there */
function prepare(name: string, environment: Environment, signal: AbortSignal): Omit<HelperCall, "action" | "input"> {
  const { path, problem } = findHelperProgram(name, environment, process.cwd());
  const bus = name === "secretservice" ? findBus(environment) : "";
  const missing =
    bus === undefined ? "there is no session bus" : (problem ?? (path === undefined ? "it is not there" : undefined));
  if (path === undefined || missing !== undefined) {
    throw new InputError("KEYCHAIN_UNAVAILABLE", `the login is in the keychain (${name}), and ${missing}`, {
      hint: "open a session on the desktop, or log in again to keep the login in a file",
    });
  }
  return { path, environment: { ...environment, ...(bus && { DBUS_SESSION_BUS_ADDRESS: bus }) }, signal };
}

function serverUrlOf(key: string): string {
  return `${namespace}${encodeURIComponent(key)}`;
}

function excerpt(text: string): string {
  return printable(text.trim().split("\n", 1)[0] ?? "", maxTextLength).replace(/\.$/, "");
}
