// The configuration's `hosts`: which sources are asked for which registries. Strict, because a rule that is misread sends a question
// to the wrong place; a rule says where to look, and never gives a login to another host than the one it belongs to.
import type { Environment } from "../../base/env.ts";
import { InputError } from "../../base/errors.ts";
import { findNearName } from "../../base/near-name.ts";
import { printable } from "../../base/text.ts";
import { compareWeights, type HostPattern, parseHostPattern } from "../../names/host-pattern.ts";
import type { RegistryHost } from "../../names/registry-host.ts";
import { findConfigurationDocument } from "./configuration-file.ts";
import type { ConfigurationPlace } from "./configuration-place.ts";

export const sourceNames = [
  "environment",
  "scalr",
  "aws",
  "azure",
  "google",
  "github",
  "gitlab",
  "store",
  "helper",
] as const;
export type SourceName = (typeof sourceNames)[number];

/** What a source is asked with; each belongs to one source. */
export interface SourceOptions {
  /** Profile of AWS's configuration files. */
  readonly profile?: string;
  /** ARN of the AWS role to take, with the profile's keys or those of the environment. */
  readonly role?: string;
  readonly externalId?: string;
  /** Azure: in place of AZURE_CLIENT_ID and AZURE_TENANT_ID. */
  readonly clientId?: string;
  readonly tenantId?: string;
  /** Google: in place of GOOGLE_APPLICATION_CREDENTIALS. */
  readonly credentialsFile?: string;
  /** What follows `docker-credential-` in the name of another helper's program. */
  readonly helper?: string;
}

export interface HostRule {
  readonly pattern: HostPattern;
  /** In the order in which they are asked; empty where nobody is to be asked. */
  readonly sources: readonly SourceName[];
  readonly options: SourceOptions;
  readonly place: ConfigurationPlace;
}

export interface HostRules {
  readonly place: ConfigurationPlace;
  readonly rules: readonly HostRule[];
  /**
   * The rule that says most exactly what it means, or undefined when none speaks of this host.
   * @throws InputError RULES_INVALID when two are equally exact
   */
  find(host: RegistryHost, repository: string | undefined): HostRule | undefined;
}

interface OptionRule {
  readonly source: SourceName;
  readonly grammar: RegExp;
  readonly expected: string;
}

const options: Readonly<Record<keyof SourceOptions, OptionRule>> = {
  profile: { source: "aws", grammar: /^[^\p{C}[\]]+$/u, expected: "the name of a profile" },
  role: { source: "aws", grammar: /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, expected: "the ARN of a role" },
  externalId: { source: "aws", grammar: /^[\w+=,.@:/-]{2,1224}$/, expected: "an external id of AWS" },
  clientId: { source: "azure", grammar: /^[\w-]+$/, expected: "the id of an application" },
  tenantId: { source: "azure", grammar: /^[\w.-]+$/, expected: "the id of a tenant" },
  credentialsFile: { source: "google", grammar: /^(?:\/|[A-Za-z]:[\\/])[^\p{C}]+$/u, expected: "an absolute path" },
  helper: {
    source: "helper",
    grammar: /^(?!scalr$)[A-Za-z0-9][\w.-]*$/,
    expected: "what follows docker-credential- in its name, and not scalr",
  },
};
const optionNames = Object.keys(options) as (keyof SourceOptions)[];
const ruleKeys = ["source", "sources", ...optionNames];
const none = "none";

/**
 * The rules in force, or undefined where there is no configuration.
 * @throws InputError RULES_INVALID that names file and key, RULES_UNSAFE
 */
export async function findHostRules(environment: Environment): Promise<HostRules | undefined> {
  const found = await findConfigurationDocument(environment);
  return found === undefined ? undefined : readHostRules(found.document, found.place);
}

/** @throws InputError RULES_INVALID */
export function readHostRules(document: unknown, place: ConfigurationPlace): HostRules {
  const at: Place = { place, path: "" };
  const settings = objectAt(document, at);
  refuseUnknown(settings, ["hosts"], at);
  const hosts = settings["hosts"] === undefined ? {} : objectAt(settings["hosts"], { place, path: "hosts" });
  const rules = Object.entries(hosts).map(([key, value]) => readRule(key, value, place));
  refuseDoubles(rules, place);
  return { place, rules, find: (host, repository) => findRule(rules, host, repository) };
}

function findRule(
  rules: readonly HostRule[],
  host: RegistryHost,
  repository: string | undefined,
): HostRule | undefined {
  const [first, second] = rules
    .filter(({ pattern }) => pattern.matches(host, repository))
    .sort((one, other) => compareWeights(other.pattern, one.pattern));
  if (first === undefined || second === undefined || compareWeights(first.pattern, second.pattern) > 0) return first;
  const what = `hosts has two rules for ${host.value} that are equally exact, got ${first.pattern.text} and ${second.pattern.text}`;
  throw new InputError("RULES_INVALID", `${first.place.name}: ${what}, expected one`, {
    path: "hosts",
    hint: `add a rule for ${host.value} itself`,
  });
}

/** Where in the file something stands. */
interface Place {
  readonly place: ConfigurationPlace;
  readonly path: string;
}

function readRule(key: string, value: unknown, place: ConfigurationPlace): HostRule {
  const at: Place = { place, path: `hosts[${JSON.stringify(printable(key))}]` };
  const pattern = readPattern(key, at);
  const fields = objectAt(value, at);
  refuseUnknown(fields, ruleKeys, at);
  const sources = readSources(fields, at);
  return { pattern, sources, options: readOptions(fields, sources, at), place };
}

function readPattern(key: string, at: Place): HostPattern {
  try {
    return parseHostPattern(key);
  } catch (cause) {
    throw wrong(at, `is ${(cause as Error).message}`, (cause as InputError).hint);
  }
}

function readSources(fields: Fields, at: Place): SourceName[] {
  const { source, sources } = fields;
  if ((source === undefined) === (sources === undefined))
    throw wrong(
      at,
      `has ${source === undefined ? "neither source nor sources" : "source and sources"}, expected one of them`,
    );
  if (source === none) return [];
  const list: unknown = source === undefined ? sources : [source];
  const where = below(at, source === undefined ? "sources" : "source");
  if (!Array.isArray(list) || list.length === 0) throw wrong(where, "is no list of sources, expected at least one");
  const names = list.map((name) => readSourceName(name, where));
  if (new Set(names).size !== names.length) throw wrong(where, "names a source twice, expected each once");
  return names;
}

function readSourceName(name: unknown, at: Place): SourceName {
  const found = sourceNames.find((known) => known === name);
  if (found !== undefined) return found;
  const near = typeof name === "string" ? findNearName(name, [...sourceNames, none]) : undefined;
  const expected = `one of ${sourceNames.join(", ")}${at.path.endsWith(".source") ? `, ${none}` : ""}`;
  throw wrong(at, `names ${shown(name)}, expected ${expected}`, near === undefined ? undefined : `write ${near}`);
}

function readOptions(fields: Fields, sources: readonly SourceName[], at: Place): SourceOptions {
  const given = optionNames.filter((name) => fields[name] !== undefined);
  const entries = given.map((name) => {
    const { source, grammar, expected } = options[name];
    const value = fields[name];
    const where = below(at, name);
    if (!sources.includes(source)) throw wrong(where, `belongs to the source ${source}, which the rule does not name`);
    if (typeof value !== "string" || !grammar.test(value))
      throw wrong(where, `is ${shown(value)}, expected ${expected}`);
    return [name, value] as const;
  });
  const read = Object.fromEntries(entries) as SourceOptions;
  if (sources.includes("helper") && read.helper === undefined)
    throw wrong(at, "names the source helper without helper, expected which one", 'add "helper": "pass", or another');
  if (read.externalId !== undefined && read.role === undefined)
    throw wrong(below(at, "externalId"), "is set without role, expected both");
  return read;
}

function refuseDoubles(rules: readonly HostRule[], place: ConfigurationPlace): void {
  const seen = new Map<string, string>();
  for (const { pattern } of rules) {
    const first = seen.get(pattern.normal);
    if (first !== undefined)
      throw wrong(
        { place, path: "hosts" },
        `has ${first} and ${pattern.text}, which mean the same, expected one of them`,
      );
    seen.set(pattern.normal, pattern.text);
  }
}

type Fields = Readonly<Record<string, unknown>>;

function objectAt(value: unknown, at: Place): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw wrong(at, `is ${shown(value)}, expected an object`);
}

function refuseUnknown(fields: Fields, known: readonly string[], at: Place): void {
  const unknown = Object.keys(fields).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const near = findNearName(unknown, known);
  const expected = `expected ${known.length === 1 ? known[0] : `one of ${known.join(", ")}`}`;
  throw wrong(
    below(at, printable(unknown)),
    `is not known, ${expected}`,
    near === undefined ? undefined : `write ${near}`,
  );
}

function below(at: Place, key: string): Place {
  return { place: at.place, path: at.path === "" ? key : `${at.path}.${key}` };
}

/** A text as it is; of anything else its kind: it may be large. */
function shown(value: unknown): string {
  if (typeof value === "string") return value === "" ? "empty" : printable(value);
  if (value === null) return "null";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return Array.isArray(value) ? "a list" : typeof value === "object" ? "an object" : `a ${typeof value}`;
}

function wrong({ place, path }: Place, problem: string, hint?: string): InputError {
  return new InputError("RULES_INVALID", `${place.name}: ${path === "" ? "the document" : path} ${problem}`, {
    path,
    hint: hint ?? `correct ${path === "" ? place.name : path}`,
  });
}
