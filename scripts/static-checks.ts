// What can be said about the project without running it: format, lint, types, and that generated files are current.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root, type Step } from "./steps.ts";

/** Every folder with a tsconfig.json of its own, beside the root's. */
const typedProjects = ["test", "scripts", "tools/tofu", "tools/generate-l1", "examples"];

export function staticChecks(): Step[] {
  return [
    { name: "format", command: ["prettier", "--check", "--log-level=warn", "."] },
    { name: "lint", command: ["oxlint", "--format=unix"] },
    { name: "types", command: ["tsc", "--noEmit", "-p", "."] },
    ...typedProjects.filter(isReady).map(typeCheck),
    { name: "generated files are current", command: [process.execPath, "scripts/generate.ts", "--check"] },
  ];
}

/** A folder with packages of its own is checked where they are installed. */
function isReady(project: string): boolean {
  const has = (name: string) => existsSync(join(root, project, name));
  return has("tsconfig.json") && (!has("package-lock.json") || has("node_modules"));
}

function typeCheck(project: string): Step {
  return { name: `types of ${project}`, command: ["tsc", "--noEmit", "-p", project] };
}
