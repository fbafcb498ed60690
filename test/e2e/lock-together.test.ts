// The lock file of people who work at once, through real git: what each updated merges, and a conflict is named and mended.
import { readFileSync } from "node:fs";
import { type Authority, createAuthority } from "../support/authority.ts";
import { type CliRun, runScalrOci } from "../support/cli.ts";
import { run, runOk } from "../support/processes.ts";
import { realPart } from "../support/real-parts.ts";
import { embedded, loggedIn, password, type TestRegistry, username } from "../support/registries.ts";
import { Secret } from "../../src/base/secret.ts";
import { createWorkspace, type Workspace } from "../support/workspace.ts";

const git = await realPart("git");
const kind = embedded("Basic", { kind: "basic", users: [{ username, password: new Secret(password) }] });

git.describe("a lock file in git", () => {
  let authority: Authority;
  let registry: TestRegistry;
  let workspace: Workspace;
  let environment: Record<string, string>;
  const address = (name: string) => `oci://${registry.host}/acme/${name}`;
  const scalrOci = (...args: string[]): Promise<CliRun> =>
    runScalrOci(args, { environment, directory: workspace.path("project") });
  const person = { GIT_AUTHOR_NAME: "A", GIT_AUTHOR_EMAIL: "a@example.com" };
  const committer = { GIT_COMMITTER_NAME: "A", GIT_COMMITTER_EMAIL: "a@example.com" };
  const options = () => ({
    environment: { ...environment, ...person, ...committer },
    directory: workspace.path("project"),
  });
  const runGit = (...args: string[]) => runOk(git.path, args, options());
  const publish = async (name: string, version: string) => {
    workspace.write("module/main.tf", `output "version" { value = "${name} ${version}" }\n`);
    const args = ["push", workspace.path("module"), address(name), "--version", version, "--no-git"];
    expect(await scalrOci(...args)).toMatchObject({ exitCode: 0 });
  };
  /** A program that wants each of these at a constraint. */
  const want = (...modules: (readonly [name: string, constraint: string])[]) => {
    const lines = modules.map(([name, version]) => JSON.stringify({ path: name, address: address(name), version }));
    workspace.write(
      "project/program.mjs",
      `import { appendFileSync } from "node:fs";
appendFileSync(process.env.SCALR_OCI_LOCK_REQUESTS, ${JSON.stringify(lines.map((line) => `${line}\n`).join(""))});\n`,
    );
  };
  const lock = (...args: string[]) => scalrOci("lock", "--app", "node program.mjs", ...args);
  const commit = async (message: string) => {
    await runGit("add", ".");
    await runGit("commit", "-q", "-m", message);
  };
  const lockText = () => readFileSync(workspace.path("project", "scalr-oci.lock.json"), "utf8");
  const lockedTags = () =>
    Object.fromEntries(
      Object.entries((JSON.parse(lockText()) as { modules: Record<string, { tag: string }> }).modules).map(
        ([key, { tag }]) => [/acme\/(\S+)/.exec(key)?.[1], tag],
      ),
    );

  beforeEach(async () => {
    authority = createAuthority();
    registry = await kind.start(authority);
    workspace = createWorkspace();
    environment = loggedIn(workspace, authority, registry.host);
    for (const name of ["db", "dns", "vpc"]) await publish(name, "1.0.0");
    want(["db", "~> 1.0"], ["dns", "~> 1.0"], ["vpc", "~> 1.0"]);
    expect(await lock()).toMatchObject({ exitCode: 0 });
    await runGit("init", "-q", "-b", "main");
    await commit("locked");
    for (const name of ["db", "dns", "vpc"]) await publish(name, "1.1.0");
  });
  afterEach(async () => {
    await registry.stop();
    authority.remove();
    workspace.remove();
  });

  /** Does one thing on a branch of its own, another on main, and merges. @returns git's exit code */
  const together = async (one: () => Promise<unknown>, other: () => Promise<unknown>) => {
    await runGit("switch", "-q", "-c", "one");
    await one();
    await commit("one");
    await runGit("switch", "-q", "main");
    await other();
    await commit("other");
    return (await run(git.path, ["merge", "-q", "-m", "merged", "one"], options())).exitCode;
  };

  it.each([
    ["neighbours", "db", "dns", { db: "1.1.0", dns: "1.1.0", vpc: "1.0.0" }],
    ["far from each other", "vpc", "db", { db: "1.1.0", dns: "1.0.0", vpc: "1.1.0" }],
  ])("merges cleanly when two people updated modules that are %s", async (_where, one, other, tags) => {
    const exitCode = await together(
      () => lock("--update", address(one)),
      () => lock("--update", address(other)),
    );
    expect(exitCode).toBe(0);
    expect(lockedTags()).toEqual(tags);
    expect(await lock("--check")).toMatchObject({ exitCode: 0 });
  });

  it("merges cleanly when both made the same update, and when one removed what the other left alone", async () => {
    const exitCode = await together(
      async () => {
        want(["db", "~> 1.0"], ["dns", "~> 1.0"]);
        await lock();
      },
      () => lock("--update", address("db")),
    );
    expect(exitCode).toBe(0);
    expect(lockedTags()).toEqual({ db: "1.1.0", dns: "1.0.0" });
    expect(await lock("--check")).toMatchObject({ exitCode: 0 });
  });

  it("names a conflict, and mends it without touching what nobody disputes", async () => {
    const wanted = [["db", "~> 1.0"] as const, ["dns", "~> 1.0"] as const, ["vpc", "~> 1.0"] as const];
    for (const name of ["mail", "mesh"]) await publish(name, "1.0.0");
    const add = (name: string) => async () => {
      want(...wanted, [name, "~> 1.0"]);
      await lock();
    };
    expect(await together(add("mail"), add("mesh"))).toBe(1);
    expect(lockText()).toContain("<<<<<<< ");
    const { parseModuleLock } = await import("../../src/names/module-lock.ts");
    expect(() => parseModuleLock(lockText())).toThrow("lock file has conflicts that git left in it, expected none");
    want(...wanted, ["mail", "~> 1.0"], ["mesh", "~> 1.0"]);
    expect(await lock("--check")).toMatchObject({ exitCode: 1 });
    expect(lockText()).toContain("<<<<<<< ");
    expect(await lock()).toMatchObject({ exitCode: 0 });
    // Newer versions of all three are there, and nobody asked for them.
    expect(lockedTags()).toEqual({ db: "1.0.0", dns: "1.0.0", mail: "1.0.0", mesh: "1.0.0", vpc: "1.0.0" });
    expect(await lock("--check")).toMatchObject({ exitCode: 0 });
    await commit("mended");
  });

  it("takes the newest that is allowed where two people took different versions of one module", async () => {
    const exitCode = await together(
      () => lock("--update", address("dns")),
      async () => {
        await publish("dns", "1.2.0");
        await lock("--update", address("dns"));
      },
    );
    expect(exitCode).toBe(1);
    expect(await lock()).toMatchObject({ exitCode: 0 });
    expect(lockedTags()).toEqual({ db: "1.0.0", dns: "1.2.0", vpc: "1.0.0" });
  });
});
