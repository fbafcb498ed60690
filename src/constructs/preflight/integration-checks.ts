// What can be said about declared integrations without asking anybody, and about those that are only looked up.
import { InputError } from "../../base/errors.ts";
import { maxIntegrationNameLength, maxUsernameLength } from "../../api/documents/integration-attributes.ts";
import type { RegistryHost } from "../../names/registry-host.ts";
import { parseRegistryUrl } from "../../names/registry-url.ts";
import { type DeclaredIntegration, environmentApi } from "./declared-program.ts";
import { type Finding, findingOf } from "./finding.ts";

const controlCharacter = /[\u0000-\u001f\u007f]/;

/** Every problem of each integration alone and of all of them together, in their order. */
export function findIntegrationProblems(declared: readonly DeclaredIntegration[]): Finding[] {
  const taken = new Map<string, string>();
  return declared.flatMap((one) => [
    ...nameProblems(one),
    ...usernameProblems(one),
    ...urlProblems(one),
    ...doubles(one, taken),
  ]);
}

/** The host of a declared integration, where its URL is known and right. */
export function findDeclaredHost(one: DeclaredIntegration): RegistryHost | undefined {
  const read = readUrl(one);
  return read instanceof InputError ? undefined : read;
}

function nameProblems({ path, name }: DeclaredIntegration): Finding[] {
  if (name === undefined) return [];
  return textProblem(path, "name", name, maxIntegrationNameLength, "give the option name");
}

function usernameProblems({ path, username }: DeclaredIntegration): Finding[] {
  if (username === undefined) return [];
  // A colon ends the user name in every Docker login; RFC 7617 section 2.
  if (username.includes(":")) return [invalid(path, "user name has a colon, expected one without")];
  return textProblem(path, "user name", username, maxUsernameLength);
}

function textProblem(path: string, what: string, text: string, maxLength: number, hint?: string): Finding[] {
  const expected = `expected 1 to ${maxLength} characters`;
  if (text.trim() === "") return [invalid(path, `${what} is empty, ${expected}`, hint)];
  if (text.length > maxLength) return [invalid(path, `${what} has ${text.length} characters, ${expected}`, hint)];
  if (controlCharacter.test(text)) return [invalid(path, `${what} has a control character, expected none`, hint)];
  return [];
}

function urlProblems(one: DeclaredIntegration): Finding[] {
  const read = readUrl(one);
  return read instanceof InputError ? [findingOf(one.path, read)] : [];
}

/** @param taken what the integrations before this one have, by API: its owners' paths */
function doubles(one: DeclaredIntegration, taken: Map<string, string>): Finding[] {
  const host = findDeclaredHost(one);
  const apiKey = one.provider?.apiKey ?? environmentApi;
  const claim = (kind: string, value: string) => {
    const key = JSON.stringify([apiKey, kind, value]);
    const owner = taken.get(key);
    if (owner === undefined) taken.set(key, one.path);
    return owner;
  };
  const hostOwner = host && claim("host", host.credentialKey);
  if (host !== undefined && hostOwner !== undefined) return [twoOnOneHost(one.path, host, hostOwner)];
  const nameOwner = one.name === undefined ? undefined : claim("name", one.name);
  return nameOwner === undefined ? [] : [twoOfOneName(one.path, one.name ?? "", nameOwner)];
}

function twoOnOneHost(path: string, host: RegistryHost, owner: string): Finding {
  const message = `registry host ${host.value} is declared twice, here and by ${owner}, expected one integration for a host`;
  return { code: "HOST_DECLARED_TWICE", path, message, hint: "keep one of them: runs get one login for a host" };
}

function twoOfOneName(path: string, name: string, owner: string): Finding {
  const message = `name ${name} is declared twice, here and by ${owner}, expected another for each integration`;
  return { code: "NAME_TAKEN", path, message, hint: "give the option name" };
}

function readUrl({ registryUrl }: DeclaredIntegration): RegistryHost | InputError | undefined {
  if (registryUrl === undefined) return undefined;
  try {
    return parseRegistryUrl(registryUrl);
  } catch (thrown) {
    if (thrown instanceof InputError) return thrown;
    throw thrown;
  }
}

function invalid(path: string, message: string, hint?: string): Finding {
  return { code: "INVALID_ARGUMENT", path, message, hint };
}
