// Parses OpenTofu's OCI module addresses: oci://HOST[:PORT]/REPOSITORY[//SUBDIR][?tag=TAG | ?digest=DIGEST].
// OpenTofu documentation, "Module Sources"; OCI distribution specification 1.1, "Pulling manifests", for the names.
import { InputError } from "../base/errors.ts";
import { printable } from "../base/text.ts";
import { type Digest, isDigest } from "./digest.ts";
import { parseRegistryHost, type RegistryHost } from "./registry-host.ts";

const scheme = "oci://";
/** oci:// with no other scheme behind it. */
const rightScheme = /^oci:\/\/(?![a-z]+:\/\/)/;
const pathComponent = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const repositoryPattern = new RegExp(`^${pathComponent}(?:/${pathComponent})*$`);
const tagPattern = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
/** What a module's subdirectory cannot hold: the end of the address, a Windows separator, blanks and control characters. */
const subdirStop = /[?#\\\s\p{C}]/u;
/** Host, port, slash and repository together; what Docker and most registries accept. */
const maxNameLength = 255;
/** Longest text that is looked at: the name, a deep subdirectory and a sha512 digest fit many times. */
const maxTextLength = 4096;

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
  if (trimmed.length > maxTextLength) {
    throw invalid(`oci reference is too long, got ${trimmed.length} characters`, `at most ${maxTextLength}`);
  }
  if (!rightScheme.test(trimmed)) throw wrongScheme(trimmed);
  const [address, query] = splitOnce(trimmed.slice(scheme.length), "?");
  const [authority, path] = splitOnce(address, "/");
  const host = parseRegistryHost(authority);
  if (path === undefined || path === "") throw noRepository(host);
  const [name, subdir] = splitOnce(path, "//");
  const written: Written = { host, name, subdir, query };
  return { host, repository: parseRepository(written), subdir: parseSubdir(written), ...parseVersion(written) };
}

/** The address in its normal spelling; parseOciReference gives an equal reference back. */
export function formatOciReference(reference: OciReference): string {
  const { host, repository, subdir, tag, digest } = reference;
  return spell({ host, name: repository, subdir, query: queryOf(tag, digest) });
}

/** True for a legal tag; OCI distribution specification, `<reference>`. */
export function isTag(text: string): boolean {
  return tagPattern.test(text);
}

/** True for a legal repository name; OCI distribution specification, `<name>`. */
export function isRepositoryName(text: string): boolean {
  return text.length <= maxNameLength && repositoryPattern.test(text);
}

/** An address cut into its parts, not yet checked. */
interface Written {
  readonly host: RegistryHost;
  readonly name: string;
  readonly subdir: string | undefined;
  readonly query: string | undefined;
}

/** What people write in front of an address when it is not oci://. */
const foreignPrefix = /^(?:oci::)*(?:(?:https?|docker|oci):\/{0,2})*/i;

function wrongScheme(text: string): InputError {
  const rest = text.replace(foreignPrefix, "");
  const got = rest.split(/@sha(?:256|512):/, 1)[0]?.includes("@") === true ? "an address with user info" : quoted(text);
  return invalid(
    `oci reference does not begin with oci:// and a host, got ${got}`,
    "oci://HOST/REPOSITORY",
    hintTo(`${scheme}${rest}`),
  );
}

/** `use ADDRESS` with all mistakes of the address mended, or undefined when there is one that nobody can guess. */
function hintTo(address: string): string | undefined {
  const right = findRightSpelling(address);
  return right && `use ${right}`;
}

function findRightSpelling(text: string): string | undefined {
  try {
    return formatOciReference(parseOciReference(text));
  } catch (error) {
    const hint = error instanceof InputError ? error.hint : undefined;
    return hint?.startsWith(`use ${scheme}`) === true ? hint.slice("use ".length) : undefined;
  }
}

function noRepository(host: RegistryHost): InputError {
  return invalid(`oci reference has no repository, got ${scheme}${host.value}`, `${scheme}${host.value}/REPOSITORY`);
}

function parseRepository(written: Written): string {
  const { host, name } = written;
  if (/[@:]/.test(name)) throw versionInPath(name, (mended) => ({ ...written, name: mended }), written.query);
  if (!repositoryPattern.test(name)) {
    const mended = name.toLowerCase().replace(/^\/+|\/+$/g, "");
    const hint = repositoryPattern.test(mended) ? hintTo(spell({ ...written, name: mended })) : undefined;
    throw invalid(
      `oci repository is not valid, got ${quoted(name)}`,
      "lower-case letters, digits and . _ - / between them",
      hint,
    );
  }
  const { length } = `${host.value}/${name}`;
  if (length > maxNameLength) {
    throw invalid(`oci repository is too long, got ${length} characters with the host`, `at most ${maxNameLength}`);
  }
  return name;
}

/** `:TAG` and `@DIGEST`, as container images are written, after the repository or after the subdirectory. */
function versionInPath(path: string, mend: (path: string) => Written, query: string | undefined): InputError {
  const [beforeDigest, digest] = splitOnce(path, "@");
  const [mended, tag] = splitOnce(beforeDigest, ":");
  const hint = hintTo(spell({ ...mend(mended), query: query ?? versionQuery(tag, digest) }));
  if (digest !== undefined) return invalid(`oci reference has an @digest, got ${printable(digest)}`, "?digest=", hint);
  return invalid(`oci reference has a :tag, got ${quoted(tag ?? "")}`, "?tag=", hint);
}

/** The query for a written version; what is not valid stays as it is for the parser to refuse. */
function versionQuery(tag: string | undefined, digest: string | undefined): string | undefined {
  if (digest !== undefined) return String(new URLSearchParams({ digest }));
  return tag === undefined ? undefined : String(new URLSearchParams({ tag }));
}

function parseSubdir(written: Written): string | undefined {
  if (written.subdir === undefined) return undefined;
  const path = written.subdir.replace(/^\/+|\/+$/g, "");
  const version = /^(?<path>[^@:]+)(?::[^@:/]+)?(?:@sha(?:256|512):[0-9a-f]+)?$/.exec(path);
  if (version !== null && version.groups?.["path"] !== path) {
    throw versionInPath(path, (mended) => ({ ...written, subdir: mended }), written.query);
  }
  if (subdirStop.test(path) || path.split("/").some((part) => part === "" || part === "." || part === "..")) {
    throw invalid(`oci subdirectory is not valid, got ${quoted(path)}`, "a path below the package's root");
  }
  return path;
}

function parseVersion(written: Written): { tag: string | undefined; digest: Digest | undefined } {
  const { tag, digest } = parseQuery(written);
  if (tag !== undefined && digest !== undefined) {
    throw invalid("oci reference has both tag and digest", "one of them", hintForBoth(tag, digest, written));
  }
  if (tag !== undefined && !isTag(tag)) throw wrongTag(tag, written);
  if (digest !== undefined && !isDigest(digest)) {
    throw invalid(`oci digest is not valid, got ${quoted(digest)}`, "sha256: and 64 lower-case hex digits");
  }
  return { tag, digest };
}

function hintForBoth(tag: string, digest: string, written: Written): string | undefined {
  if (!isTag(tag) || !isDigest(digest)) return undefined;
  const pinned = spell({ ...written, query: queryOf(undefined, digest) });
  return `use ${pinned} to pin the content, or ${spell({ ...written, query: queryOf(tag, undefined) })}`;
}

function parseQuery(written: Written): { tag?: string; digest?: string } {
  const values: { tag?: string; digest?: string } = {};
  for (const [key, value] of new URLSearchParams(written.query)) {
    if (key !== "tag" && key !== "digest") throw unknownArgument(key, value, written);
    if (values[key] !== undefined) throw invalid(`oci reference repeats the argument ${key}`, `one ${key}`);
    values[key] = value;
  }
  return values;
}

function wrongTag(tag: string, written: Written): InputError {
  const expected = "up to 128 letters, digits and . _ -";
  const [mended, subdir] = splitOnce(tag, "//");
  if (subdir !== undefined && written.subdir === undefined && isTag(mended)) {
    const right = spell({ ...written, subdir, query: queryOf(mended, undefined) });
    return invalid("oci reference has the subdirectory after the tag", "it before the ?", hintTo(right));
  }
  // In a query + means a blank, so 1.0.0+build arrives as `1.0.0 build`; publishers write such versions with an underscore.
  const underscored = tag.replace(/[+ ]/g, "_");
  const hint = isTag(underscored) ? `use ?tag=${underscored} if it was published so: a tag cannot hold +` : undefined;
  return invalid(`oci tag is not valid, got ${quoted(tag)}`, expected, hint);
}

function unknownArgument(key: string, value: string, written: Written): InputError {
  const meansTag = key === "version" || key === "ref";
  const hint = meansTag ? hintTo(spell({ ...written, query: versionQuery(value, undefined) })) : undefined;
  return invalid(`oci reference has the unknown argument ${quoted(key)}`, "tag or digest", hint);
}

function spell(written: Written): string {
  const subdir = written.subdir === undefined ? "" : `//${written.subdir}`;
  const query = written.query === undefined ? "" : `?${written.query}`;
  return `${scheme}${written.host.value}/${written.name}${subdir}${query}`;
}

function queryOf(tag: string | undefined, digest: string | undefined): string | undefined {
  if (digest !== undefined) return `digest=${digest}`;
  return tag === undefined ? undefined : `tag=${tag}`;
}

function splitOnce(text: string, separator: string): [before: string, after: string | undefined] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}

function quoted(text: string): string {
  return text === "" ? "nothing" : printable(text);
}

function invalid(message: string, expected: string, hint?: string): InputError {
  return new InputError("INVALID_OCI_REFERENCE", `${message}, expected ${expected}`, {
    expected,
    hint: hint === undefined ? undefined : printable(hint, maxTextLength),
  });
}
