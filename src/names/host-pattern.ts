// Patterns of registries: HOST[:PORT][/REPOSITORY], where `*` stands for letters, digits and dashes inside one label of the host,
// or for anything inside one part of the repository. `*` alone is every host. Hosts are matched whole, in their normal form.
import { InputError } from "../base/errors.ts";
import { printable } from "../base/text.ts";
import { findRegistryHost, parseRegistryHost, type RegistryHost } from "./registry-host.ts";

const everyHost = "*";
/** What a star of a host stands for: never a dot, so never another label, and never a colon, so never a port. */
const inLabel = "[a-z0-9-]+";
/** What a star of a repository stands for: never a slash. */
const inPart = "[a-z0-9._-]+";
/** One part of a repository's path with stars; OCI distribution specification, `<name>`. */
const partPattern = /^(?:[a-z0-9]|\*(?!\*))(?:[a-z0-9._-]|\*(?!\*))*$/;
/** What a pattern cannot have: schemes, user info, queries and blanks belong to addresses; two stars would promise more than one. */
const refused = /:\/\/|[@?#\\\s]|\*\*/;

export interface HostPattern {
  /** As it was written. */
  readonly text: string;
  /** Equal for patterns that mean the same. */
  readonly normal: string;
  /** True when the pattern speaks of repositories; without knowing the repository, such a pattern never matches. */
  readonly hasRepository: boolean;
  /** A repository is covered with everything below it. */
  matches(host: RegistryHost, repository?: string): boolean;
  /** True for a pattern with this host's part, whatever the repository. */
  matchesHost(host: RegistryHost): boolean;
  /** How exactly it says what it means: the host first, then the repository. Compared number by number, the greater wins. */
  readonly weight: readonly number[];
}

/** @throws InputError INVALID_REGISTRY_HOST that says what is wrong with it */
export function parseHostPattern(text: string): HostPattern {
  if (refused.test(text) || text === "") throw invalid(text);
  const slash = text.indexOf("/");
  const host = parseHost(slash === -1 ? text : text.slice(0, slash), text);
  const parts = slash === -1 ? [] : text.slice(slash + 1).split("/");
  if (!parts.every((part) => partPattern.test(part))) throw invalid(text);
  const repository = parts.map((part) => toExpression(part, inPart)).join("/");
  const below = new RegExp(`^${repository}(?:/|$)`);
  const literal = parts.join("").replaceAll("*", "").length;
  return {
    text,
    normal: [host.normal, ...parts].join("/"),
    hasRepository: parts.length > 0,
    matches: (wanted, path) => host.matches(wanted) && (parts.length === 0 || (path !== undefined && below.test(path))),
    matchesHost: host.matches,
    weight: [...host.weight, parts.length, literal],
  };
}

/** Positive when the first says more exactly what it means, 0 when nothing tells them apart. */
export function compareWeights(one: HostPattern, other: HostPattern): number {
  const at = one.weight.findIndex((value, index) => value !== other.weight[index]);
  return at === -1 ? 0 : (one.weight[at] ?? 0) - (other.weight[at] ?? 0);
}

interface HostPart {
  readonly normal: string;
  readonly matches: (host: RegistryHost) => boolean;
  readonly weight: readonly number[];
}

function parseHost(written: string, text: string): HostPart {
  if (written === everyHost) return { normal: everyHost, matches: () => true, weight: [0, 0, 0] };
  if (!written.includes("*")) {
    const { credentialKey: key } = parseRegistryHost(written);
    return { normal: key, matches: ({ credentialKey }) => credentialKey === key, weight: [2, 0, 0] };
  }
  const normal = withoutDefaultPort(written.toLowerCase());
  // With a letter for each star, and a digit in the port, it has to be a host in normal form.
  const sample = normal.replace(/:.*$/, (port) => port.replaceAll("*", "1")).replaceAll("*", "x");
  if (normal.includes("[") || findRegistryHost(sample)?.value !== sample) throw invalid(text);
  const expression = new RegExp(`^${toExpression(normal, inLabel)}$`);
  const labels = normal.split(/[.:]/).filter((label) => !label.includes("*")).length;
  return {
    normal,
    matches: ({ credentialKey }) => expression.test(credentialKey),
    weight: [1, labels, normal.replaceAll("*", "").length],
  };
}

function withoutDefaultPort(host: string): string {
  return host.endsWith(":443") ? host.slice(0, -":443".length) : host;
}

function toExpression(text: string, star: string): string {
  return text
    .split("*")
    .map((literal) => literal.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
    .join(star);
}

function invalid(text: string): InputError {
  const expected = "HOST[:PORT][/REPOSITORY] where * stands for part of one label, or * alone";
  return new InputError(
    "INVALID_REGISTRY_HOST",
    `no pattern of registries, got ${printable(text) || "nothing"}, expected ${expected}`,
    {
      expected,
    },
  );
}
