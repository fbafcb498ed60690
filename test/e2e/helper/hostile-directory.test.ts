// A working directory that is against the helper: OpenTofu starts it wherever the configuration lies. Nothing that lies there is read
// or run, and a login is given to no host but its own, whichever source it comes from.
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "../../support/processes.ts";
import { type HelperMachine, notFound, startHelperMachine, type Variables } from "./support/helper-machine.ts";

const host = "ghcr.io";
const url = `https://${host}`;
/** A directory far from the machine's programs: the helper's own `sh` and Node are found by their absolute paths. */
const folder = "project";

let machine: HelperMachine;
let marker: string;
beforeEach(async () => {
  machine = await startHelperMachine();
  marker = machine.workspace.path("marker");
  machine.api.logins[host] = "robot:right";
  const preload = `require("node:fs").writeFileSync(${JSON.stringify(marker)}, "run");\n`;
  const script = `#!/bin/sh\necho run >${marker}\necho '{"ServerURL":"x","Username":"u","Secret":"evil"}'\n`;
  const evil = [
    "SCALR_HOSTNAME=evil.example.test",
    "SCALR_OCI_USERNAME_ghcr_io=evil",
    "SCALR_OCI_PASSWORD_ghcr_io=evil",
  ];
  const write = (file: string, text: string, mode?: number) => machine.workspace.write(`${folder}/${file}`, text, mode);
  for (const name of [".env", ".env.local", ".env.production"]) write(name, `${evil.join("\n")}\n`);
  write("bunfig.toml", 'preload = ["./preload.cjs"]\n');
  write(".npmrc", "node-options=--require ./preload.cjs\nscript-shell=./sh\n");
  write(".noderc", "--require ./preload.cjs\n");
  write("node.config.json", '{ "nodeOptions": { "import": ["./preload.cjs"] } }\n');
  write("package.json", '{ "type": "module", "main": "preload.cjs", "imports": { "#x": "./preload.cjs" } }\n');
  write("tsconfig.json", '{ "compilerOptions": { "paths": { "node:fs": ["./preload.cjs"] } } }\n');
  for (const name of ["preload.cjs", "index.js", "node_modules/undici/index.js", "node_modules/fs/index.js"]) {
    write(name, preload);
  }
  for (const name of [
    "node",
    "sh",
    "date",
    "cat",
    "readlink",
    "env",
    "printf",
    "ps",
    "tofu",
    "docker-credential-pass",
  ]) {
    write(name, script, 0o755);
    write(`node_modules/.bin/${name}`, script, 0o755);
  }
});
afterEach(async () => machine[Symbol.asyncDispose]());

const inFolder = () => ({ directory: machine.workspace.path(folder) });
const noCache = { SCALR_OCI_NO_CACHE: "1" };

describe("nothing of the working directory is read or run", () => {
  it.each<[string, (variables: Record<string, string>) => Variables]>([
    ["as it is", () => ({})],
    ["with the directory in front of PATH, by a dot", ({ PATH = "" }) => ({ PATH: `.:${PATH}` })],
    ["with the directory in front of PATH, by nothing", ({ PATH = "" }) => ({ PATH: `:${PATH}` })],
    ["with its node_modules in front of PATH", ({ PATH = "" }) => ({ PATH: `node_modules/.bin:${PATH}` })],
    ["with NODE_OPTIONS that load code", () => ({ NODE_OPTIONS: "--require ./preload.cjs" })],
    ["with NODE_PATH", () => ({ NODE_PATH: "./node_modules" })],
    ["with ENV and BASH_ENV", () => ({ ENV: "./sh", BASH_ENV: "./sh" })],
    ["with options of Bun", () => ({ BUN_OPTIONS: "--preload ./preload.cjs", BUN_INSPECT_PRELOAD: "./preload.cjs" })],
  ])("%s", async (_name, change) => {
    const variables = change(machine.environment());
    for (const more of [machine.inRun, { ...machine.inRun, ...noCache }]) {
      expect(await machine.secretOf(url, { ...more, ...variables }, inFolder())).toBe("right");
      expect(await machine.secretOf(url, { ...more, ...variables }, inFolder())).toBe("right");
    }
    await machine.call("list", "", variables, inFolder());
    expect(existsSync(marker)).toBe(false);
  });

  it("installed in the project, below its package.json", async () => {
    const bin = machine.workspace.path(folder, "node_modules", ".bin");
    const installed = join(bin, "docker-credential-scalr");
    symlinkSync(machine.helper, installed);
    const options = { environment: machine.environment(machine.inRun), ...inFolder(), stdin: url };
    const { stdout, exitCode } = await run(installed, ["get"], options);
    expect([exitCode, JSON.parse(stdout).Secret, existsSync(marker)]).toEqual([0, "right", false]);
  });

  it("in a directory that is gone", async () => {
    mkdirSync(machine.workspace.path("gone"));
    const inGone = `cd "$1" && rmdir "$1" && exec "$2" get`;
    const args = ["-c", inGone, "sh", machine.workspace.path("gone"), machine.helper];
    const { stdout } = await run("sh", args, { environment: machine.environment(machine.inRun), stdin: url });
    expect(JSON.parse(stdout)).toMatchObject({ Secret: "right" });
  });
});

describe("a login of ghcr.io", () => {
  const auth = Buffer.from("robot:right").toString("base64");
  const others = [
    "ghcr.io.evil.test",
    "https://ghcr.io.evil.test",
    "evilghcr.io",
    "https://evil.test/ghcr.io",
    "https://evil.test#ghcr.io",
    "https://evil.test?ghcr.io",
    "ghcr.io:444",
    "http://ghcr.io",
    "ghcr.io:80",
    "sub.ghcr.io",
    "ghcr.io-evil.test",
    "ghcr-io",
    "127.0.0.1",
  ];

  const sources: readonly [string, () => Promise<Variables>][] = [
    [
      "the local store",
      async () => {
        await machine.store(host, "right");
        return {};
      },
    ],
    ["variables", async () => ({ SCALR_OCI_USERNAME_ghcr_io: "robot", SCALR_OCI_PASSWORD_ghcr_io: "right" })],
    [
      "an auth file",
      async () => {
        const auths = { "ghcr.io": { auth }, "https://ghcr.io/v1/": { auth }, "ghcr.io/acme": { auth } };
        return { SCALR_OCI_AUTH_FILE: machine.workspace.write("auth.json", JSON.stringify({ auths })) };
      },
    ],
    ["the management API", async () => machine.inRun],
    ["a GitHub Actions job", async () => ({ GITHUB_ACTIONS: "true", GITHUB_TOKEN: "right", GITHUB_ACTOR: "robot" })],
    [
      "a GitLab CI job",
      async () => ({ GITLAB_CI: "true", CI_REGISTRY: host, CI_REGISTRY_USER: "robot", CI_REGISTRY_PASSWORD: "right" }),
    ],
  ];

  it.each(sources)("from %s is given to no other host", async (_name, prepare) => {
    const variables = await prepare();
    expect(await machine.secretOf(url, variables)).toBe("right");
    const answers = await Promise.all(others.map(async (other) => [other, await machine.secretOf(other, variables)]));
    expect(answers).toEqual(others.map((other) => [other, notFound]));
    expect(await machine.secretOf(url, variables)).toBe("right");
  });

  it("of a management API that redirects is not asked for elsewhere", async () => {
    const { hostname } = machine.api;
    machine.api.intercept(/credentials/, () => ({ status: 307, headers: { location: `https://${hostname}/stolen` } }));
    const said = await machine.secretOf(url, machine.inRun);
    expect(said).toMatch(/^management api at localhost:\d+ redirects, got 307, expected .*\n {2}\S.*\n$/);
    expect(machine.api.server.requests.map((request) => request.url)).toEqual(["/api/oci/v1/credentials/ghcr.io"]);
  });
});

it("has what it is tested with", () => {
  expect(existsSync(machine.workspace.path(folder, "node"))).toBe(true);
  expect(dirname(machine.helper)).not.toBe(machine.workspace.path(folder));
});
