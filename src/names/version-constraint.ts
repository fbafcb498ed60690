// Version constraints as OpenTofu reads them in module blocks, such as `~> 1.4` and `>= 1.0, < 2.0`, and the version that they choose.
// OpenTofu language, "Version Constraints"; test/vectors/version-constraints.json holds what OpenTofu itself chooses.
//   constraint = term { "," term }     term = [ operator ] version     operator = "=" | "!=" | ">" | ">=" | "<" | "<=" | "~>"
//   version = [ "v" ] number { "." number } [ "-" identifiers ] [ "+" identifiers ]
import { InputError } from "../base/errors.ts";
import { printable } from "../base/text.ts";

const identifiers = "[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*";
/** 15 digits are less than what a double holds exactly. */
const number = "\\d{1,15}";
const versionSource = `v?(?<numbers>${number}(?:\\.${number})*)(?:-(?<prerelease>${identifiers}))?(?:\\+${identifiers})?`;
const versionPattern = new RegExp(`^${versionSource}$`);
const termPattern = new RegExp(`^\\s*(?<operator>=|!=|>=|<=|>|<|~>|)\\s*(?<version>${versionSource})\\s*$`);
/** What a constraint may be long, in characters; real ones have three or four terms. */
const maxConstraintLength = 256;
/** Shorter versions mean zeros, `1.4` is `1.4.0`. */
const fullLength = 3;

type Operator = "" | "=" | "!=" | ">" | ">=" | "<" | "<=" | "~>";

interface Version {
  readonly numbers: readonly number[];
  /** How many numbers were written. */
  readonly precision: number;
  /** Empty for a release. */
  readonly prerelease: string;
}

interface Term {
  readonly operator: Operator;
  readonly version: Version;
}

export interface VersionConstraint {
  /** As written, without blanks at its ends. */
  readonly text: string;
  readonly terms: readonly Term[];
}

/** @throws InputError VERSION_CONSTRAINT_INVALID, with the right spelling in the hint where npm's was written */
export function parseVersionConstraint(text: string): VersionConstraint {
  const trimmed = text.trim();
  if (trimmed.length > maxConstraintLength) {
    throw invalid(`version constraint has ${trimmed.length} characters, expected at most ${maxConstraintLength}`);
  }
  return { text: trimmed, terms: trimmed.split(",").map((term) => parseTerm(term, trimmed)) };
}

/**
 * The newest version that the constraint allows, or undefined when there is none. A prerelease is chosen only by a constraint that
 * is nothing but it. Texts that are no versions are passed over; of equal versions the first is taken.
 */
export function findNewest(versions: readonly string[], constraint: VersionConstraint): string | undefined {
  let newest: { readonly text: string; readonly version: Version } | undefined;
  for (const text of versions) {
    const version = readVersion(text);
    if (version === undefined || !isAllowed(text, version, constraint)) continue;
    if (newest === undefined || compare(version, newest.version) > 0) newest = { text, version };
  }
  return newest?.text;
}

/** Below, equal or above zero, in the order of Semantic Versioning 2.0.0 section 11; texts that are no versions come first. */
export function compareVersions(one: string, other: string): number {
  const [left, right] = [readVersion(one), readVersion(other)];
  if (left === undefined || right === undefined) return Number(left !== undefined) - Number(right !== undefined);
  return compare(left, right);
}

/**
 * The version that a tag stands for, undefined when it stands for none: `1.4` and `latest` follow others. `+` cannot be in a tag,
 * so it is written `_`; a leading `v` is what git tags have.
 */
export function findTaggedVersion(tag: string): string | undefined {
  const text = tag.replaceAll("_", "+").replace(/^v/, "");
  return readVersion(text)?.precision === fullLength ? text : undefined;
}

function parseTerm(text: string, constraint: string): Term {
  const { operator, version } = termPattern.exec(text)?.groups ?? {};
  const read = version === undefined ? undefined : readVersion(version);
  if (read !== undefined) return { operator: (operator ?? "") as Operator, version: read };
  const hint = hintFor(constraint);
  const got = constraint === "" ? "nothing" : printable(constraint);
  throw invalid(`version constraint is not valid, got ${got}, expected such as ~> 1.4 or >= 1.0, < 2.0`, hint);
}

function readVersion(text: string): Version | undefined {
  const { numbers, prerelease = "" } = versionPattern.exec(text)?.groups ?? {};
  if (numbers === undefined) return undefined;
  const written = numbers.split(".").map(Number);
  const padding = Array.from({ length: Math.max(0, fullLength - written.length) }, () => 0);
  return { numbers: [...written, ...padding], precision: written.length, prerelease };
}

function isAllowed(text: string, version: Version, { text: written, terms }: VersionConstraint): boolean {
  if (version.prerelease !== "") return text === written;
  return terms.every((term) => holds(term, version));
}

/** @param version a release */
function holds({ operator, version: bound }: Term, version: Version): boolean {
  const order = compare(version, bound);
  switch (operator) {
    case "":
    case "=":
      return order === 0;
    case "!=":
      return order !== 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case "~>":
      return order >= 0 && isCompatible(bound, version);
  }
}

/** All numbers but the last that was written stay; a bound that is a prerelease allows prereleases only. */
function isCompatible(bound: Version, version: Version): boolean {
  if (bound.prerelease !== "" || bound.numbers.length > version.numbers.length) return false;
  return bound.numbers.slice(0, bound.precision - 1).every((value, index) => value === version.numbers[index]);
}

function compare(one: Version, other: Version): number {
  const length = Math.max(one.numbers.length, other.numbers.length);
  for (let index = 0; index < length; index += 1) {
    const difference = (one.numbers[index] ?? 0) - (other.numbers[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return comparePrereleases(one.prerelease, other.prerelease);
}

function comparePrereleases(one: string, other: string): number {
  if (one === other) return 0;
  if (one === "" || other === "") return one === "" ? 1 : -1;
  const [left, right] = [one.split("."), other.split(".")];
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const order = compareIdentifiers(left[index], right[index]);
    if (order !== 0) return order;
  }
  return 0;
}

/** Numbers by value and before texts, texts by their characters; what is missing comes first. */
function compareIdentifiers(one: string | undefined, other: string | undefined): number {
  if (one === other) return 0;
  if (one === undefined || other === undefined) return one === undefined ? -1 : 1;
  const [isNumber, isOtherNumber] = [/^\d+$/.test(one), /^\d+$/.test(other)];
  if (isNumber && isOtherNumber) return Number(one) - Number(other);
  if (isNumber !== isOtherNumber) return isNumber ? -1 : 1;
  return one < other ? -1 : 1;
}

/** How npm and others write what OpenTofu writes otherwise. */
function hintFor(text: string): string | undefined {
  const [, caret] = /^\^\s*v?(\d+(?:\.\d+){0,2})$/.exec(text) ?? [];
  if (caret !== undefined) return `use >= ${caret}, < ${caretBound(caret)}`;
  const [, tilde] = /^~\s*v?(\d+\.\d+\.\d+)$/.exec(text) ?? [];
  if (tilde !== undefined) return `use ~> ${tilde}`;
  const [, line] = /^v?(\d+(?:\.\d+)?)\.[x*]$/.exec(text) ?? [];
  if (line !== undefined) return `use ~> ${line}.0`;
  const [, operator, rest] = /^(==|=>|=<)\s*(\d[\d.]*)$/.exec(text) ?? [];
  const right = { "==": "=", "=>": ">=", "=<": "<=" }[operator ?? ""];
  return right === undefined ? undefined : `use ${right} ${rest ?? ""}`;
}

/** The first version that `^` does not allow: the leftmost number that is not zero goes up. */
function caretBound(version: string): string {
  const numbers = version.split(".").map(Number);
  const found = numbers.findIndex((value) => value !== 0);
  const index = found === -1 ? numbers.length - 1 : found;
  return numbers
    .slice(0, index + 1)
    .map((value, at) => (at === index ? value + 1 : value))
    .join(".");
}

function invalid(message: string, hint?: string): InputError {
  return new InputError("VERSION_CONSTRAINT_INVALID", message, { hint });
}
