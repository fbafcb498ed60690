// Changes an integration: only what is given, tested again only when the login or the registry is touched; a refusal leaves
// it as it was.
import type { Credential } from "../../base/credential.ts";
import { InputError } from "../../base/errors.ts";
import type { Secret } from "../../base/secret.ts";
import { parseRegistryHost, type RegistryHost } from "../../names/registry-host.ts";
import { auditOf } from "../audit.ts";
import type { Requester, ServerParts } from "../parts.ts";
import type { IntegrationRow } from "../store/store.ts";
import { checkName, checkPassword, checkUsername } from "./fields.ts";
import { pointers } from "./pointers.ts";
import { integrationNotFound, refuseWrongInput, takenError } from "./refusals.ts";
import { parseRegistryUrl } from "./registry-url.ts";
import { placeOf } from "./secret-place.ts";
import { disable, stateAfterTest, type TestState } from "./test-state.ts";

/** How often a change is computed anew because another request was faster. */
const maxAttempts = 4;

/** What is undefined stays as it is. */
export interface IntegrationChanges {
  readonly name?: string | undefined;
  readonly registryUrl?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: Secret | undefined;
  readonly exportCredentials?: boolean | undefined;
  readonly status?: "active" | "disabled" | undefined;
}

/**
 * @returns the integration after the change
 * @throws NotFoundError INTEGRATION_NOT_FOUND, InputError for what the user has to correct, ConflictError
 */
export async function updateIntegration(
  parts: ServerParts,
  id: string,
  changes: IntegrationChanges,
  requester: Requester,
): Promise<IntegrationRow> {
  checkChanges(changes);
  for (let attempt = 1; ; attempt += 1) {
    const current = await parts.store.findIntegration(id);
    if (current === undefined) throw integrationNotFound(id);
    const host =
      changes.registryUrl === undefined
        ? parseRegistryHost(current.registryUrl)
        : parseRegistryUrl(changes.registryUrl);
    const next = await applyChanges(parts, current, changes, host);
    const outcome = await replace(parts, next, current, requester);
    if (outcome === "written") return next;
    if (outcome !== "changed-meanwhile" || attempt === maxAttempts) throw await takenError(parts.store, outcome, host);
  }
}

function checkChanges(changes: IntegrationChanges): void {
  if (changes.name !== undefined) checkName(changes.name);
  if (changes.username !== undefined) checkUsername(changes.username);
  if (changes.password !== undefined) checkPassword(changes.password.reveal());
}

async function applyChanges(
  parts: ServerParts,
  current: IntegrationRow,
  changes: IntegrationChanges,
  host: RegistryHost,
): Promise<IntegrationRow> {
  const isMoved = host.credentialKey !== current.host;
  if (isMoved && changes.password === undefined) throw passwordNeeded(current);
  const hasNewLogin = changes.username !== undefined || changes.password !== undefined;
  const isTested = hasNewLogin || host.url !== current.registryUrl || isWokenUp(current, changes);
  const credential = isTested ? await loginAfter(parts, current, changes) : undefined;
  return {
    ...current,
    name: changes.name ?? current.name,
    registryUrl: host.url,
    host: host.credentialKey,
    username: changes.username ?? current.username,
    exportCredentials: changes.exportCredentials ?? current.exportCredentials,
    ...(await testStateAfter(parts, current, changes, host, credential)),
    ...(hasNewLogin && credential !== undefined && (await reseal(parts, current, host, credential))),
    revision: current.revision + 1,
    updatedAt: parts.clock.now(),
  };
}

function isWokenUp(current: IntegrationRow, changes: IntegrationChanges): boolean {
  return changes.status === "active" && current.status !== "active";
}

/** The stored login is opened only where a part of it is kept, so that giving both mends one that does not open. */
async function loginAfter(
  parts: ServerParts,
  current: IntegrationRow,
  changes: IntegrationChanges,
): Promise<Credential> {
  const { username, password } = changes;
  if (username !== undefined && password !== undefined) return { username, password };
  const stored = await parts.vault.open(current, placeOf(parts, current));
  return { username: username ?? stored.username, password: password ?? stored.password };
}

/** @param credential undefined when nothing is touched that a test would test */
async function testStateAfter(
  parts: ServerParts,
  current: IntegrationRow,
  changes: IntegrationChanges,
  host: RegistryHost,
  credential: Credential | undefined,
): Promise<TestState> {
  const isDisabled = (changes.status ?? current.status) === "disabled";
  const tested = credential === undefined ? testStateOf(current) : await test(parts, host, credential);
  return isDisabled ? disable(tested) : tested;
}

async function test(parts: ServerParts, host: RegistryHost, credential: Credential): Promise<TestState> {
  const outcome = await parts.tester.test(host, credential);
  refuseWrongInput(outcome, host);
  return stateAfterTest(outcome, 0, parts.clock.now());
}

function testStateOf({ status, testOutcome, testFailures, nextTestAt }: IntegrationRow): TestState {
  return { status, testOutcome, testFailures, nextTestAt };
}

async function reseal(
  parts: ServerParts,
  current: IntegrationRow,
  host: RegistryHost,
  credential: Credential,
): Promise<Partial<IntegrationRow>> {
  const place = { ...placeOf(parts, current), host: host.credentialKey, version: current.secretVersion + 1 };
  return { ...(await parts.vault.seal(credential, place)), secretVersion: place.version };
}

async function replace(parts: ServerParts, next: IntegrationRow, current: IntegrationRow, requester: Requester) {
  return parts.store.write(async (writer) => {
    const outcome = await writer.replaceIntegration(next, current.revision);
    if (outcome === "written") {
      await writer.appendAudit([auditOf(requester, parts.clock.now(), "integration.update", next, next.status)]);
    }
    return outcome;
  });
}

function passwordNeeded(current: IntegrationRow): InputError {
  return new InputError(
    "PASSWORD_NEEDED",
    `registry url moves to another host than ${current.host}, expected the password to be given with it`,
    {
      path: pointers.password,
      hint: "a stored password is never sent to another host: give it again, or replace the integration",
    },
  );
}
