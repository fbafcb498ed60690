// A password is where it may be, in the two replies that deliver it, and nowhere else: no other reply, no log line, no file.
import { cpSync } from "node:fs";
import { createAuthority } from "../../support/authority.ts";
import { filesHolding, spellingsIn } from "../../support/canary.ts";
import { createWorkspace } from "../../support/workspace.ts";
import { testDue } from "../../../src/server/integrations/background-tests.ts";
import { type FakeClock, fakeClock } from "../../support/fake-clock.ts";
import { basicRegistry, startRegistryDouble } from "./support/registry-double.ts";
import {
  integrationBody,
  integrationsUrl,
  openTestApp,
  type Reply,
  tablesOf,
  type TestApp,
} from "./support/test-app.ts";

const canary = "canary-0f9d/42+c$`{x}";
const rotated = "rotated-canary-77e1+$x";
const dockerConfig = "/api/oci/v1/docker-config";

describe("a password", () => {
  it("is delivered to runs and found nowhere else", async () => {
    using workspace = createWorkspace();
    using authority = createAuthority();
    await using registry = await startRegistryDouble(authority.issue(), basicRegistry("bot", canary));
    const clock = fakeClock();
    const app = await openTestApp({
      clock,
      trust: authority.certificateFile,
      dataDirectory: workspace.path("data"),
      environment: { HOME: workspace.path("home") },
    });
    const host = `localhost:${registry.port}`;
    const runToken = await app.mint({ "lifetime-seconds": 86_400 });

    const silent = await provoke(app, host, clock, () => registry.answerWith(basicRegistry("bot", rotated)));
    const delivering = [
      await app.call("GET", dockerConfig, { token: runToken }),
      await app.call("GET", `/api/oci/v1/credentials/${host}`, { token: runToken }),
    ];
    silent.push(...(await breakThings(app, host, runToken)));
    cpSync(workspace.path("data"), workspace.path("while-running"), { recursive: true });
    await app.close();

    for (const { text } of delivering) expect(spellingsIn(text, rotated)).not.toEqual([]);
    expect(silent.length).toBeGreaterThan(20);
    for (const secret of [canary, rotated]) {
      expect(silent.flatMap(({ text }) => spellingsIn(text, secret))).toEqual([]);
      expect(silent.flatMap(({ headers }) => spellingsIn(JSON.stringify(headers), secret))).toEqual([]);
      expect(spellingsIn(app.log(), secret)).toEqual([]);
      expect(filesHolding(workspace.directory, secret)).toEqual([]);
    }
    // The log was on, and the files were looked into.
    expect(app.log()).toContain('"route":"/api/iacp/v3/integrations/docker"');
    expect(filesHolding(workspace.directory, "bot").length).toBeGreaterThan(1);

    expect(spellingsIn(app.log(), app.adminToken)).toEqual([]);
    expect(filesHolding(workspace.path("data"), app.adminToken)).toEqual(["admin-token (plain)"]);
    expect(filesHolding(workspace.directory, runToken)).toEqual([]);
    expect(spellingsIn(app.log(), runToken)).toEqual([]);
  });
});

/** Everything that a user can do with a password, right and wrong. */
async function provoke(app: TestApp, host: string, clock: FakeClock, rotate: () => void): Promise<Reply[]> {
  const replies: Reply[] = [];
  const keep = (reply: Reply) => {
    replies.push(reply);
    return reply;
  };
  const created = keep(await app.create({ "registry-url": host, password: canary, "export-credentials": true }));
  expect(created.json.data.attributes.status).toBe("active");
  const id = created.json.data.id as string;
  keep(await app.create({ "registry-url": host, password: canary, "export-credentials": true }));
  keep(await app.create({ "registry-url": host, password: canary, name: "second" }));
  keep(await app.create({ "registry-url": "https://127.0.0.1:9", password: canary, name: "dead" }));
  keep(await app.create({ "registry-url": `https://bot:${canary}@ghcr.io`, password: canary }));
  keep(await app.create({ "registry-url": canary, password: canary }));
  keep(await app.create({ "registry-url": host, password: `${canary}\n` }));
  keep(await app.create({ "registry-url": host, password: canary.repeat(500) }));
  keep(await app.create({ "registry-url": host, password: [canary] }));
  keep(await app.create({ password: canary, [canary]: canary, name: "x".repeat(129) }));
  for (const body of [
    `{"data": "${canary}`,
    `"${canary}"`,
    `${canary}`,
    JSON.stringify(integrationBody({ password: canary })).slice(0, -9),
  ]) {
    keep(await app.call("POST", integrationsUrl, { body }));
    keep(await app.call("PATCH", `${integrationsUrl}/${id}`, { body }));
  }
  keep(await app.call("POST", integrationsUrl, { body: canary, headers: { "content-type": `text/${"x"}` } }));
  keep(await app.update(id, { password: rotated }));
  rotate();
  keep(await app.update(id, { password: rotated, name: "rotated" }));
  keep(await app.update(id, { "registry-url": "https://ghcr.io" }));
  keep(await app.call("GET", `${integrationsUrl}/${id}`));
  keep(await app.call("GET", `${integrationsUrl}/${id}?fields[docker-integrations]=password,secret`));
  keep(await app.call("GET", integrationsUrl));
  keep(await app.call("GET", dockerConfig));
  // A reply may repeat the id that was asked for; the log may not.
  await app.call("GET", `${integrationsUrl}/${encodeURIComponent(canary)}`);
  keep(await app.call("GET", `${integrationsUrl}?password=${encodeURIComponent(canary)}`));
  clock.advance(21_600_000);
  await testDue(app.parts);
  return replies;
}

/** Faults of the server's own, with the secret at hand. */
async function breakThings(app: TestApp, host: string, runToken: string): Promise<Reply[]> {
  const database = tablesOf(app);
  const renewed = await app.mint();
  await database.updateTable("integrations").set({ secret_version: 99 }).where("name", "=", "rotated").execute();
  const tampered = await app.call("GET", `/api/oci/v1/credentials/${host}`, { token: renewed });
  expect(tampered.status).toBe(500);
  await database.schema.dropTable("audit_events").execute();
  const unaudited = await app.call("GET", dockerConfig, { token: renewed });
  const uncreated = await app.create({ "registry-url": "https://127.0.0.1:8", password: canary, name: "third" });
  expect([unaudited.status, uncreated.status]).toEqual([500, 500]);
  expect(app.log()).toContain('"level":"error"');
  return [tampered, unaudited, uncreated, await app.call("GET", dockerConfig, { token: `${runToken}x` })];
}
