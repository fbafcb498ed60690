// The login that OpenTofu would use: out of the entry that wins, or from the helper that it names.
import { readFileSync, statSync } from "node:fs";
import type { Credential } from "../../base/credential.ts";
import type { Environment } from "../../base/env.ts";
import { Secret } from "../../base/secret.ts";
import { createAuthFileSource } from "../../credentials/auth-file-source.ts";
import { createCredentialChain } from "../../credentials/chain.ts";
import { identityTokenUsername } from "../../credentials/identity-token.ts";
import { createLocalStore, isHere } from "../../credentials/local-store.ts";
import type { RegistryHost } from "../../names/registry-host.ts";
import { findBlockLogin } from "../opentofu/cli-configuration.ts";
import type { Candidate } from "../opentofu/lookup.ts";
import type { Finding } from "./finding.ts";
import { findHelperProgram } from "../../credentials/helper-program.ts";
import { askHelper, findOwnHelperProblem, ownHelper } from "./helper-program.ts";
import { findHostRuleNotes, findRuleOf, ruleName } from "./rule-findings.ts";

export interface WinnerLogin {
  /** Undefined when OpenTofu would go on anonymously, or fail. */
  readonly credential: Credential | undefined;
  /** Where it comes from, as a user reads it. */
  readonly source: string;
  /** How old the file is that holds it; undefined when nothing says. */
  readonly ageSeconds: number | undefined;
  readonly findings: readonly Finding[];
}

export interface WinnerQuestion {
  readonly winner: Candidate;
  readonly host: RegistryHost;
  /** As OpenTofu asks a helper. */
  readonly hostText: string;
  readonly environment: Environment;
  readonly directory: string;
  readonly nowMs: number;
}

export async function obtainWinnerLogin(question: WinnerQuestion): Promise<WinnerLogin> {
  const { winner } = question;
  if (winner.helper === ownHelper) return await fromOwnHelper(question);
  if (winner.helper !== undefined) return await fromHelper(winner.helper, question);
  const isBlock = winner.origin === "oci_credentials";
  const credential = isBlock ? findBlockLogin(winner.file, winner.key ?? "") : findAuth(winner.file, winner.key ?? "");
  const source = `${winner.origin} ${winner.key ?? ""} in ${winner.file}`;
  return { credential, source, ageSeconds: ageOf(winner.file, question.nowMs), findings: [] };
}

/** In this process, with the same sources in the same order, so that the one that answers can be named. */
async function fromOwnHelper({ host, environment, directory, nowMs }: WinnerQuestion): Promise<WinnerLogin> {
  const [problem, resolution, notes] = await Promise.all([
    findOwnHelperProblem(environment, directory),
    createCredentialChain({ environment }).resolve(host),
    findHostRuleNotes(host, environment),
  ]);
  const broken = problem === undefined ? [] : [problem];
  const helper = `helper ${ownHelper}`;
  const base = { credential: undefined, ageSeconds: undefined };
  if (resolution?.kind === "found") {
    const { credential } = resolution;
    const source = `${helper}: ${credential.source}${placeOf(credential.source, host, environment)}`;
    const file = fileBehind(credential.source, host, environment);
    const ageSeconds = file === undefined ? undefined : ageOf(file, nowMs);
    return { credential, source, ageSeconds, findings: [...broken, ...notes] };
  }
  if (resolution?.kind === "failed") {
    const { source, error } = resolution;
    const message = error.message.startsWith(`the ${source} `)
      ? error.message
      : `the ${source} fails: ${error.message}`;
    const finding: Finding = { level: "problem", id: "source-fails", message, next: error.hint };
    return { ...base, source: `${helper}: ${source}`, findings: [...broken, finding, ...notes] };
  }
  // Whoever logs in to a helper that does not start is no further.
  if (problem !== undefined) return { ...base, source: helper, findings: [...broken, ...notes] };
  const rule = await findRuleOf(host, environment);
  const isChosen = rule !== undefined && !rule.sources.includes("store");
  const next = isChosen
    ? `change ${ruleName(rule.pattern.text)} in ${rule.place.path}`
    : `scalr-oci login ${host.value}`;
  return { ...base, source: helper, findings: [...broken, notFound(ownHelper, host, next), ...notes] };
}

/** The local store keeps passwords in two places. */
function placeOf(source: string, { credentialKey }: RegistryHost, environment: Environment): string {
  const store = createLocalStore(environment);
  const login = source === store.name ? store.findByKey(credentialKey) : undefined;
  return login === undefined || isHere(login) ? "" : ` (keychain ${login.keychain})`;
}

/** The file that holds the login itself, which only two of the sources have; a keychain's is none of ours. */
function fileBehind(source: string, host: RegistryHost, environment: Environment): string | undefined {
  const holders = [createAuthFileSource(environment), createLocalStore(environment)];
  const holder = holders.find(({ name }) => name === source);
  if (holder === undefined || holder.isRemote(host)) return undefined;
  return holder.validity(host).conditions.find((condition) => condition.kind === "file")?.path;
}

async function fromHelper(name: string, question: WinnerQuestion): Promise<WinnerLogin> {
  const { host, hostText, environment, directory } = question;
  const source = `helper ${name}`;
  const without = (finding: Finding): WinnerLogin => ({
    credential: undefined,
    source,
    ageSeconds: undefined,
    findings: [finding],
  });
  const { path, problem } = findHelperProgram(name, environment, directory);
  if (path === undefined || problem !== undefined) {
    const next = `install docker-credential-${name} into a directory on PATH`;
    return without({ level: "problem", id: "helper-not-runnable", message: problem ?? "", next });
  }
  const answer = await askHelper(path, hostText, environment);
  if (answer.kind === "none") return without(notFound(name, host));
  if (answer.kind === "failed") {
    return without({ level: "problem", id: "helper-fails", message: `the helper ${name} fails: ${answer.text}` });
  }
  const credential = { username: answer.username, password: new Secret(answer.password) };
  const findings = unusable(credential, name);
  return { credential: findings.length === 0 ? credential : undefined, source, ageSeconds: undefined, findings };
}

function unusable({ username, password }: Credential, name: string): Finding[] {
  if (username === identityTokenUsername) {
    const message = `the helper ${name} answers with an identity token, which OpenTofu refuses`;
    return [{ level: "problem", id: "identity-token", message, next: "log in with a user name and an access token" }];
  }
  if (username !== "" && password.reveal() !== "") return [];
  const message = `the helper ${name} answers without a user name or password`;
  return [{ level: "problem", id: "incomplete-login", message, next: "log in again" }];
}

/** After not found, nothing in OpenTofu's own text names the helper. */
function notFound(name: string, { value }: RegistryHost, next = `scalr-oci login ${value}`): Finding {
  const message = `the helper ${name} has no login for ${value}, so OpenTofu goes on anonymously`;
  return { level: "warning", id: "helper-has-none", message, next };
}

/** The password of one entry, read for this one request to its registry. */
function findAuth(file: string, key: string): Credential | undefined {
  const { auths } = JSON.parse(readFileSync(file, "utf8")) as { auths: Record<string, { auth?: string } | null> };
  const login = Buffer.from(auths[key]?.auth ?? "", "base64").toString("utf8");
  const colon = login.indexOf(":");
  return colon === -1 ? undefined : { username: login.slice(0, colon), password: new Secret(login.slice(colon + 1)) };
}

function ageOf(file: string, nowMs: number): number | undefined {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats === undefined ? undefined : Math.max(0, Math.round((nowMs - stats.mtimeMs) / 1000));
}
