// What `npm pack` makes is what users get: it installs into an empty folder, is small, its executables run, its modules load.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildExecutable, executables as builds } from "../../scripts/build/executables.ts";
import { findExecutable } from "../../tools/tofu/ensure-tofu.ts";
import { run, runOk } from "../support/processes.ts";
import { root } from "../support/source-files.ts";
import { createWorkspace, type Workspace } from "../support/workspace.ts";

/** What a user has to trust and to download grows with every package. */
const maxRuntimePackages = 10;
const packTimeoutMs = 180_000;

const esmSubpaths = ["scalr-oci", "scalr-oci/bridge", "scalr-oci/testing"];
const commonJsSubpaths = ["scalr-oci/cdktf", "scalr-oci/cdktn"];
const executables = ["scalr-oci", "docker-credential-scalr", "terraform-provider-scalr"];

let workspace: Workspace;
let tarball: string;
let consumer: string;

beforeAll(async () => {
  workspace = createWorkspace();
  tarball = await pack();
  consumer = await installIntoEmptyFolder();
}, packTimeoutMs);
afterAll(() => workspace.remove());

/** npm with the machine's own configuration and cache: the registry in use is its business. */
async function npm(directory: string, ...args: string[]): Promise<string> {
  const environment = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env["PATH"] ?? ""}` };
  return await runOk("npm", args, { environment, directory, timeoutMs: packTimeoutMs });
}

/** Packs a copy of the project: packing replaces package.json for a moment, which others who use this checkout must not see. */
async function pack(): Promise<string> {
  const copy = workspace.path("source");
  const list = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root });
  for (const path of new Set(list.toString("utf8").split("\0"))) {
    if (path === "" || !existsSync(join(root, path))) continue;
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(root, path), join(copy, path));
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  mkdirSync(workspace.path("packed"));
  const manifest = readFileSync(join(copy, "package.json"), "utf8");
  await npm(copy, "pack", "--pack-destination", workspace.path("packed"));
  expect(readFileSync(join(copy, "package.json"), "utf8")).toBe(manifest);
  const [file] = readdirSync(workspace.path("packed"));
  return workspace.path("packed", file ?? "no tarball");
}

async function installIntoEmptyFolder(): Promise<string> {
  const directory = dirname(workspace.write("consumer/package.json", '{ "name": "consumer", "private": true }'));
  await npm(directory, "install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", tarball);
  return directory;
}

function installedPackages(): string[] {
  const lock = JSON.parse(readFileSync(join(consumer, "node_modules", ".package-lock.json"), "utf8")) as {
    packages: Record<string, unknown>;
  };
  return Object.keys(lock.packages).map((path) => path.replace(/^node_modules\//, ""));
}

function installed(path: string): string {
  return join(consumer, "node_modules", "scalr-oci", path);
}

describe("the packed package", () => {
  it(`installs at most ${maxRuntimePackages} packages, no Node among them`, () => {
    const packages = installedPackages();
    expect(packages).toContain("scalr-oci");
    expect(packages.length).toBeLessThanOrEqual(maxRuntimePackages);
    expect(packages.filter((name) => /^node(-|$)/.test(name))).toEqual([]);
  });

  it("has a manifest without the development's own fields", () => {
    const manifest = JSON.parse(readFileSync(installed("package.json"), "utf8")) as Record<string, unknown>;
    const fields = ["scripts", "devDependencies", "optionalDependencies", "overrides"];
    expect(fields.filter((field) => manifest[field] !== undefined)).toEqual([]);
    expect(manifest).toMatchObject({ name: "scalr-oci", license: "Apache-2.0", engines: { node: ">=22.19" } });
  });

  it("holds only the build, the licence and what to read first", () => {
    expect(readdirSync(installed("")).toSorted()).toEqual(["LICENSE", "NOTICE", "README.md", "dist", "package.json"]);
    const sources = readdirSync(installed("dist"), { recursive: true, encoding: "utf8" });
    expect(sources.filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts"))).toEqual([]);
  });

  it("passes publint", async () => {
    const result = await run("publint", ["run", tarball, "--strict"], { environment: { ...process.env } });
    expect(result).toMatchObject({ exitCode: 0 });
  });

  it.each([
    ["ES modules", ["--profile", "esm-only", "--exclude-entrypoints", "cdktf", "cdktn"]],
    ["CommonJS construct libraries", ["--entrypoints", "cdktf", "cdktn"]],
  ])("has types that every resolution finds: %s", async (_, args) => {
    const result = await run("attw", [tarball, "--format", "ascii", ...args], { environment: { ...process.env } });
    expect(result).toMatchObject({ exitCode: 0 });
  });
});

describe("installed executables", () => {
  it.each([
    ["scalr-oci", "#!/usr/bin/env node"],
    // A shell answers from what was kept, without starting Node.
    ["docker-credential-scalr", "#!/bin/sh"],
    ["terraform-provider-scalr", "#!/usr/bin/env node"],
  ])("%s is one executable file that begins with %s", (name, firstLine) => {
    const file = installed(`dist/bin/${name}`);
    expect(statSync(file).mode & 0o777).toBe(0o755);
    expect(readFileSync(file, "utf8").split("\n", 1)).toEqual([firstLine]);
  });

  it.each([
    ["scalr-oci", ["--version"], 0, /^\d+\.\d+\.\d+\n$/],
    ["docker-credential-scalr", ["version"], 0, /\d+\.\d+\.\d+/],
    ["docker-credential-scalr", ["list"], 0, /^\{.*\}\s*$/],
    ["terraform-provider-scalr", ["--version"], 0, /^terraform-provider-scalr \d+\.\d+\.\d+\n$/],
  ] as const)("%s %j runs", async (name, args, exitCode, stdout) => {
    const environment = workspace.environment();
    const result = await run(join(consumer, "node_modules", ".bin", name), args, { environment });
    expect(result).toMatchObject({ exitCode, stderr: "", stdout: expect.stringMatching(stdout) as string });
  });

  it("run from anywhere: as ES modules and as CommonJS, alone in a folder", async () => {
    for (const type of ["module", "commonjs"]) {
      workspace.write(`${type}/package.json`, JSON.stringify({ type }));
      // Without a version in its name: Node would take `.0` for an unknown extension below a package.json of type module.
      const copy = workspace.path(type, "terraform-provider-scalr");
      cpSync(installed("dist/bin/terraform-provider-scalr"), copy);
      const result = await run(copy, ["--version"], { environment: workspace.environment() });
      expect(result).toMatchObject({ exitCode: 0, stderr: "" });
    }
  });

  it("the helper answers on the oldest Node it promises, where there is one on PATH", async () => {
    const node = await findNode20();
    if (node === undefined) return;
    const helper = installed("dist/bin/docker-credential-scalr");
    const environment = {
      ...workspace.environment(),
      SCALR_OCI_USERNAME_ghcr_io: "robot",
      SCALR_OCI_PASSWORD_ghcr_io: "pw",
    };
    const result = await run(node, [helper, "get"], { environment, stdin: "https://ghcr.io" });
    expect(result).toMatchObject({ exitCode: 0, stderr: "" });
    expect(JSON.parse(result.stdout)).toMatchObject({ Username: "robot", Secret: "pw" });
  });

  it("the helper is byte for byte the launcher in the archives for machines without Node", async () => {
    const helper = builds.find(({ name }) => name === "docker-credential-scalr");
    if (helper !== undefined) await buildExecutable(helper, workspace.path("launcher"));
    const [built, packed] = [
      workspace.path("launcher", "docker-credential-scalr"),
      installed("dist/bin/docker-credential-scalr"),
    ];
    expect(readFileSync(packed).equals(readFileSync(built))).toBe(true);
  });

  it.each(executables)("%s carries the licences of what is bundled", (name) => {
    const text = readFileSync(installed(`dist/bin/${name}`), "utf8");
    const bundlesPackages = name !== "docker-credential-scalr";
    if (bundlesPackages)
      expect(text).toMatch(/This file contains the following packages\.[\s\S]*Permission is hereby granted/);
  });
});

describe("installed modules", () => {
  beforeAll(() => {
    for (const peer of ["cdktf", "cdktn", "constructs"]) {
      symlinkSync(join(root, "node_modules", peer), join(consumer, "node_modules", peer));
    }
  });

  it.each([...esmSubpaths, ...commonJsSubpaths])("import(%j) gives named exports", async (subpath) => {
    expect(await exportsOf(`await import(${JSON.stringify(subpath)})`)).not.toEqual([]);
  });

  it.each(commonJsSubpaths)("require(%j) gives the same names as import", async (subpath) => {
    const required = await exportsOf(
      `(await import("node:module")).createRequire(import.meta.url)(${JSON.stringify(subpath)})`,
    );
    const imported = await exportsOf(`await import(${JSON.stringify(subpath)})`);
    expect(imported).toEqual(required);
  });
});

describe("scalr-oci/testing, installed", () => {
  it("starts a registry and a management API server, with nothing but the package's own dependencies", async () => {
    const script = `
      const { Secret, startEmbeddedRegistry, startManagementServer } = await import("scalr-oci/testing");
      const password = new Secret("pw");
      const registry = await startEmbeddedRegistry({ auth: { kind: "basic", users: [{ username: "u", password }] } });
      const server = await startManagementServer({ environment: {} });
      console.log(registry.host.value, server.url, String(server.adminToken));
      await server.close();
      await registry.close();
    `;
    const args = ["--input-type=module", "--eval", script];
    const printed = await runOk(process.execPath, args, { environment: workspace.environment(), directory: consumer });
    expect(printed).toMatch(/^localhost:\d+ https:\/\/127\.0\.0\.1:\d+ \[secret\]$/m);
  });

  it("speaks in the same classes as the other entry points", async () => {
    const script = `
      const [index, testing] = await Promise.all([import("scalr-oci"), import("scalr-oci/testing")]);
      console.log(index.Secret === testing.Secret);
    `;
    const args = ["--input-type=module", "--eval", script];
    const printed = await runOk(process.execPath, args, { environment: workspace.environment(), directory: consumer });
    expect(printed).toBe("true\n");
  });
});

/** The names that an expression's object has, evaluated in a module of the consumer. */
async function exportsOf(expression: string): Promise<string[]> {
  const internal = ["default", "__esModule", "module.exports"];
  const script = `console.log(JSON.stringify(Object.keys(${expression}).filter((name) => !${JSON.stringify(internal)}.includes(name)).sort()))`;
  const args = ["--input-type=module", "--eval", script];
  const options = { environment: workspace.environment(), directory: consumer };
  return JSON.parse(await runOk(process.execPath, args, options)) as string[];
}

async function findNode20(): Promise<string | undefined> {
  for (const directory of (process.env["PATH"] ?? "").split(":")) {
    const node = await findExecutable("node", { PATH: directory });
    if (node === undefined) continue;
    const version = await runOk(node, ["--version"], { environment: {} });
    if (version.startsWith("v20.")) return node;
  }
  return undefined;
}
