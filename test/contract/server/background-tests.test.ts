// Failed integrations are tested again by themselves, with growing pauses, by one server at a time.
import { startBackgroundTests, testDue } from "../../../src/server/integrations/background-tests.ts";
import { type Authority, createAuthority } from "../../support/authority.ts";
import { type FakeClock, fakeClock } from "../../support/fake-clock.ts";
import { basicRegistry, type RegistryDouble, startRegistryDouble } from "./support/registry-double.ts";
import { integrationsUrl, openTestApp, tablesOf, type TestApp } from "./support/test-app.ts";

const password = "c0rrect horse";

describe("background tests", () => {
  let authority: Authority;
  let registry: RegistryDouble;
  let clock: FakeClock;
  let app: TestApp;
  let id: string;
  beforeEach(async () => {
    authority = createAuthority();
    registry = await startRegistryDouble(authority.issue(), () => ({ status: 503 }));
    clock = fakeClock();
    app = await openTestApp({ trust: authority.certificateFile, clock });
    const created = await app.create({ "registry-url": `localhost:${registry.port}`, password });
    id = created.json.data.id as string;
  });
  afterEach(async () => {
    await app.close();
    await registry.close();
    authority.remove();
  });
  const attributes = async () =>
    (await app.call("GET", `${integrationsUrl}/${id}`)).json.data.attributes as Record<string, unknown>;

  it("make an integration active when its registry is back", async () => {
    expect(await attributes()).toMatchObject({ status: "failed" });
    registry.answerWith(basicRegistry("bot", password));
    expect(await testDue(app.parts)).toBe(0);
    clock.advance(30_000);
    expect(await testDue(app.parts)).toBe(1);
    expect(await attributes()).toMatchObject({ status: "active", "error-message": null });
    clock.advance(86_400_000);
    expect(await testDue(app.parts)).toBe(0);
  });

  it("come with growing pauses", async () => {
    const pauses: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      let waited = 0;
      while ((await testDue(app.parts)) === 0) {
        clock.advance(10_000);
        waited += 10;
      }
      pauses.push(waited);
    }
    expect(pauses).toEqual([30, 60, 120, 240]);
  });

  it("start with short pauses again after a change", async () => {
    clock.advance(30_000);
    await testDue(app.parts);
    await app.update(id, { password });
    clock.advance(30_000);
    expect(await testDue(app.parts)).toBe(1);
  });

  it("leave alone what is disabled or gone", async () => {
    await app.update(id, { status: "disabled" });
    clock.advance(86_400_000);
    expect(await testDue(app.parts)).toBe(0);
    await app.update(id, { status: "active" });
    await app.call("DELETE", `${integrationsUrl}/${id}`);
    clock.advance(86_400_000);
    expect(await testDue(app.parts)).toBe(0);
  });

  it("are done by one of two servers", async () => {
    clock.advance(30_000);
    const before = registry.requests.length;
    const tested = await Promise.all([testDue(app.parts), testDue(app.parts), testDue(app.parts)]);
    expect(tested.toSorted()).toEqual([0, 0, 1]);
    expect(registry.requests).toHaveLength(before + 1);
  });

  it("do not undo what a user changed meanwhile", async () => {
    registry.answerWith(() => ({ status: 503, delayMs: 100 }));
    clock.advance(30_000);
    const testing = testDue(app.parts);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const changed = await app.update(id, { name: "changed meanwhile" });
    expect(changed.status).toBe(200);
    await testing;
    expect(await attributes()).toMatchObject({ name: "changed meanwhile" });
  });

  it("do not stop for a login that does not open", async () => {
    await tablesOf(app).updateTable("integrations").set({ secret: "{}" }).execute();
    clock.advance(30_000);
    const before = registry.requests.length;
    expect(await testDue(app.parts)).toBe(0);
    expect(registry.requests).toHaveLength(before);
    expect(app.log()).toContain("stored login does not open");
  });

  it("that are under way when they are stopped neither hold it up nor count", async () => {
    registry.answerWith(() => ({ status: 200, delayMs: 60_000 }));
    const patient = {
      now: () => clock.now() + 30_000,
      sleep: (_ms: number, signal?: AbortSignal) => waitFor(5, signal),
    };
    const before = registry.requests.length;
    const background = startBackgroundTests({ ...app.parts, clock: patient });
    while (registry.requests.length === before) await waitFor(5);
    // It would wait for a minute.
    await background.stop();
    await app.parts.tester.close();
    await waitFor(20);
    const row = await tablesOf(app)
      .selectFrom("integrations")
      .select(["test_outcome", "test_failures"])
      .executeTakeFirst();
    expect({ ...row }).toEqual({ test_outcome: "registry-failing", test_failures: 1 });
  });

  it("are done at once for what was not tested in the request", async () => {
    const { tester } = app.parts;
    const parts = app.parts as { tester: typeof tester };
    parts.tester = { test: async () => undefined, close: async () => {} };
    const created = await app.create({ name: "busy", "registry-url": `127.0.0.1:${registry.port}`, password });
    expect(created).toMatchObject({
      status: 201,
      json: { data: { attributes: { status: "pending", "error-message": null } } },
    });
    parts.tester = tester;
    registry.answerWith(basicRegistry("bot", password));
    expect(await testDue(app.parts)).toBe(1);
    const { attributes: after } = (await app.call("GET", created.json.data.links.self as string)).json.data;
    expect(after.status).toBe("active");
  });

  it("run until they are stopped", async () => {
    registry.answerWith(basicRegistry("bot", password));
    const patient = {
      now: () => clock.now() + 30_000,
      sleep: (ms: number, signal?: AbortSignal) => waitFor(Math.min(ms, 5), signal),
    };
    const background = startBackgroundTests({ ...app.parts, clock: patient });
    while ((await attributes())["status"] !== "active") await waitFor(5);
    await background.stop();
  });
});

async function waitFor(durationMs: number, signal?: AbortSignal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, durationMs));
  signal?.throwIfAborted();
}
