// The audit trail: admins read what was done, newest first, and old lines go.
import { type FakeClock, fakeClock } from "../../support/fake-clock.ts";
import { deadRegistryUrl, openTestApp, tablesOf, type TestApp } from "./support/test-app.ts";

const auditEvents = "/api/oci/v1/audit-events";
const dockerConfig = "/api/oci/v1/docker-config";
const dayMs = 86_400_000;

describe("the audit trail", () => {
  let clock: FakeClock;
  let app: TestApp;
  beforeEach(async () => {
    clock = fakeClock();
    app = await openTestApp({ clock, auditDays: 30 });
  });
  afterEach(() => app.close());

  const list = async (query = "") => {
    const reply = await app.call("GET", `${auditEvents}${query}`);
    expect(reply.status).toBe(200);
    return reply.json as {
      data: { type: string; id: string; attributes: Record<string, string | null> }[];
      meta: { pagination: Record<string, number | null> };
    };
  };
  const actions = async (query = "") => (await list(query)).data.map(({ attributes }) => attributes["action"]);

  it("tells who did what to what, and how it ended, without a secret", async () => {
    const made = await app.create({ "registry-url": deadRegistryUrl, password: "s3cr3t-of-audit", name: "dead" });
    const runToken = await app.mint();
    await app.call("GET", dockerConfig, { token: runToken });
    const { data } = await list();
    expect(data.map(({ attributes }) => attributes["action"])).toEqual([
      "credential.read",
      "run-token.create",
      "integration.create",
    ]);
    expect(data[2]).toMatchObject({
      type: "audit-events",
      attributes: { at: "2030-01-01T00:00:00.000Z", "subject-id": made.json.data.id, "request-id": expect.any(String) },
    });
    expect(data[0]?.attributes["token-id"]).toBe(data[1]?.attributes["subject-id"]);
    expect(JSON.stringify(data)).not.toContain("s3cr3t-of-audit");
    expect(JSON.stringify(data)).not.toContain(runToken);
  });

  it("is narrowed by time and by host, in any spelling of the host", async () => {
    const host = new URL(deadRegistryUrl).host;
    await app.create({ "registry-url": deadRegistryUrl });
    clock.advance(60_000);
    await app.mint();
    expect(await actions("?filter[since]=2030-01-01T00:00:30Z")).toEqual(["run-token.create"]);
    expect(await actions(`?filter[host]=https://${host}/`)).toEqual(["integration.create"]);
    expect(await actions("?filter[host]=ghcr.io")).toEqual([]);
  });

  it("comes in pages", async () => {
    for (let count = 0; count < 5; count += 1) await app.mint();
    const { data, meta } = await list("?page[size]=2&page[number]=2");
    expect(data).toHaveLength(2);
    expect(meta.pagination).toMatchObject({ "total-count": 5, "total-pages": 3, "next-page": 3, "prev-page": 1 });
    const all = await list("?page[size]=100");
    expect(all.data.slice(2, 4).map(({ id }) => id)).toEqual(data.map(({ id }) => id));
  });

  it.each(["filter[since]=yesterday", "filter[host]=a b", "page[size]=0"])("refuses %s, naming it", async (query) => {
    const reply = await app.call("GET", `${auditEvents}?${query}`);
    expect(reply).toMatchObject({ status: 400, json: { errors: [{ code: "INVALID_PARAMETER" }] } });
    expect(reply.json.errors[0].source).toEqual({ parameter: query.slice(0, query.indexOf("=")) });
  });

  it.each(["manage", "mint"] as const)("is not for tokens with the role %s", async (role) => {
    const { token } = await app.makeToken(role);
    expect(await app.call("GET", auditEvents, { token })).toMatchObject({
      status: 403,
      json: { errors: [{ code: "RIGHT_MISSING" }] },
    });
  });

  it("nor for run tokens", async () => {
    expect((await app.call("GET", auditEvents, { token: await app.mint() })).status).toBe(403);
  });

  it("forgets what is older than it is kept", async () => {
    await app.mint();
    clock.advance(29 * dayMs);
    await app.mint();
    expect(await actions()).toHaveLength(2);
    clock.advance(2 * dayMs);
    await app.mint();
    const rows = await tablesOf(app).selectFrom("audit_events").select("at").execute();
    expect(rows).toHaveLength(2);
  });
});
