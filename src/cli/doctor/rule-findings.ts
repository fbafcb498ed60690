// What the configuration of the credential helper has to do with a host: which rule chooses its sources, and rules that cannot work.
import type { Environment } from "../../base/env.ts";
import { toScalrOciError } from "../../base/errors.ts";
import { findHostRules, type HostRule, type HostRules } from "../../credentials/configuration/host-rules.ts";
import { findHelperProgram } from "../../credentials/helper-program.ts";
import type { RegistryHost } from "../../names/registry-host.ts";
import type { Finding } from "./finding.ts";

/** Traps of the configuration, whatever address is meant. */
export async function findRuleFindings(environment: Environment, directory: string): Promise<Finding[]> {
  let rules: HostRules | undefined;
  try {
    rules = await findHostRules(environment);
  } catch (thrown) {
    const { message, hint } = toScalrOciError(thrown);
    return [{ level: "problem", id: "rules-unusable", message, next: hint }];
  }
  const names = new Set(rules?.rules.map(({ options }) => options.helper));
  return [...names].flatMap((name): Finding[] => {
    const problem = name === undefined ? undefined : findHelperProgram(name, environment, directory).problem;
    if (problem === undefined || name === undefined) return [];
    const message = `a rule in ${rules?.place.path} names the helper ${name}, but ${problem}`;
    const next = `install docker-credential-${name} into a directory on PATH`;
    return [{ level: "warning", id: "helper-not-runnable", message, next }];
  });
}

/** The rule for a host, as OpenTofu asks: without a repository. Undefined also where the configuration cannot be read. */
export async function findRuleOf(host: RegistryHost, environment: Environment): Promise<HostRule | undefined> {
  try {
    return (await findHostRules(environment))?.find(host, undefined);
  } catch {
    return undefined;
  }
}

/** What chooses the sources of this host, said once. */
export async function findHostRuleNotes(host: RegistryHost, environment: Environment): Promise<Finding[]> {
  const rules = await findHostRules(environment).catch(() => undefined);
  const rule = await findRuleOf(host, environment);
  const chosen: Finding[] =
    rule === undefined ? [] : [{ level: "note", id: "host-rule", message: describeRule(rule, host) }];
  const unasked = rules?.rules.filter(({ pattern }) => pattern.hasRepository && pattern.matchesHost(host)) ?? [];
  const repositories = unasked.map(({ pattern, place }): Finding => {
    const message = `${ruleName(pattern.text)} in ${place.path} is not used: OpenTofu tells a helper only the host`;
    return { level: "note", id: "repository-rule", message };
  });
  return [...chosen, ...repositories];
}

/** One sentence without a full stop. */
export function describeRule({ pattern, sources, options, place }: HostRule, host: RegistryHost): string {
  const names = sources.map((name) => (name === "helper" ? `helper ${options.helper}` : name));
  const choice = names.length === 0 ? "says that there is no login" : `takes the login from ${names.join(", then ")}`;
  return `${ruleName(pattern.text)} in ${place.path} ${choice} for ${host.value}`;
}

export function ruleName(pattern: string): string {
  return `hosts[${JSON.stringify(pattern)}]`;
}
