// What can be said about the project without running it: format, lint, types, and that generated files are current.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root, type Step } from "./steps.ts";

/** Every folder with a tsconfig.json of its own, beside the root's. */
const typedProjects = ["test", "scripts", "tools/tofu", "examples"];

export function staticChecks(): Step[] {
  return [
    { name: "format", command: ["prettier", "--check", "--log-level=warn", "."] },
    { name: "lint", command: ["oxlint", "--format=unix"] },
    { name: "types", command: ["tsc", "--noEmit", "-p", "."] },
    ...typedProjects.filter(hasTsconfig).map(typeCheck),
    { name: "generated files are current", command: [process.execPath, "scripts/generate.ts", "--check"] },
  ];
}

function hasTsconfig(project: string): boolean {
  return existsSync(join(root, project, "tsconfig.json"));
}

function typeCheck(project: string): Step {
  return { name: `types of ${project}`, command: ["tsc", "--noEmit", "-p", project] };
}
