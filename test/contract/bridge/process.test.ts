// The life of a provider's process, from the handshake line to its end, as go-plugin lives it.
import { once } from "node:events";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { connect as connectSocket } from "node:net";
import { Empty, GetProviderSchemaResponse, StopProviderResponse } from "../../../src/bridge/wire/messages.ts";
import { run } from "../../support/processes.ts";
import { realPart } from "../../support/real-parts.ts";
import { createWorkspace } from "../../support/workspace.ts";
import { compileProvider, packageProvider } from "./support/packaged-provider.ts";
import {
  call,
  callRaw,
  connectTo,
  frame,
  newClientCertificate,
  type Plugin,
  type PluginOptions,
  startExecutable,
  startPlugin,
} from "./support/plugin-process.ts";

const workspace = createWorkspace();
let script = "";

beforeAll(async () => {
  script = await packageProvider(workspace, "notes", join(import.meta.dirname, "support", "notes-main.ts"));
});
afterAll(() => workspace.remove());

const certificate = newClientCertificate();
const environment = () => ({ TMPDIR: workspace.path("tmp") });
const schemaPath = "/tfplugin6.Provider/GetProviderSchema";
const shutdownPath = "/plugin.GRPCController/Shutdown";

/** Milliseconds until the process has ended. */
async function endOf(plugin: Plugin): Promise<number> {
  const startedAt = performance.now();
  await plugin.process.ended;
  return performance.now() - startedAt;
}

describe("the handshake", () => {
  it("is one line of six fields on stdout, the certificate without padding", async () => {
    await using plugin = await startPlugin(script, {
      environment: { ...environment(), NOTES_CHATTY: "1" },
      certificate,
    });
    expect(plugin.fields.slice(0, 3)).toEqual(["1", "6", "unix"]);
    expect(plugin.fields[4]).toBe("grpc");
    expect(plugin.fields[5]).toMatch(/^[A-Za-z0-9+/]{50,}$/);
    expect(plugin.fields).toHaveLength(6);
    await plugin.process.output(/chatty/);
    expect(plugin.process.stdout().split("\n")).toHaveLength(2);
    expect(plugin.process.stderr()).toContain("chatty");
  });

  it("has no certificate when the host speaks plaintext", async () => {
    await using plugin = await startPlugin(script, { environment: environment() });
    expect(plugin.fields).toHaveLength(5);
    const session = await connectTo(plugin, undefined);
    const schema = await call(session, schemaPath, Empty, GetProviderSchemaResponse, {});
    expect([...schema.resourceSchemas.keys()]).toEqual(["notes_note"]);
    session.destroy();
  });

  it("uses a loopback port within the host's range where the path of a socket would be too long", async () => {
    const long = workspace.path("tmp", "x".repeat(100));
    mkdirSync(long, { recursive: true });
    await using plugin = await startPlugin(script, {
      environment: { TMPDIR: long, PLUGIN_MIN_PORT: "20000", PLUGIN_MAX_PORT: "20999" },
      certificate,
    });
    expect(plugin.fields.slice(2, 4).join()).toMatch(/^tcp,127\.0\.0\.1:20\d\d\d$/);
    const session = await connectTo(plugin, certificate);
    expect((await callRaw(session, schemaPath, frame(Buffer.alloc(0)))).status).toBe(0);
    session.destroy();
  });

  it.each<[what: string, environment: Record<string, string>, args: string[], text: RegExp]>([
    ["no host", {}, [], /^this program is a provider, expected OpenTofu or Terraform to start it\n {2}put it/],
    [
      "a host of protocol 5",
      {
        TF_PLUGIN_MAGIC_COOKIE: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
        PLUGIN_PROTOCOL_VERSIONS: "4,5",
      },
      [],
      /^the host does not speak plugin protocol 6/,
    ],
    [
      "a host without a directory for temporary files",
      {
        TF_PLUGIN_MAGIC_COOKIE: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
        TMPDIR: "/nowhere",
      },
      [],
      /^the operating system refused mkdtemp, got ENOENT/,
    ],
  ])("says what to do when %s starts it", async (_what, variables, args, text) => {
    const result = await run(process.execPath, [script, ...args], { environment: variables });
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toBe("");
    expect(result.stderr).toMatch(text);
  });

  it("with --version is name and version", async () => {
    const result = await run(process.execPath, [script, "--version"], { environment: {} });
    expect(result).toMatchObject({ exitCode: 0, stderr: "" });
    expect(result.stdout).toMatch(/^terraform-provider-[a-z]+ \d+\.\d+\.\d+\n$/);
  });

  it("with --debug is a line to attach by", async () => {
    const { start } = await import("../../support/processes.ts");
    await using running = start(process.execPath, [script, "--debug"], { environment: environment() });
    const [, json = ""] = await running.output(/TF_REATTACH_PROVIDERS='(.*)'/);
    const { "example/notes": server } = JSON.parse(json) as Record<string, { Pid: number; Addr: { String: string } }>;
    expect(server).toMatchObject({ Protocol: "grpc", ProtocolVersion: 6, Test: true, Pid: running.pid });
    expect(existsSync(server?.Addr.String ?? "")).toBe(true);
    running.child.kill("SIGINT");
    expect(await running.ended).toMatchObject({ exitCode: 0 });
    expect(existsSync(server?.Addr.String ?? "")).toBe(false);
  });
});

/** What holds for a script under Node and for a binary of Bun alike: both have an HTTP/2 and a TLS of their own. */
function describeConnections(startProvider: (options: PluginOptions) => Promise<Plugin>): void {
  it("serves the client that the host announced", async () => {
    await using plugin = await startProvider({ environment: environment(), certificate });
    const session = await connectTo(plugin, certificate);
    const schema = await call(session, schemaPath, Empty, GetProviderSchemaResponse, {});
    expect(schema.serverCapabilities).toMatchObject({ planDestroy: true, moveResourceState: true });
    session.destroy();
  });

  it.each([
    { what: "another certificate", client: newClientCertificate() },
    { what: "no certificate", client: undefined },
  ])("cuts a client off that shows $what, before any call, and goes on serving", async ({ client }) => {
    await using plugin = await startProvider({ environment: environment(), certificate });
    const outcome = await Promise.race([
      connectTo(plugin, client).then(async (session) => await callRaw(session, schemaPath, frame(Buffer.alloc(0)))),
      new Promise<"silence">((resolve) => setTimeout(() => resolve("silence"), 5_000)),
    ]).catch(() => "refused" as const);
    expect(outcome === "refused" || (outcome !== "silence" && outcome.status === undefined)).toBe(true);
    const session = await connectTo(plugin, certificate);
    expect((await callRaw(session, schemaPath, frame(Buffer.alloc(0)))).status).toBe(0);
    session.destroy();
  });

  it("ends at once after Shutdown, with the reply sent and the socket gone", async () => {
    const durationsMs: number[] = [];
    for (let start = 0; start < 3; start += 1) {
      await using plugin = await startProvider({ environment: environment(), certificate });
      const session = await connectTo(plugin, certificate);
      await call(session, schemaPath, Empty, GetProviderSchemaResponse, {});
      expect((await callRaw(session, shutdownPath, frame(Buffer.alloc(0)))).status).toBe(0);
      durationsMs.push(await endOf(plugin));
      expect(await plugin.process.ended).toEqual({ exitCode: 0, signal: null });
      expect(existsSync(plugin.fields[3] ?? "")).toBe(false);
    }
    // 3 to 10 ms; a machine with other things to do may hold up one or two. Hosts kill after 2 seconds.
    expect(Math.min(...durationsMs)).toBeLessThan(100);
  });

  it("lives on after bytes that are no message, a frame cut off and a connection that floods it", async () => {
    await using plugin = await startProvider({ environment: environment(), certificate });
    const session = await connectTo(plugin, certificate);
    const readPath = "/tfplugin6.Provider/ReadResource";
    for (const body of [Buffer.alloc(0), Buffer.from([0, 0, 0]), frame(Buffer.alloc(50, 0xff)).subarray(0, 20)]) {
      expect((await callRaw(session, readPath, body)).status).not.toBe(0);
    }
    const flooding = await connectTo(plugin, certificate);
    for (let index = 0; index < 3_000 && !flooding.destroyed; index += 1) {
      const stream = flooding.request({ ":method": "POST", ":path": schemaPath, "content-type": "application/grpc" });
      stream.on("error", () => {}).close(8);
    }
    flooding.destroy();
    expect((await callRaw(session, schemaPath, frame(Buffer.alloc(0)))).status).toBe(0);
    session.destroy();
  });
}

describe("a connection to a script", () => describeConnections(async (options) => await startPlugin(script, options)));

const bun = await realPart("bun");
bun.describe("a connection to a binary", () => {
  let binary = "";
  // Fetching a runtime on a fresh machine is most of it.
  beforeAll(async () => {
    binary = await compileProvider(workspace, "notes", "test/contract/bridge/support/notes-main.ts");
  }, 300_000);
  describeConnections(async (options) => await startExecutable([binary], options));
});

describe("the services of go-plugin", () => {
  it("are there: health, and two streams that stay open; everything else is not implemented", async () => {
    await using plugin = await startPlugin(script, { environment: environment() });
    const session = await connectTo(plugin, undefined);
    const health = await callRaw(
      session,
      "/grpc.health.v1.Health/Check",
      frame(Buffer.from("0a06706c7567696e", "hex")),
    );
    expect([health.status, health.body.toString("hex")]).toEqual([0, "00000000020801"]);
    for (const path of ["/plugin.GRPCStdio/StreamStdio", "/plugin.GRPCBroker/StartStream"]) {
      const stream = session.request({ ":method": "POST", ":path": path, "content-type": "application/grpc" });
      stream.on("error", () => {}).write(frame(Buffer.alloc(0)));
      const [headers] = (await once(stream, "response")) as [Record<string, unknown>];
      expect([headers[":status"], stream.closed]).toEqual([200, false]);
      stream.close();
    }
    for (const path of [
      "/tfplugin6.Provider/PlanAction",
      "/tfplugin6.Provider/GetStates",
      "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    ]) {
      expect((await callRaw(session, path, frame(Buffer.alloc(0)))).status).toBe(12);
    }
    session.destroy();
  });
});

describe("the process", () => {
  it("lives on after Ctrl-C, which reaches it as well as the host", async () => {
    await using plugin = await startPlugin(script, { environment: environment(), certificate });
    const session = await connectTo(plugin, certificate);
    plugin.process.child.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 100));
    await call(session, "/tfplugin6.Provider/StopProvider", Empty, StopProviderResponse, {});
    const schema = await call(session, schemaPath, Empty, GetProviderSchemaResponse, {});
    expect(schema.resourceSchemas.size).toBe(1);
    session.destroy();
  });

  it("ends some seconds after a host that was killed, and leaves no socket", async () => {
    await using plugin = await startPlugin(script, { environment: environment(), certificate });
    const session = await connectTo(plugin, certificate);
    session.destroy();
    const durationMs = await endOf(plugin);
    expect(durationMs).toBeGreaterThan(3_000);
    expect(existsSync(plugin.fields[3] ?? "")).toBe(false);
  });

  it("ends politely on SIGTERM", async () => {
    await using plugin = await startPlugin(script, { environment: environment(), certificate });
    plugin.process.child.kill("SIGTERM");
    expect(await plugin.process.ended).toEqual({ exitCode: 0, signal: null });
    expect(existsSync(plugin.fields[3] ?? "")).toBe(false);
  });

  it("keeps serving when connections end as they like", async () => {
    await using plugin = await startPlugin(script, { environment: environment() });
    const [, , , address = ""] = plugin.fields;
    // A host that attaches connects once just to see whether anybody is there.
    for (const bytes of ["", "GET / HTTP/1.1\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"]) {
      const socket = connectSocket(address);
      await once(socket, "connect");
      socket.on("error", () => {});
      socket.write(bytes);
      await new Promise((resolve) => setTimeout(resolve, 20));
      socket.destroy();
    }
    const session = await connectTo(plugin, undefined);
    const gone = session.request({ ":method": "POST", ":path": schemaPath, "content-type": "application/grpc" });
    gone.on("error", () => {}).end(frame(Buffer.alloc(0)));
    session.destroy();
    const next = await connectTo(plugin, undefined);
    expect((await callRaw(next, schemaPath, frame(Buffer.alloc(0)))).status).toBe(0);
    next.destroy();
  });
});
