// A server that is killed loses no acknowledged write, and starts again as if nothing had happened.
import { readFileSync } from "node:fs";
import { Agent, request } from "undici";
import { type RunningProcess, start } from "../../support/processes.ts";
import { createWorkspace } from "../../support/workspace.ts";
import { integrationBody, integrationsUrl } from "./support/test-app.ts";

const rounds = 3;
/** Acknowledged writes after which the server is killed, each round some more: the others are in flight then. */
const writesBeforeKill = 25;
const executable = new URL("../../../src/bin/scalr-oci.ts", import.meta.url).pathname;

describe("a server that is killed with SIGKILL", () => {
  it("has every write that it acknowledged", async () => {
    using workspace = createWorkspace();
    const data = workspace.path("data");
    const flags = ["--data", data, "--listen", "127.0.0.1:0", "--allow-registry-cidr", "127.0.0.0/8"];
    const acknowledged = new Map<string, string>();
    for (let round = 0; round <= rounds; round += 1) {
      const environment = workspace.environment();
      await using server = start(process.execPath, [executable, "serve", ...flags], { environment });
      const api = await openApi(server, data);
      const found = await namesIn(api);
      expect([...acknowledged].filter(([id, name]) => found.get(id) !== name)).toEqual([]);
      if (round < rounds) await writeUntilKilled(server, api, round, acknowledged);
      await api.agent.destroy();
    }
    expect(acknowledged.size).toBeGreaterThanOrEqual(rounds * writesBeforeKill);
  }, 240_000);
});

interface Api {
  readonly agent: Agent;
  call(method: "GET" | "POST", path: string, body?: unknown): Promise<{ readonly status: number; readonly json: Json }>;
}

interface Json {
  readonly data: unknown;
  readonly meta?: { readonly pagination: { readonly "next-page": number | null } };
}

interface Resource {
  readonly id: string;
  readonly attributes: { readonly name: string };
}

async function openApi(server: RunningProcess, data: string): Promise<Api> {
  const hostname = (await server.output(/export SCALR_HOSTNAME=(\S+)/, 60_000))[1] ?? "";
  const token = readFileSync(`${data}/admin-token`, "utf8").trim();
  const agent = new Agent({ connect: { ca: readFileSync(`${data}/cert.pem`, "utf8") } });
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/vnd.api+json" };
  return {
    agent,
    call: async (method, path, body) => {
      const options = { method, headers, dispatcher: agent, ...(body !== undefined && { body: JSON.stringify(body) }) };
      const reply = await request(`https://${hostname}${path}`, options);
      return { status: reply.statusCode, json: (await reply.body.json()) as Json };
    },
  };
}

async function namesIn(api: Api): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (let page: number | null = 1; page !== null;) {
    const { json } = await api.call("GET", `${integrationsUrl}?page[size]=100&page[number]=${page}`);
    for (const { id, attributes } of json.data as Resource[]) names.set(id, attributes.name);
    page = json.meta?.pagination["next-page"] ?? null;
  }
  return names;
}

/** Four writers create integrations on ports where nothing listens, until the server is killed under them. */
async function writeUntilKilled(
  server: RunningProcess,
  api: Api,
  round: number,
  acknowledged: Map<string, string>,
): Promise<void> {
  let written = 0;
  const write = async (writer: number) => {
    for (let count = 0; ; count += 1) {
      const name = `round ${round} writer ${writer} number ${count}`;
      const url = `https://127.0.0.1:${10_000 + round * 10_000 + writer * 2_000 + count}`;
      // Only the kill makes a request fail.
      const reply = await api
        .call("POST", integrationsUrl, integrationBody({ name, "registry-url": url }))
        .catch(() => undefined);
      if (reply === undefined) return;
      expect(reply.status).toBe(201);
      acknowledged.set((reply.json.data as Resource).id, name);
      written += 1;
      if (written === writesBeforeKill + round) server.child.kill("SIGKILL");
    }
  };
  await Promise.all([0, 1, 2, 3].map(write));
  expect((await server.ended).signal).toBe("SIGKILL");
}
