// House rules that neither the compiler nor the linter holds.
import { sourceFiles } from "../support/source-files.ts";

const sources = sourceFiles("src");

/** `path:line: text` of every line that matches. */
function linesMatching(pattern: RegExp, except: (path: string) => boolean = () => false): string[] {
  return sources
    .filter(({ path }) => !except(path))
    .flatMap(({ path, text }) =>
      text.split("\n").flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
    );
}

describe("sources", () => {
  it("there are some", () => {
    expect(sources.length).toBeGreaterThan(20);
  });

  it("begin with a line that says what the file is for", () => {
    expect(sources.filter(({ text }) => !/^\/\/ \S/.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it("read process.env only in base/env.ts", () => {
    const pattern =
      /\bprocess\s*(\?\.|\.)\s*env\b|process\[["']env|\{[^}]*\benv\b[^}]*\}\s*(=\s*process\b|from "node:process")/;
    expect(linesMatching(pattern, (path) => path === "src/base/env.ts")).toEqual([]);
  });

  it("re-export by name: no export *, no default export", () => {
    expect(linesMatching(/^\s*export\s+(\*|default\b)/)).toEqual([]);
  });

  it("import zod as a namespace: the named import bundles five times the size", () => {
    expect(linesMatching(/import\s+(type\s+)?(z\b|\{[^}]*\bz\b[^}]*\}).*from "zod/)).toEqual([]);
  });

  it("have no folder or file called utils, common, types or manager", () => {
    const forbidden = /(^|\/|-)(utils?|common|types|managers?)(\/|-|\.)/;
    expect(sources.map(({ path }) => path).filter((path) => forbidden.test(path))).toEqual([]);
  });

  it("leave nothing open: no TODO or FIXME", () => {
    expect(linesMatching(/\b(TODO|FIXME|XXX|HACK)\b/)).toEqual([]);
  });

  it("keep mains at 15 lines", () => {
    const mains = sources.filter(({ path }) => path.startsWith("src/bin/"));
    const long = mains.filter(({ text }) => text.trimEnd().split("\n").length > 15);
    expect(mains.length).toBeGreaterThan(0);
    expect(long.map(({ path }) => path)).toEqual([]);
  });
});
