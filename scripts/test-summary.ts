// What `npm test` says at its end, from jest's report and the checks around it.

/** The part of jest's `--json` report that is read here. */
export interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

export interface Outcome {
  /** Absolute path of the project; taken off the names of test files. */
  readonly root: string;
  readonly checksPassed: number;
  /** Names of checks, builds and parts that failed outside the tests. */
  readonly checksFailed: readonly string[];
  /** Undefined when jest did not run or ended without a report: a failure of its own. */
  readonly report: JestReport | undefined;
}

export interface Summary {
  /** To be printed in order; the last one is `N passed, N failed`. */
  readonly lines: readonly string[];
  readonly exitCode: 0 | 1;
}

export function summarize({ root, checksPassed, checksFailed, report }: Outcome): Summary {
  const skipped = report === undefined ? [] : skippedTests(root, report);
  const failures = report === undefined ? [...checksFailed, "tests did not run to their end"] : checksFailed;
  const passed = checksPassed + (report?.numPassedTests ?? 0);
  const failed = failures.length + (report?.numFailedTests ?? 0) + (report?.numRuntimeErrorTestSuites ?? 0);
  const lines = [
    ...(skipped.length === 0 ? [] : ["skipped:", ...skipped]),
    ...(failures.length === 0 ? [] : [`failed outside the tests: ${failures.join(", ")}`]),
    `${passed} passed, ${failed} failed`,
  ];
  return { lines, exitCode: failed === 0 ? 0 : 1 };
}

/** One line for every skipped group, with the reason that it carries in its title (test/support/real-parts.ts). */
function skippedTests(root: string, { testResults }: JestReport): string[] {
  const counts = new Map<string, number>();
  for (const { name, assertionResults } of testResults) {
    for (const { ancestorTitles, title, status } of assertionResults) {
      if (status !== "pending" && status !== "todo") continue;
      const line = `  ${name.slice(root.length + 1)}: ${ancestorTitles[0] ?? title}`;
      counts.set(line, (counts.get(line) ?? 0) + 1);
    }
  }
  return [...counts].map(([line, count]) => `${line} (${count} ${count === 1 ? "test" : "tests"})`);
}
