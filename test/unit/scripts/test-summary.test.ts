// What `npm test` ends with: a plain last line that counts everything, and why something was skipped.
import { type JestReport, type Outcome, summarize } from "../../../scripts/test-summary.ts";

const report: JestReport = { numPassedTests: 7, numFailedTests: 0, numRuntimeErrorTestSuites: 0, testResults: [] };
const outcome: Outcome = { root: "/project", checksPassed: 3, checksFailed: [], report };

describe("summarize", () => {
  it.each<[string, Partial<Outcome>, string, number]>([
    ["all well", {}, "10 passed, 0 failed", 0],
    ["a test failed", { report: { ...report, numFailedTests: 2 } }, "10 passed, 2 failed", 1],
    ["a file did not load", { report: { ...report, numRuntimeErrorTestSuites: 1 } }, "10 passed, 1 failed", 1],
    ["a check failed", { checksPassed: 2, checksFailed: ["lint"] }, "9 passed, 1 failed", 1],
    ["jest crashed", { report: undefined }, "3 passed, 1 failed", 1],
  ])("%s", (_, change, lastLine, exitCode) => {
    const summary = summarize({ ...outcome, ...change });
    expect(summary.lines.at(-1)).toBe(lastLine);
    expect(summary.exitCode).toBe(exitCode);
  });

  it("says once for each skipped group what was skipped and why", () => {
    const title = "provider under Terraform [skipped, no terraform: install Terraform]";
    const skipped = { ancestorTitles: [title, "create"], title: "applies", status: "pending" };
    const passed = { ancestorTitles: ["other"], title: "runs", status: "passed" };
    const testResults = [{ name: "/project/test/e2e/provider.test.ts", assertionResults: [skipped, skipped, passed] }];
    expect(summarize({ ...outcome, report: { ...report, testResults } }).lines).toEqual([
      "skipped:",
      `  test/e2e/provider.test.ts: ${title} (2 tests)`,
      "10 passed, 0 failed",
    ]);
  });

  it("names what failed outside the tests", () => {
    const { lines } = summarize({ ...outcome, checksFailed: ["lint", "OpenTofu"] });
    expect(lines).toContain("failed outside the tests: lint, OpenTofu");
  });
});
