// What the API's test of a registry login says: waited for while it is pending, a warning when it failed.
import type { DockerIntegration } from "../api/documents/docker-integration.ts";
import type { Clock } from "../base/clock.ts";
import { printable } from "../base/text.ts";
import type { Diagnostics } from "../bridge/diagnostics.ts";

/** The API tests within the request; a test that is still pending after this will not end soon. */
const pendingTimeoutMs = 60_000;
const firstPollMs = 500;
const maxPollMs = 5_000;
const maxMessageLength = 600;

export interface WaitOptions {
  readonly read: (id: string, signal: AbortSignal) => Promise<DockerIntegration>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * The integration with the result of its test, or as it was last seen when time is up, the user interrupts, or it cannot be
 * read: it exists, so nothing that goes wrong here may lose it.
 */
export async function waitForTest(integration: DockerIntegration, options: WaitOptions): Promise<DockerIntegration> {
  const { read, clock, signal } = options;
  const deadlineMs = clock.now() + pendingTimeoutMs;
  let latest = integration;
  for (let waitMs = firstPollMs; latest.status === "pending"; waitMs = Math.min(waitMs * 2, maxPollMs)) {
    if (clock.now() + waitMs > deadlineMs) return latest;
    try {
      await clock.sleep(waitMs, signal);
      latest = await read(integration.id, signal);
    } catch {
      return latest;
    }
  }
  return latest;
}

/** Warns about a test that did not pass; the integration is stored all the same. */
export function reportTest(
  { name, registryUrl, status, errorMessage }: DockerIntegration,
  diagnostics: Diagnostics,
): void {
  const said = errorMessage === null ? "" : `: ${printable(errorMessage, maxMessageLength).replace(/\.$/, "")}`;
  if (status === "failed") {
    diagnostics.warning({
      summary: "Connection test failed",
      detail: paragraphs(
        `The integration "${name}" is stored, but its login at ${registryUrl} did not pass the test${said}.`,
        "Check that the registry can be reached from where the management API runs, that the token has not expired and may read packages. Until then runs cannot count on it.",
      ),
    });
  } else if (status === "pending") {
    diagnostics.warning({
      summary: "Connection test not finished",
      detail: `The integration "${name}" is stored; the test of its login at ${registryUrl} is still running. The next plan shows its result.`,
    });
  } else if (errorMessage !== null) {
    diagnostics.warning({
      summary: "Connection test has a remark",
      detail: `The integration "${name}" is stored with the status ${status}${said}.`,
    });
  }
}

function paragraphs(...texts: readonly string[]): string {
  return texts.join("\n\n");
}
