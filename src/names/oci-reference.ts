// Parses OpenTofu's OCI module addresses: oci://HOST[:PORT]/REPOSITORY[//SUBDIR][?tag=TAG | ?digest=DIGEST].
// OpenTofu docs "Module sources", OCI distribution specification "Pulling manifests" for the names.
import { InputError } from "../base/errors.ts";
import { printable } from "../base/text.ts";
import { type Digest, isDigest } from "./digest.ts";
import { parseRegistryHost, type RegistryHost } from "./registry-host.ts";

const scheme = "oci://";
const repositoryPattern = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const tagPattern = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
/** Host, port, slash and repository together; what Docker and most registries accept. */
const maxNameLength = 255;

/** A parsed module address. Without tag and digest OpenTofu takes the tag `latest`. */
export interface OciReference {
  readonly host: RegistryHost;
  readonly repository: string;
  /** Path inside the package, without slashes at its ends. */
  readonly subdir: string | undefined;
  readonly tag: string | undefined;
  readonly digest: Digest | undefined;
}

/**
 * Reads an address as a module's `source` has it.
 * @throws InputError INVALID_OCI_REFERENCE with the right spelling in the hint, or INVALID_REGISTRY_HOST
 */
export function parseOciReference(text: string): OciReference {
  const trimmed = text.trim();
  if (!trimmed.startsWith(scheme)) throw wrongScheme(trimmed);
  const [address = "", query] = splitOnce(trimmed.slice(scheme.length), "?");
  const slash = address.indexOf("/");
  if (slash === -1) throw invalid(`oci reference has no repository, got ${printable(trimmed)}`, "oci://HOST/REPOSITORY");
  const host = parseRegistryHost(address.slice(0, slash));
  const [repository = "", subdir] = splitOnce(address.slice(slash + 1), "//");
  checkRepository(host, repository, subdir, query);
  return { host, repository, subdir: parseSubdir(subdir), ...parseVersion(query) };
}

/** The address in its normal spelling; parseOciReference gives an equal reference back. */
export function formatOciReference(reference: OciReference): string {
  const subdir = reference.subdir === undefined ? "" : `//${reference.subdir}`;
  const version = reference.digest === undefined ? reference.tag && `?tag=${reference.tag}` : `?digest=${reference.digest}`;
  return `${scheme}${reference.host.value}/${reference.repository}${subdir}${version ?? ""}`;
}

/** True for a legal tag; OCI distribution specification, `<reference>`. */
export function isTag(text: string): boolean {
  return tagPattern.test(text);
}

/** True for a legal repository name; OCI distribution specification, `<name>`. */
export function isRepositoryName(text: string): boolean {
  return repositoryPattern.test(text);
}

function wrongScheme(text: string): InputError {
  const rest = text.replace(/^(?:oci::)?(?:https?:\/\/|oci:\/\/|oci:\/?|docker:\/\/)?/, "");
  const expected = "oci://HOST/REPOSITORY";
  const hint = rest.includes("/") ? `use ${scheme}${printable(rest)}` : undefined;
  return invalid(`oci reference does not begin with oci://, got ${printable(text)}`, expected, hint);
}

function checkRepository(host: RegistryHost, repository: string, subdir: string | undefined, query: string | undefined): void {
  const [name = "", suffix] = splitOnce(repository, repository.includes("@") ? "@" : ":");
  if (suffix !== undefined) {
    const parameter = isDigest(suffix) ? "digest" : "tag";
    const inside = subdir === undefined ? "" : `//${subdir}`;
    const version = query === undefined ? `?${parameter}=${suffix}` : `?${query}`;
    const right = `${scheme}${host.value}/${printable(`${name}${inside}${version}`)}`;
    const got = parameter === "tag" ? "a :tag after the repository" : "an @digest after the repository";
    throw invalid(`oci reference has ${got}, got ${printable(suffix)}`, `?${parameter}=`, `use ${right}`);
  }
  if (!isRepositoryName(repository)) {
    const lower = repository.toLowerCase().replace(/^\/+|\/+$/g, "");
    const hint = isRepositoryName(lower) ? `use ${scheme}${host.value}/${lower}` : undefined;
    throw invalid(`oci repository is not valid, got ${printable(repository)}`, "lower-case letters, digits and . _ - / between them", hint);
  }
  if (`${host.value}/${repository}`.length > maxNameLength) {
    throw invalid(`oci repository is too long, got ${repository.length} characters`, `at most ${maxNameLength} with the host`);
  }
}

function parseSubdir(written: string | undefined): string | undefined {
  if (written === undefined) return undefined;
  const parts = written.replace(/^\/+|\/+$/g, "").split("/");
  if (parts.some((part) => part === "" || part === "." || part === "..")) {
    throw invalid(`oci subdirectory is not valid, got ${printable(written)}`, "a path below the package's root");
  }
  return parts.join("/");
}

function parseVersion(query: string | undefined): { tag: string | undefined; digest: Digest | undefined } {
  const values = new Map<string, string>();
  for (const [key, value] of new URLSearchParams(query)) {
    if (key !== "tag" && key !== "digest") throw unknownArgument(key);
    if (values.has(key)) throw invalid(`oci reference repeats the argument ${key}`, `one ${key}`);
    values.set(key, value);
  }
  const tag = values.get("tag");
  const digest = values.get("digest");
  if (tag !== undefined && digest !== undefined) {
    throw invalid("oci reference has both tag and digest", "one of them", "keep ?digest= to pin the content, or ?tag= to follow the tag");
  }
  if (tag !== undefined && !isTag(tag)) {
    throw invalid(`oci tag is not valid, got ${printable(tag)}`, "up to 128 letters, digits and . _ -");
  }
  if (digest !== undefined && !isDigest(digest)) {
    throw invalid(`oci digest is not valid, got ${printable(digest)}`, "sha256: and 64 lower-case hex digits");
  }
  return { tag, digest };
}

function unknownArgument(key: string): InputError {
  const hint = key === "version" || key === "ref" ? "use ?tag=" : undefined;
  return invalid(`oci reference has the unknown argument ${printable(key)}`, "tag or digest", hint);
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}

function invalid(message: string, expected: string, hint?: string): InputError {
  return new InputError("INVALID_OCI_REFERENCE", `${message}, expected ${expected}`, { expected, hint });
}
