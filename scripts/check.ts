// `npm run check`: format, lint, types, generated files, architecture and unit tests; what to run before every commit.
import { jestArguments, runSteps } from "./steps.ts";
import { staticChecks } from "./static-checks.ts";

const unitTests = {
  name: "architecture and unit tests",
  command: [process.execPath, ...jestArguments, "-w", "2", "--silent", "test/architecture", "test/unit"],
} as const;

// The longest first, so that the two lanes end together.
const failed = await runSteps([unitTests, ...staticChecks()], 2);
if (failed.length > 0) {
  console.log(`\nfailed: ${failed.join(", ")}`);
  process.exitCode = 1;
}
