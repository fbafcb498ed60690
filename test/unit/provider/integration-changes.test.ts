import { changesOf, type ComparedValues } from "../../../src/provider/integration-changes.ts";

const state = {
  name: "ghcr",
  registry_url: "https://ghcr.io",
  username: "bot",
  password: "p",
  password_wo_version: null,
  export_credentials: false,
};

describe("changesOf", () => {
  const changes = (plan: Partial<typeof state>, from: ComparedValues = state, password: string | null = "p") => {
    const found = changesOf({ state: from, plan: { ...state, ...plan }, password });
    return { ...found, ...(found.password !== undefined && { password: found.password.reveal() }) };
  };

  it.each([
    ["nothing", {}, {}],
    ["the name", { name: "x" }, { name: "x" }],
    ["the switch", { export_credentials: true }, { exportCredentials: true }],
    ["the spelling of the URL", { registry_url: "GHCR.io:443" }, {}],
    [
      "the host",
      { registry_url: "https://quay.io" },
      { registryUrl: "https://quay.io", username: "bot", password: "p" },
    ],
    ["the port", { registry_url: "ghcr.io:8443" }, { registryUrl: "ghcr.io:8443", username: "bot", password: "p" }],
    ["the user name", { username: "eve" }, { username: "eve", password: "p" }],
    ["the password", { password: "q" }, { username: "bot", password: "p" }],
  ])("for %s", (_, plan, expected) => {
    expect(changes(plan)).toEqual(expected);
  });

  it("sends the password of the configuration when the version changes", () => {
    const writeOnly = { ...state, password: null as unknown as string, password_wo_version: 1 as number | null };
    const found = changesOf({ state: writeOnly, plan: { ...writeOnly, password_wo_version: 2 }, password: "new" });
    expect([found.username, found.password?.reveal()]).toEqual(["bot", "new"]);
  });

  it("sends the whole login after an import, whose state has no password", () => {
    expect(changes({}, { ...state, password: null })).toEqual({ username: "bot", password: "p" });
  });

  it("sends the user name alone when there is no password to send", () => {
    expect(changes({ username: "eve" }, state, null)).toEqual({ username: "eve" });
  });
});
