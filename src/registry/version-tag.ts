// Versions as tags: 1.4.0, and the aliases 1.4 and 1 that follow the newest of their line; Semantic Versioning 2.0.0, and `+`
// written as `_` as in OpenTofu's OCI provider mirrors, because tags have no `+`.
import semver from "semver";
import { InputError } from "../base/errors.ts";
import { printable } from "../base/text.ts";
import { isTag } from "../names/oci-reference.ts";

/** A version that is published. */
export interface VersionTag {
  /** Normal form, such as `1.4.0-rc.1+build.5`. */
  readonly version: string;
  /** The same as a tag, such as `1.4.0-rc.1_build.5`. */
  readonly tag: string;
}

/** @throws InputError VERSION_INVALID; a leading `v` is refused, because registries would hold it as another version */
export function parseVersion(text: string): VersionTag {
  const version = semver.valid(text) === null || /^[v=\s]/.test(text) ? undefined : text.trim();
  const tag = tagOfVersion(version ?? "");
  if (version !== undefined && isTag(tag)) return { version, tag };
  const bare = semver.valid(text.replace(/^[v=\s]+/, ""));
  throw new InputError("VERSION_INVALID", `version is not valid, got ${printable(text)}, expected MAJOR.MINOR.PATCH`, {
    path: "--version",
    hint: bare === null ? undefined : `use ${bare}`,
  });
}

/** The version that a tag stands for, or undefined when it stands for none, as `latest` and `1.4` do. */
export function findVersionOfTag(tag: string): string | undefined {
  const version = tag.replaceAll("_", "+");
  return semver.valid(version) === version.split("+", 1)[0] ? version : undefined;
}

/** Versions among tags, the newest first; equal ones that differ in build metadata by their text. */
export function sortVersions(tags: readonly string[]): string[] {
  return tags.flatMap((tag) => findVersionOfTag(tag) ?? []).sort((one, other) => semver.compareBuild(other, one));
}

/** The tag of a version in its normal form. */
export function tagOfVersion(version: string): string {
  return version.replaceAll("+", "_");
}

/** The newest release of a line, such as `1.4` or `1`, when it is newer than `version`. */
export function findNewerVersion(line: string, version: string, tags: readonly string[]): string | undefined {
  return sortVersions(tags).find(
    (one) => semver.prerelease(one) === null && semver.satisfies(one, line) && semver.gt(one, version),
  );
}

/**
 * The aliases that a version may take: `1.4` when it is the newest 1.4, `1` when it is the newest 1.
 * @param tags all tags of the repository, with or without the version's own
 * @returns none for a prerelease
 */
export function aliasesOf(version: string, tags: readonly string[]): string[] {
  const parsed = semver.parse(version);
  if (parsed === null || parsed.prerelease.length > 0) return [];
  const { major, minor } = parsed;
  const released = sortVersions(tags).filter((one) => semver.prerelease(one) === null);
  const isNewest = (line: string): boolean =>
    released.every((one) => !semver.satisfies(one, line) || semver.compare(one, version) <= 0);
  const aliases: string[] = [];
  if (isNewest(`${major}.${minor}`)) aliases.push(`${major}.${minor}`);
  if (isNewest(`${major}`)) aliases.push(`${major}`);
  return aliases;
}
