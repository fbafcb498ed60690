// What must never be in the repository: addresses of package registries, paths of one machine, lock files that break elsewhere.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { version } from "../../src/base/version.ts";
import { root } from "../support/source-files.ts";

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly resolved?: string; readonly optionalDependencies?: Readonly<Record<string, string>> }>
  >;
}

/** What git would commit: tracked files and new ones that are not ignored. */
function repositoryFiles(): string[] {
  const list = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root });
  return [...new Set(list.toString("utf8").split("\0"))].filter((path) => path !== "" && isReadable(path));
}

function isReadable(path: string): boolean {
  try {
    readFileSync(join(root, path));
    return true;
  } catch {
    return false;
  }
}

const files = repositoryFiles();
const lockFiles = files.filter((path) => /(^|\/)package-lock\.json$/.test(path));

describe("repository", () => {
  // Character classes keep this file from matching itself.
  it.each([
    [
      "a package registry's host",
      /registr[y]\.(npmjs|yarnpkg)|pyp[i]\.org|pythonhoste[d]|(prox[y]|su[m])\.golang|crate[s]\.io|mave[n]\.(org|apache)|(de[b]|securit[y])\.debian/,
    ],
    ["a path of one machine", /(^|[\s"'`(=:])\/(wor[k]|roo[t])\//],
  ])("holds nowhere %s", (_, pattern) => {
    const hits = files.filter((path) => pattern.test(readFileSync(join(root, path), "utf8")));
    expect(hits).toEqual([]);
  });

  it("has the same version in package.json and in the sources", () => {
    const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    expect(version).toBe(manifest.version);
  });

  it("pins every dependency exactly", () => {
    const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Record<
      string,
      Record<string, string>
    >;
    const ranges = ["dependencies", "devDependencies", "optionalDependencies", "overrides"].flatMap((group) =>
      Object.entries(manifest[group] ?? {}).filter(([, wanted]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(wanted)),
    );
    expect(ranges).toEqual([]);
  });
});

describe("lock files", () => {
  it("there is one for the root", () => {
    expect(lockFiles).toContain("package-lock.json");
  });

  it.each(lockFiles)("%s holds no download address", (path) => {
    expect(Object.values(readLock(path).packages).filter(({ resolved }) => /^https?:/.test(resolved ?? ""))).toEqual(
      [],
    );
  });

  // npm ci fails on a machine whose platform package was not resolved when the lock was written.
  it.each(lockFiles)("%s has every optional platform package that it names", (path) => {
    const { packages } = readLock(path);
    const present = new Set(Object.keys(packages).map((at) => at.split("node_modules/").at(-1)));
    const named = Object.values(packages).flatMap(({ optionalDependencies }) =>
      Object.keys(optionalDependencies ?? {}),
    );
    expect(named.filter((name) => !present.has(name))).toEqual([]);
  });
});

function readLock(path: string): Lock {
  return JSON.parse(readFileSync(join(root, path), "utf8")) as Lock;
}
