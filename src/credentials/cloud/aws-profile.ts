// Profiles of AWS's shared configuration files; docs.aws.amazon.com/sdkref/latest/guide/file-format.html.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Environment } from "../../base/env.ts";
import { findHome } from "../places.ts";

export type AwsSettings = ReadonlyMap<string, string>;

export interface AwsFiles {
  /** Settings of a profile from both files, those of the credentials file first; undefined when neither knows it. */
  profile(name: string): AwsSettings | undefined;
  ssoSession(name: string): AwsSettings | undefined;
}

/** `config` and `credentials`, whether they are there or not; empty where the user has no home and no variable names them. */
export function awsFilePaths(environment: Environment): { readonly config?: string; readonly credentials?: string } {
  const home = findHome(environment);
  const config = environment["AWS_CONFIG_FILE"] || (home && join(home, ".aws", "config"));
  const credentials = environment["AWS_SHARED_CREDENTIALS_FILE"] || (home && join(home, ".aws", "credentials"));
  return { ...(config && { config }), ...(credentials && { credentials }) };
}

export function readAwsFiles(environment: Environment): AwsFiles {
  const { config, credentials } = awsFilePaths(environment);
  const fromConfig = parseIni(config);
  const fromCredentials = parseIni(credentials);
  const profile = (name: string) => {
    const sections = [fromConfig.get(name === "default" ? name : `profile ${name}`), fromCredentials.get(name)];
    const found = sections.filter((section) => section !== undefined);
    return found.length === 0 ? undefined : new Map(found.flatMap((section) => [...section]));
  };
  return { profile, ssoSession: (name) => fromConfig.get(`sso-session ${name}`) };
}

/** Sections by name; a file that is not there has none. Indented lines belong to a setting above, which nothing here has. */
function parseIni(path: string | undefined): Map<string, AwsSettings> {
  const sections = new Map<string, Map<string, string>>();
  let section: Map<string, string> | undefined;
  for (const line of read(path).split(/\r?\n/)) {
    const heading = /^\[\s*(?<name>[^\]]+?)\s*\]/.exec(line)?.groups?.["name"]?.replace(/\s+/g, " ");
    if (heading !== undefined) sections.set(heading, (section = sections.get(heading) ?? new Map<string, string>()));
    const { key, value } = /^(?<key>[^\s#;[=][^=]*?)\s*=\s*(?<value>.*?)\s*$/.exec(line)?.groups ?? {};
    if (key !== undefined && value !== undefined) section?.set(key.toLowerCase(), value.replace(/\s[#;].*$/, ""));
  }
  return sections;
}

function read(path: string | undefined): string {
  try {
    return path === undefined ? "" : readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
