// Findings as CI shows them beside the code: GitHub's workflow commands, GitLab's code quality report.
import { createHash } from "node:crypto";
import type { Finding } from "../../constructs/preflight/finding.ts";

export interface PlacedFinding extends Finding {
  readonly severity: "problem" | "warning";
  /** Relative to where the command runs, with `/`; undefined for what is about no file, such as a variable. */
  readonly file: string | undefined;
  /** From 1; undefined when it is not known. */
  readonly line: number | undefined;
}

/** One workflow command a line; GitHub's "Workflow commands for GitHub Actions". */
export function toGitHubCommand({ severity, code, path, message, hint, file, line }: PlacedFinding): string {
  const properties = { file, line: file === undefined ? undefined : (line ?? 1), title: code };
  const written = Object.entries(properties).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${escapeProperty(String(value))}`],
  );
  const text = `${path}: ${message}${hint === undefined ? "" : `\n${hint}`}`;
  return `::${severity === "problem" ? "error" : "warning"} ${written.join(",")}::${escapeData(text)}`;
}

/**
 * The report of GitLab's `artifacts:reports:codequality`; GitLab's "Code Quality", "Code Quality report format".
 * @param fallback file for what is about none: every entry has to have a place
 */
export function toCodeQuality(findings: readonly PlacedFinding[], fallback: string): readonly object[] {
  return findings.map(({ severity, code, path, message, hint, file, line }) => ({
    description: `${path}: ${message}${hint === undefined ? "" : `; ${hint}`}`,
    check_name: code,
    // Without the line, so that a finding stays the same one when lines above it change.
    fingerprint: createHash("sha256")
      .update(JSON.stringify([code, file, withoutLine(path), message]))
      .digest("hex"),
    severity: severity === "problem" ? "major" : "minor",
    location: { path: file ?? fallback, lines: { begin: line ?? 1 } },
  }));
}

/** `main.tf:3 module.a` becomes `module.a`. */
function withoutLine(path: string): string {
  return path.slice(path.indexOf(" ") + 1);
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
