// Creates an integration: test the login, seal it, store it; a create repeated after a lost reply finds what it made.
import type { Credential } from "../../base/credential.ts";
import { InternalError } from "../../base/errors.ts";
import type { RegistryHost } from "../../names/registry-host.ts";
import { createId } from "../ids.ts";
import type { Requester, ServerParts } from "../parts.ts";
import type { IntegrationRow, StoreReader } from "../store/store.ts";
import { auditOf } from "../audit.ts";
import { checkName, checkPassword, checkUsername } from "./fields.ts";
import { refuseWrongInput, takenError } from "./refusals.ts";
import { parseRegistryUrl } from "./registry-url.ts";
import { disable, stateAfterTest, type TestState } from "./test-state.ts";

/** Scalr's clients repeat a create within 33 s of a lost reply, five times at most. */
const replayWindowMs = 120_000;

export interface NewIntegration {
  readonly name: string;
  readonly registryUrl: string;
  readonly credential: Credential;
  readonly exportCredentials: boolean;
  /** Tested like any other, then kept out of use. */
  readonly isDisabled: boolean;
}

/**
 * @returns the stored integration, or the one that the same request made within the last two minutes
 * @throws InputError for what the user has to correct, ConflictError HOST_TAKEN or NAME_TAKEN
 */
export async function createIntegration(
  parts: ServerParts,
  wanted: NewIntegration,
  requester: Requester,
): Promise<IntegrationRow> {
  checkName(wanted.name);
  const host = parseRegistryUrl(wanted.registryUrl);
  checkUsername(wanted.credential.username);
  checkPassword(wanted.credential.password.reveal());
  const digest = digestOf(parts, wanted);
  const repeated = await findRepeated(parts, parts.store, requester, digest);
  if (repeated !== undefined) return repeated;
  await refuseTaken(parts.store, host, wanted.name);
  const outcome = await parts.tester.test(host, wanted.credential);
  refuseWrongInput(outcome, host);
  const tested = stateAfterTest(outcome, 0, parts.clock.now());
  const row = await makeRow(parts, wanted, host, wanted.isDisabled ? disable(tested) : tested);
  return insert(parts, row, host, requester, digest);
}

/** Before the test, to spare the registry a login that would be thrown away; the constraint decides. */
async function refuseTaken(reader: StoreReader, host: RegistryHost, name: string): Promise<void> {
  if ((await reader.findIntegrationByHost(host.credentialKey)) !== undefined)
    throw await takenError(reader, "host-taken", host);
  if ((await reader.findIntegrationByName(name)) !== undefined) throw await takenError(reader, "name-taken", host);
}

async function makeRow(
  parts: ServerParts,
  wanted: NewIntegration,
  host: RegistryHost,
  state: TestState,
): Promise<IntegrationRow> {
  const id = createId("in");
  const place = { accountId: parts.accountId, integrationId: id, host: host.credentialKey, version: 1 };
  const sealed = await parts.vault.seal(wanted.credential, place);
  const now = parts.clock.now();
  return {
    id,
    name: wanted.name,
    registryUrl: host.url,
    host: host.credentialKey,
    username: wanted.credential.username,
    exportCredentials: wanted.exportCredentials,
    ...state,
    ...sealed,
    secretVersion: place.version,
    revision: 1,
    createdAt: now,
    updatedAt: now,
  };
}

async function insert(
  parts: ServerParts,
  row: IntegrationRow,
  host: RegistryHost,
  requester: Requester,
  digest: string,
): Promise<IntegrationRow> {
  return parts.store.write(async (writer) => {
    const outcome = await writer.insertIntegration(row);
    if (outcome !== "written") {
      const repeated = await findRepeated(parts, writer, requester, digest);
      if (repeated !== undefined) return repeated;
      throw await takenError(writer, outcome, host);
    }
    const now = parts.clock.now();
    await writer.deleteReplaysBefore(now);
    await writer.insertReplay({
      tokenId: requester.tokenId,
      digest,
      integrationId: row.id,
      expiresAt: now + replayWindowMs,
    });
    await writer.appendAudit([auditOf(requester, now, "integration.create", row, row.status)]);
    return row;
  });
}

async function findRepeated(
  parts: ServerParts,
  reader: StoreReader,
  requester: Requester,
  digest: string,
): Promise<IntegrationRow | undefined> {
  const replay = await reader.findReplay(requester.tokenId, digest, parts.clock.now());
  if (replay === undefined) return undefined;
  const row = await reader.findIntegration(replay.integrationId);
  if (row === undefined)
    throw new InternalError("INTERNAL", "a remembered create names an integration that is not there");
  return row;
}

function digestOf(parts: ServerParts, wanted: NewIntegration): string {
  const { name, registryUrl, credential, exportCredentials, isDisabled } = wanted;
  const { username, password } = credential;
  return parts.vault.digest(
    JSON.stringify([name, registryUrl, username, password.reveal(), exportCredentials, isDisabled]),
  );
}
