// `scalr-oci push`, `pull`, `verify`, `inspect` and `copy` as users run them, where all goes wrong: registries that lie, are busy or cut
// the line at any step, two publishers at once, and directories that no module has.
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { Secret } from "../../../src/base/secret.ts";
import { type EmbeddedRegistry, startEmbeddedRegistry } from "../../../src/registry/embedded-registry.ts";
import { type Authority, createAuthority } from "../../support/authority.ts";
import { builtExecutable } from "../../support/built.ts";
import { type CliRun, runScalrOci } from "../../support/cli.ts";
import type { Intercept } from "../../support/loopback-internet.ts";
import { run, start } from "../../support/processes.ts";
import { pushRaw } from "../../support/push-raw.ts";
import { makeRawZip } from "../../support/raw-zip.ts";
import { realParts } from "../../support/real-parts.ts";
import { debian, embedded, loggedIn, password, type TestRegistry, username } from "../../support/registries.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

const real = await realParts("docker-registry", "htpasswd");
const users = [{ username, password: new Secret(password) }];
const wellKnown = ["home", "run", "tmp", "tofu.tfrc"];

let authority: Authority;
let workspace: Workspace;
let environment: Record<string, string>;
const scalrOci = (...args: string[]): Promise<CliRun> =>
  runScalrOci(args, { environment, directory: workspace.directory });

beforeEach(() => {
  authority = createAuthority();
  workspace = createWorkspace();
  workspace.write("module/main.tf", 'output "made" { value = 1 }\n');
});
afterEach(() => {
  authority.remove();
  workspace.remove();
});

describe("a registry on loopback", () => {
  let registry: EmbeddedRegistry;
  let intercept: Intercept;
  let address: string;
  beforeEach(async () => {
    intercept = () => false;
    registry = await startEmbeddedRegistry({
      tls: authority.issue(),
      auth: { kind: "token", users },
      intercept: (request, response) => intercept(request, response),
    });
    environment = loggedIn(workspace, authority, registry.host.value);
    address = `oci://${registry.host.value}/acme/vpc`;
  });
  afterEach(() => registry.close());

  const push = (...args: string[]) => scalrOci("push", "module", address, "--version", "1.0.0", "--no-git", ...args);
  const answerBlobs = (content: (honest: Buffer) => Buffer, honest: Buffer) => {
    intercept = ({ method, url }, response) => {
      if (method !== "GET" || url?.includes("/blobs/") !== true) return false;
      response.writeHead(200, { "content-type": "application/octet-stream" }).end(content(honest));
      return true;
    };
  };

  describe("that lies about a package", () => {
    const zip = makeRawZip([{ name: "main.tf", data: "# honest\n" }]);
    beforeEach(() => pushRaw({ host: registry.host.value, stop: async () => {} }, authority, "acme/vpc", zip));

    it.each([
      ["with other content of the same size", (honest: Buffer) => Buffer.alloc(honest.length, 1)],
      ["with less than it said", (honest: Buffer) => honest.subarray(0, -1)],
      ["with more than it said", (honest: Buffer) => Buffer.concat([honest, Buffer.alloc(1)])],
      ["with nothing", () => Buffer.alloc(0)],
    ])("%s unpacks nothing and verifies nothing", async (_what, content) => {
      answerBlobs(content, zip);
      const commands = [
        ["pull", `${address}?tag=1.0.0`, "pulled"],
        ["verify", `${address}?tag=1.0.0`],
      ];
      for (const args of commands) {
        const result = await scalrOci(...args);
        expect({ args, ...result }).toMatchObject({ exitCode: 1 });
        expect(result.stdout + result.stderr).toMatch(/sent other content than|REGISTRY_CONTENT_MISMATCH/);
      }
      expect(existsSync(workspace.path("pulled"))).toBe(false);
      expect(readdirSync(workspace.directory).toSorted()).toEqual([...wellKnown, "module"].toSorted());
      expect(readdirSync(workspace.path("tmp"))).toEqual([]);
    });

    it("is not copied to another registry", async () => {
      const target = await embedded("target", { kind: "basic", users }).start(authority);
      environment = loggedIn(workspace, authority, registry.host.value, target.host);
      answerBlobs((honest) => Buffer.alloc(honest.length, 1), zip);
      const there = `oci://${target.host}/acme/vpc?tag=1.0.0`;
      expect(await scalrOci("copy", `${address}?tag=1.0.0`, there)).toMatchObject({ exitCode: 1, stdout: "" });
      expect(await scalrOci("inspect", there)).toMatchObject({ exitCode: 1 });
      await target.stop();
    });

    it.each([
      [
        "a digest that is another",
        { "docker-content-digest": `sha256:${"0".repeat(64)}` },
        "REGISTRY_CONTENT_MISMATCH",
      ],
      ["the media type of an index", { "content-type": "application/vnd.oci.image.index.v1+json" }, "MANIFEST_INVALID"],
      ["the media type of a page", { "content-type": "text/html" }, "REGISTRY_MANIFEST_INVALID"],
    ])("in the manifest's headers, with %s, is believed by no command", async (_what, headers, code) => {
      intercept = ({ method, url }, response) => {
        if (method !== "GET" || url?.includes("/manifests/") !== true) return false;
        const { writeHead } = response;
        response.writeHead = ((status: number, own: object) =>
          writeHead.call(response, status, { ...own, ...headers } as never)) as never;
        return false;
      };
      for (const args of [
        ["pull", `${address}?tag=1.0.0`, "pulled"],
        ["inspect", `${address}?tag=1.0.0`],
      ]) {
        const result = await scalrOci(...args);
        expect(result).toMatchObject({ exitCode: 1, stdout: "" });
        expect(result.stderr).toContain(code);
      }
      expect(existsSync(workspace.path("pulled"))).toBe(false);
    });
  });

  it.each([
    ["a link", { name: "x", data: "/etc/passwd", mode: 0o120777 }, "the archive has a link, x"],
    ["a way up", { name: "../../x" }, "the archive has a name that leads elsewhere, ../../x"],
    ["a device", { name: "x", mode: 0o020666 }, "the archive has something else than a file, x"],
    ["a bomb", { name: "x", claimedSize: 1_200_000_000 }, "the archive unpacks to more than"],
    ["a bomb that says it is small", { name: "x", data: Buffer.alloc(5_000_000), claimedSize: 10 }, "cannot be read"],
  ])("from which a package with %s is pulled: nothing is written", async (_what, entry, message) => {
    const zip = makeRawZip([{ name: "main.tf" }, entry]);
    await pushRaw({ host: registry.host.value, stop: async () => {} }, authority, "acme/vpc", zip);
    const result = await scalrOci("pull", `${address}?tag=1.0.0`, "pulled");
    expect(result).toMatchObject({ exitCode: 1, stdout: "" });
    expect(result.stderr).toContain(message);
    expect(readdirSync(workspace.directory).toSorted()).toEqual([...wellKnown, "module"].toSorted());
    expect(readdirSync(workspace.path("tmp"))).toEqual([]);
  });

  /** Every kind of request of a push, the first of which meets a fault; and the seconds that a busy registry asks for there. */
  const steps = [
    ["asking for a token", "GET", "/token", 0],
    ["looking at the tag", "HEAD", "/manifests/1.0.0", 0],
    ["listing the tags", "GET", "/tags/list", 0],
    ["looking for the content", "HEAD", "/blobs/", 0],
    ["beginning an upload", "POST", "/blobs/uploads/", 0],
    ["sending the content", "PUT", "/blobs/uploads/", 1],
    ["setting the tag", "PUT", "/manifests/1.0.0", 0],
    ["setting an alias", "PUT", "/manifests/1.0", 0],
  ] as const;
  const atFirst = (method: string, path: string, fault: Intercept): { met: number } => {
    const state = { met: 0 };
    intercept = (request, response) => {
      const isIt = request.method === method && request.url?.includes(path) === true;
      if (!isIt || state.met > 0) return false;
      state.met += 1;
      return fault(request, response);
    };
    return state;
  };
  const expectPublished = async () => {
    intercept = () => false;
    expect(await scalrOci("verify", `${address}?tag=1.0`)).toMatchObject({ exitCode: 0 });
    expect((await scalrOci("versions", address)).stdout).toBe("1.0.0\nother tags: 1, 1.0\n");
  };

  it.each(steps)("that is busy at %s is asked again, after the time it wants", async (_step, method, path, seconds) => {
    const state = atFirst(method, path, (request, response) => {
      request.resume();
      response.writeHead(429, { "retry-after": String(seconds) }).end();
      return true;
    });
    const startedAt = performance.now();
    expect(await push()).toMatchObject({ exitCode: 0 });
    expect(state.met).toBe(1);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(seconds * 1000);
    await expectPublished();
  });

  it.each(steps)("that cuts the line at %s gets it all in the end", async (_step, method, path) => {
    const state = atFirst(method, path, (request) => {
      request.socket.destroy();
      return true;
    });
    expect(await push()).toMatchObject({ exitCode: 0 });
    expect(state.met).toBe(1);
    await expectPublished();
  });

  it.each(steps)("whose reply is lost at %s gets it all in the end", async (_step, method, path) => {
    const state = atFirst(method, path, (request, response) => {
      response.writeHead = (() => {
        request.socket.destroy();
        return response;
      }) as never;
      return false;
    });
    expect(await push()).toMatchObject({ exitCode: 0 });
    expect(state.met).toBe(1);
    await expectPublished();
  });

  it.each(["/manifests/", "/blobs/uploads/"])("that asks for an hour at %s is for later", async (path) => {
    intercept = ({ method, url }, response) => {
      if (method !== "PUT" || url?.includes(path) !== true) return false;
      response.writeHead(429, { "retry-after": "3600" }).end();
      return true;
    };
    expect(await push()).toMatchObject({ exitCode: 3, stdout: "" });
    intercept = () => false;
    expect(await scalrOci("inspect", `${address}?tag=1.0.0`)).toMatchObject({ exitCode: 1, stdout: "" });
  });
});

real.describe("two who publish other content under one version at once", () => {
  it.each([
    ["docker-registry", debian("htpasswd")],
    ["the embedded registry", embedded("Basic", { kind: "basic", users })],
  ])("on %s: one wins, the other is told, and the tags are the winner's", async (_name, kind) => {
    const registry: TestRegistry = await kind.start(authority);
    environment = loggedIn(workspace, authority, registry.host);
    const address = `oci://${registry.host}/acme/vpc`;
    for (const version of ["1.0.0", "1.1.0", "2.0.0"]) {
      const results = await Promise.all(
        ["one", "other"].map((who) => {
          workspace.write(`${who}/main.tf`, `# ${who} ${version}\n`);
          const args = ["push", workspace.path(who), address, "--version", version, "--no-git", "--json"];
          return run(builtExecutable("scalr-oci"), args, { environment });
        }),
      );
      expect(results.map(({ exitCode }) => exitCode).toSorted()).toEqual([0, 1]);
      const loser = results.find(({ exitCode }) => exitCode === 1);
      expect(loser).toMatchObject({ stdout: "", stderr: expect.stringContaining("VERSION_EXISTS") as string });
      const winner = JSON.parse(results.find(({ exitCode }) => exitCode === 0)?.stdout ?? "{}") as { digest: string };
      const minor = version.replace(/\.0$/, "");
      for (const tag of [version, minor]) {
        const inspected = await scalrOci("inspect", `${address}?tag=${tag}`, "--json");
        expect(JSON.parse(inspected.stdout)).toMatchObject({ digest: winner.digest });
      }
    }
    await registry.stop();
  });
});

describe("a directory that no module has", () => {
  beforeEach(() => {
    environment = workspace.environment({ trust: authority.certificateFile });
  });
  const dryRun = ["push", "module", "oci://localhost:1/acme/vpc", "--version", "1.0.0", "--no-git", "--dry-run"];

  it("with a socket, or links in a circle, is refused before a registry is asked", async () => {
    const server: Server = createServer();
    await new Promise<void>((resolve) => server.listen(workspace.path("module", "socket"), resolve));
    const socket = await scalrOci(...dryRun);
    await new Promise((resolve) => server.close(resolve));
    expect(socket).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("got a socket") as string });
    mkdirSync(workspace.path("module", "a"));
    symlinkSync("../a", workspace.path("module", "a", "again"));
    const circle = await scalrOci(...dryRun);
    expect(circle).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("a link to a directory") as string });
  });

  it("with 100,000 files takes bounded time and memory in a dry run", async () => {
    const registry = await startEmbeddedRegistry({ tls: authority.issue() });
    for (let outer = 0; outer < 100; outer += 1) {
      const first = workspace.write(`module/${outer}/0`, `${outer}\n`);
      for (let inner = 1; inner < 1000; inner += 1) linkSync(first, workspace.path(`module/${outer}/${inner}`));
    }
    const args = ["push", "module", `oci://${registry.host.value}/acme/vpc`, ...dryRun.slice(3), "--json"];
    const startedAt = performance.now();
    const running = start(builtExecutable("scalr-oci"), args, { environment, directory: workspace.directory });
    const ended = running.ended.then(() => true);
    let peakKb = 0;
    while (!(await Promise.race([ended, delay(20, false)]))) peakKb = Math.max(peakKb, readPeakKb(running.pid));
    const seconds = (performance.now() - startedAt) / 1000;
    expect(await running.ended).toMatchObject({ exitCode: 0 });
    expect((JSON.parse(running.stdout()) as { files: string[] }).files).toHaveLength(100_001);
    expect(readdirSync(workspace.path("tmp"))).toEqual([]);
    // Two KB for each file beside what Node itself takes; the time is for a busy machine.
    expect(peakKb).toBeGreaterThan(20_000);
    expect(peakKb).toBeLessThan(400_000);
    expect(seconds).toBeLessThan(60);
    await registry.close();
  }, 120_000);
});

/** Peak of a process's resident memory; 0 when it has ended. */
function readPeakKb(id: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
