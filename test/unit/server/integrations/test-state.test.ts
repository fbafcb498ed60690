// What a test's outcome does to an integration, and when the next test is due.
import { testOutcomes, type TestOutcomeCode } from "../../../../src/server/connection-test/outcome.ts";
import { disable, isRefused, stateAfterTest } from "../../../../src/server/integrations/test-state.ts";

const now = 1_000_000;
const minute = 60_000;

describe("the state after a test", () => {
  it("is active and free of plans when all is well", () => {
    expect(stateAfterTest({ code: "ok" }, 7, now)).toEqual({
      status: "active",
      testOutcome: "ok",
      testFailures: 0,
      nextTestAt: null,
    });
  });

  it("is pending, and due at once, when nothing was tested", () => {
    expect(stateAfterTest(undefined, 2, now)).toEqual({
      status: "pending",
      testOutcome: null,
      testFailures: 2,
      nextTestAt: now,
    });
  });

  const failures = Object.keys(testOutcomes).filter((code) => code !== "ok") as TestOutcomeCode[];
  it.each(failures)("is failed after %s, with another test to come", (code) => {
    const state = stateAfterTest({ code }, 0, now);
    expect(state).toMatchObject({ status: "failed", testOutcome: code, testFailures: 1 });
    expect(state.nextTestAt).toBeGreaterThan(now);
    expect(isRefused(state)).toBe(code === "credentials-refused");
  });

  const waits = (code: TestOutcomeCode) =>
    [0, 1, 2, 5, 6, 100].map((before) => ((stateAfterTest({ code }, before, now).nextTestAt ?? 0) - now) / minute);

  it("waits twice as long after each failure, half an hour at most", () => {
    expect(waits("unreachable")).toEqual([0.5, 1, 2, 16, 30, 30]);
  });

  it("waits longer after a refusal, for registries lock accounts", () => {
    expect(waits("credentials-refused")).toEqual([10, 20, 40, 320, 360, 360]);
  });

  it("is kept by an integration that is disabled, but not tested", () => {
    const failed = stateAfterTest({ code: "unreachable" }, 0, now);
    expect(disable(failed)).toEqual({ ...failed, status: "disabled", nextTestAt: null });
  });
});
