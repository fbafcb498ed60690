// The lists of error codes and variables, the code that uses them and the pages that explain them say the same.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { environmentTable } from "../../src/base/env.ts";
import { type ErrorCode, errorCodes } from "../../src/base/error-codes.ts";
import { root, sourceFiles } from "../support/source-files.ts";

const codes = Object.keys(errorCodes) as ErrorCode[];
const sources = sourceFiles("src")
  .map(({ path }) => path)
  .filter((path) => path !== "src/base/error-codes.ts")
  .map((path) => readFileSync(join(root, path), "utf8"))
  .join("\n");

describe("the error codes", () => {
  it.each(codes)("%s is used", (code) => {
    expect(new RegExp(`"${code}"|errorCodes\\.${code}\\b|: ${code}\\b`).test(sources)).toBe(true);
  });

  it("are all explained in docs/errors.md, and no other", () => {
    const page = readFileSync(join(root, "docs/errors.md"), "utf8");
    const explained = [...page.matchAll(/^\| `([A-Z0-9_]+)` \|/gm)].map((match) => match[1]);
    expect(explained).toEqual(codes);
  });
});

describe("the environment table", () => {
  const known = environmentTable.map(({ name, meaning }) => `${name.replace(/<host>$/, "")} ${meaning}`).join("\n");

  it("names every SCALR_ variable of the sources", () => {
    const named = new Set(sources.match(/\bSCALR_[A-Z_]+/g));
    expect([...named].filter((name) => !known.includes(name))).toEqual([]);
  });

  it("names every variable that is read", () => {
    const read = [...sources.matchAll(/\benvironment\??\.?\["([A-Z_]+)"\]/g)].map((match) => match[1] ?? "");
    expect(read).toContain("SSL_CERT_FILE");
    expect([...new Set(read)].filter((name) => !new RegExp(`\\b${name}\\b`).test(known))).toEqual([]);
  });

  it("is what docs/environment.md explains", () => {
    const page = readFileSync(join(root, "docs/environment.md"), "utf8");
    const explained = [...page.matchAll(/^\| `([A-Z0-9_]+(?:<host>)?)` \|/gm)].map((match) => match[1]);
    expect(explained).toEqual(environmentTable.map(({ name }) => name));
  });
});
