// Imports point down only: which floor may import which, and what the credential helper reaches.
import { importChain, importsOf, readSource, type SourceFile, sourceFiles } from "../support/source-files.ts";

/** For each folder of src, from the ground up: the floors and single files it may import beside itself. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  base: [],
  names: ["base"],
  bridge: ["base"],
  hcl: ["base"],
  api: ["base", "names"],
  registry: ["base", "names"],
  credentials: ["base", "names"],
  helper: ["base", "names", "credentials"],
  provider: ["base", "names", "api", "registry", "bridge"],
  constructs: ["base", "names", "api", "registry"],
  server: ["base", "names", "api/documents.ts", "api/documents", "registry"],
  cli: [
    "base",
    "names",
    "bridge",
    "hcl",
    "api",
    "registry",
    "credentials",
    "helper",
    "provider",
    "constructs",
    "server",
  ],
  bin: ["base", "cli", "helper", "provider"],
};

/** Packages that a floor may not import, whatever others do. */
const forbiddenPackages: Readonly<Record<string, RegExp>> = {
  base: /./,
  names: /./,
  // What starts for every `tofu init` may not pay for these.
  credentials: /^(undici|zod)/,
  helper: /^(undici|zod)/,
};

const entryPoints = new Set(["index.ts", "cdktf.ts", "cdktn.ts", "bridge.ts", "testing.ts"]);
const files = new Map(sourceFiles("src").map((file) => [file.path, file]));

describe("floors", () => {
  it("knows every folder of src", () => {
    const folders = new Set([...files.keys()].map((path) => path.split("/")[1] ?? ""));
    const unknown = [...folders].filter((name) => allowed[name] === undefined && !entryPoints.has(name));
    expect(unknown).toEqual([]);
  });

  it.each(Object.entries(allowed))("%s imports only below itself: %j", (floor, below) => {
    const wrong = filesOf(floor).flatMap((file) =>
      file.imports
        .filter((one) => one.file !== undefined && !mayImport(floor, below, one.file))
        .map((one) => chain(file, one.file)),
    );
    expect(wrong).toEqual([]);
  });

  it.each(Object.entries(forbiddenPackages))("%s imports no package that matches %s", (floor, pattern) => {
    const wrong = filesOf(floor).flatMap((file) =>
      file.imports
        .filter(
          ({ file: target, specifier }) =>
            target === undefined && !specifier.startsWith("node:") && pattern.test(specifier),
        )
        .map(({ specifier }) => chain(file, specifier)),
    );
    expect(wrong).toEqual([]);
  });

  it("imports name files that are there", () => {
    const missing = [...files.values()].flatMap((file) =>
      file.imports
        .filter(({ file: target }) => target !== undefined && !exists(target))
        .map((one) => chain(file, one.file)),
    );
    expect(missing).toEqual([]);
  });
});

describe("the credential helper", () => {
  it("reaches only base, names, credentials and helper", () => {
    const start = "src/bin/docker-credential-scalr.ts";
    const isForbidden = (path: string) =>
      path.startsWith("src/") && !/^src\/(base|names|credentials|helper|bin)\//.test(path);
    expect(importChain(files, start, isForbidden, ["static", "dynamic", "type"])?.join(" → ")).toBeUndefined();
  });
});

describe("the constructs", () => {
  it.each(["src/cdktf.ts", "src/cdktn.ts"])("%s loads undici and zod only when preflight asks", (start) => {
    const isHeavy = (path: string) => /^(undici|zod)(\/|$)/.test(path);
    expect(importChain(files, start, isHeavy, ["static"])?.join(" → ")).toBeUndefined();
  });
});

describe("the import scanner", () => {
  it.each([
    ['import { a } from "./a.ts";', { specifier: "./a.ts", file: "src/x/a.ts", kind: "static" }],
    ['import {\n  a,\n  type B,\n} from "../y/a.ts";', { specifier: "../y/a.ts", file: "src/y/a.ts", kind: "static" }],
    ['import type { A } from "./a.ts";', { specifier: "./a.ts", file: "src/x/a.ts", kind: "type" }],
    ['import * as z from "zod";', { specifier: "zod", file: undefined, kind: "static" }],
    ['import a, { b } from "a";', { specifier: "a", file: undefined, kind: "static" }],
    ['export { a } from "./a.ts";', { specifier: "./a.ts", file: "src/x/a.ts", kind: "static" }],
    ['export * from "./a.ts";', { specifier: "./a.ts", file: "src/x/a.ts", kind: "static" }],
    ['export type { A } from "./a.ts";', { specifier: "./a.ts", file: "src/x/a.ts", kind: "type" }],
    ['import "./a.ts";', { specifier: "./a.ts", file: "src/x/a.ts", kind: "static" }],
    ['  const { a } = await import("./a.ts");', { specifier: "./a.ts", file: "src/x/a.ts", kind: "dynamic" }],
  ])("sees %s", (text, expected) => {
    expect(importsOf("src/x/file.ts", text)).toEqual([expected]);
  });

  it.each([
    '// import { a } from "./a.ts";',
    '/**\n * import { a } from "./a.ts";\n */',
    'const text = "from ./a.ts";',
  ])("does not see %s", (text) => {
    expect(importsOf("src/x/file.ts", text)).toEqual([]);
  });
});

function filesOf(floor: string): SourceFile[] {
  return [...files.values()].filter(({ path }) => path.startsWith(`src/${floor}/`));
}

function mayImport(floor: string, below: readonly string[], target: string): boolean {
  return [floor, ...below].some((one) => target === `src/${one}` || target.startsWith(`src/${one}/`));
}

function exists(path: string): boolean {
  if (files.has(path)) return true;
  try {
    readSource(path);
    return true;
  } catch {
    return false;
  }
}

function chain(file: SourceFile, target: string | undefined): string {
  return `${file.path} → ${target ?? "?"}`;
}
