// What a test's outcome does to an integration: its status, and when it is tested again.
import type { TestOutcome, TestOutcomeCode } from "../connection-test/outcome.ts";
import type { IntegrationStatus } from "../../api/documents.ts";
import type { IntegrationRow } from "../store/store.ts";

const second = 1000;
const minute = 60 * second;

/** First and longest wait between background tests; it doubles in between. */
const backOff = { firstMs: 30 * second, longestMs: 30 * minute };
/** Registries lock accounts after a few wrong logins in a row. */
const refusedBackOff = { firstMs: 10 * minute, longestMs: 360 * minute };

export type TestState = Pick<IntegrationRow, "status" | "testOutcome" | "testFailures" | "nextTestAt">;

/**
 * @param outcome undefined when the server was too busy to test
 * @param failuresBefore failed tests in a row before this one
 */
export function stateAfterTest(outcome: TestOutcome | undefined, failuresBefore: number, now: number): TestState {
  if (outcome === undefined)
    return { status: "pending", testOutcome: null, testFailures: failuresBefore, nextTestAt: now };
  if (outcome.code === "ok") return { status: "active", testOutcome: "ok", testFailures: 0, nextTestAt: null };
  return {
    status: "failed",
    testOutcome: outcome.code,
    testFailures: failuresBefore + 1,
    nextTestAt: now + waitBeforeNextTest(outcome.code, failuresBefore),
  };
}

/** A disabled integration keeps what the last test said and is not tested. */
export function disable(state: TestState): TestState {
  return { ...state, status: "disabled" satisfies IntegrationStatus, nextTestAt: null };
}

/** True when the registry said no to the login itself: such a login is given to nobody. */
export function isRefused(row: Pick<IntegrationRow, "testOutcome">): boolean {
  return row.testOutcome === ("credentials-refused" satisfies TestOutcomeCode);
}

function waitBeforeNextTest(code: TestOutcomeCode, failuresBefore: number): number {
  const { firstMs, longestMs } = code === "credentials-refused" ? refusedBackOff : backOff;
  return Math.min(longestMs, firstMs * 2 ** Math.min(failuresBefore, 20));
}
