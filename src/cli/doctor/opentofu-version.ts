// Which OpenTofu is on PATH, and what of `oci://` it can; release notes of 1.10 to 1.13.
import { execFile } from "node:child_process";
import type { Environment } from "../../base/env.ts";
import type { Finding } from "./finding.ts";

const timeoutMs = 5_000;

/** Undefined when there is none on PATH, or it does not say. */
export async function findOpenTofuVersion(environment: Environment): Promise<string | undefined> {
  const env = { PATH: environment["PATH"], HOME: environment["HOME"], CHECKPOINT_DISABLE: "1" };
  return await new Promise((done) => {
    execFile("tofu", ["version", "-json"], { env, timeout: timeoutMs }, (error, stdout) => {
      done(
        error === null
          ? /"terraform_version":\s*"(?<version>\d+\.\d+\.\d+)/.exec(stdout)?.groups?.["version"]
          : undefined,
      );
    });
  });
}

export function findVersionFindings(version: string | undefined): Finding[] {
  if (version === undefined) {
    return [
      { level: "note", id: "no-opentofu", message: "there is no tofu on PATH", next: "install OpenTofu 1.10 or newer" },
    ];
  }
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > 1 || minor >= 10) return [];
  const message = `OpenTofu ${version} knows no oci:// addresses`;
  return [{ level: "problem", id: "opentofu-too-old", message, next: "install OpenTofu 1.10 or newer" }];
}
