// Tests failed integrations again in the background, with growing pauses. Several servers on one database share the work:
// who claims a row by compare-and-set tests it.
import { parseRegistryHost } from "../../names/registry-host.ts";
import type { ServerParts } from "../parts.ts";
import type { IntegrationRow } from "../store/store.ts";
import { placeOf } from "./secret-place.ts";
import { stateAfterTest } from "./test-state.ts";

/** How often it is looked for tests that are due. */
const pollIntervalMs = 5_000;
/** Tests at a time; creates and updates go first. */
const batchSize = 4;
/** A claimed row whose server dies is free again after this; a test ends long before. */
const claimMs = 60_000;

export interface BackgroundTests {
  /** Does not wait for tests under way: what they find no longer counts, and the next server tests again. */
  stop(): Promise<void>;
}

export function startBackgroundTests(parts: ServerParts): BackgroundTests {
  const stopping = new AbortController();
  const finished = run(parts, stopping.signal);
  return {
    stop: async () => {
      stopping.abort();
      await finished;
    },
  };
}

async function run(parts: ServerParts, signal: AbortSignal): Promise<void> {
  const stopped = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  while (!signal.aborted) {
    try {
      await Promise.race([testDue(parts, signal), stopped]);
    } catch {
      // The next round tries again; the reason is the database's and shows in every request.
      parts.logger.log("error", "background tests cannot read or write the database");
    }
    await parts.clock.sleep(pollIntervalMs, signal).catch(() => undefined);
  }
}

/** Tests what is due now. @returns how many were tested */
export async function testDue(parts: ServerParts, signal?: AbortSignal): Promise<number> {
  const due = await parts.store.listDueTests(parts.clock.now(), batchSize);
  const tested = await Promise.all(due.map((row) => testAgain(parts, row, signal)));
  return tested.filter(Boolean).length;
}

async function testAgain(parts: ServerParts, row: IntegrationRow, signal: AbortSignal | undefined): Promise<boolean> {
  const claimed = { ...row, revision: row.revision + 1, nextTestAt: parts.clock.now() + claimMs };
  if (!(await replace(parts, claimed, row))) return false;
  const credential = await parts.vault.open(row, placeOf(parts, row)).catch(() => undefined);
  if (credential === undefined) {
    parts.logger.log("error", "stored login does not open", () => ({ integration: row.id, host: row.host }));
    return false;
  }
  const outcome = await parts.tester.test(parseRegistryHost(row.registryUrl), credential);
  if (signal?.aborted === true) return false;
  const state = stateAfterTest(outcome, row.testFailures, parts.clock.now());
  await replace(parts, { ...claimed, ...state, revision: claimed.revision + 1, updatedAt: parts.clock.now() }, claimed);
  parts.logger.log("info", "integration tested again", () => ({
    integration: row.id,
    host: row.host,
    outcome: outcome?.code,
  }));
  return true;
}

async function replace(parts: ServerParts, next: IntegrationRow, current: IntegrationRow): Promise<boolean> {
  const outcome = await parts.store.write((writer) => writer.replaceIntegration(next, current.revision));
  return outcome === "written";
}
