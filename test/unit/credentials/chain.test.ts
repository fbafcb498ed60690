import type { Credential } from "../../../src/base/credential.ts";
import { TransientError } from "../../../src/base/errors.ts";
import { Secret } from "../../../src/base/secret.ts";
import { chainOf, createCredentialChain } from "../../../src/credentials/chain.ts";
import { createLocalStore } from "../../../src/credentials/local-store.ts";
import { always, type CredentialSource } from "../../../src/credentials/source.ts";
import { parseRegistryHost } from "../../../src/names/registry-host.ts";
import { rejectionOf } from "../../support/thrown.ts";
import { createWorkspace } from "../../support/workspace.ts";

const ghcr = parseRegistryHost("ghcr.io");

interface FakeSource extends CredentialSource {
  readonly asked: string[];
}

const quiet = { isConfigured: true, isRemote: () => false, validity: () => always() };

function fakeSource(name: string, answer: Partial<Record<string, Credential>> | Error): FakeSource {
  const asked: string[] = [];
  const find: CredentialSource["find"] = async ({ value }) => {
    asked.push(value);
    if (answer instanceof Error) throw answer;
    return answer[value];
  };
  return { ...quiet, name, find, asked };
}

function login(username: string, password = "pass"): Credential {
  return { username, password: new Secret(password) };
}

describe("credential chain", () => {
  it("the first source that has a login answers, and is named; later ones are not asked", async () => {
    const sources = [
      fakeSource("empty", {}),
      fakeSource("second", { "ghcr.io": login("two") }),
      fakeSource("third", { "ghcr.io": login("three") }),
    ] as const;
    expect(await chainOf(sources).find(ghcr)).toMatchObject({ username: "two", source: "second" });
    expect(sources.map(({ asked }) => asked.length)).toEqual([1, 1, 0]);
  });

  it("no source has one: undefined", async () => {
    expect(await chainOf([fakeSource("a", {}), fakeSource("b", {})]).find(ghcr)).toBeUndefined();
  });

  it("a source that cannot tell ends the search: what comes after it may be wrong", async () => {
    const failing = fakeSource("failing", new TransientError("API_UNREACHABLE", "down"));
    const next = fakeSource("next", { "ghcr.io": login("stale") });
    expect(await rejectionOf(chainOf([failing, next]).find(ghcr))).toMatchObject({ code: "API_UNREACHABLE" });
    expect(next.asked).toEqual([]);
  });

  it.each([
    [login("<token>"), "is an identity token"],
    [login(""), "has no user name"],
    [login("robot", ""), "has no password"],
  ])("a login that no client can use is an error: %j", async (credential, problem) => {
    const error = await rejectionOf(chainOf([fakeSource("local store", { "ghcr.io": credential })]).find(ghcr));
    expect(error.code).toBe("CREDENTIAL_UNUSABLE");
    expect(error.message).toContain(problem);
    expect(error.message).toContain("local store");
  });

  it("gives its sources a deadline", async () => {
    const waiting: CredentialSource = {
      ...quiet,
      name: "waiting",
      find: (_, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(new TransientError("API_UNREACHABLE", "late")));
        }),
    };
    expect(await rejectionOf(chainOf([waiting], 50).find(ghcr))).toMatchObject({ message: "late" });
  });
});

describe("what an answer depends on", () => {
  const variable = (name: string) => ({ kind: "variable", name, value: undefined }) as const;
  const lasting = (
    name: string,
    repeatableForMs: number,
    answer: Partial<Record<string, Credential>> = {},
  ): FakeSource => ({
    ...fakeSource(name, answer),
    validity: () => ({ repeatableForMs, conditions: [variable(name)] }),
  });

  it("is that of all sources up to the one that answers", async () => {
    const sources = [lasting("a", 9_000), lasting("b", 5_000, { "ghcr.io": login("two") }), lasting("c", 1_000)];
    const resolution = await chainOf(sources).resolve(ghcr);
    expect(resolution).toMatchObject({ kind: "found", credential: { source: "b" } });
    expect(resolution?.validity).toEqual({ repeatableForMs: 5_000, conditions: [variable("a"), variable("b")] });
  });

  it("is that of all sources when none answers", async () => {
    const resolution = await chainOf([lasting("a", 9_000), lasting("b", 5_000)]).resolve(ghcr);
    expect(resolution).toEqual({
      kind: "none",
      validity: { repeatableForMs: 5_000, conditions: [variable("a"), variable("b")] },
    });
  });

  it("ends with the login where that is known", async () => {
    const short = { ...login("two"), repeatableForMs: 700 };
    const resolution = await chainOf([lasting("a", 9_000, { "ghcr.io": short })]).resolve(ghcr);
    expect(resolution?.validity.repeatableForMs).toBe(700);
  });

  it("a failure names the source that failed", async () => {
    const failing = {
      ...fakeSource("down", new TransientError("API_UNREACHABLE", "down")),
      validity: () => always(variable("x")),
    };
    expect(await chainOf([failing]).resolve(ghcr)).toMatchObject({
      kind: "failed",
      source: "down",
      validity: { conditions: [variable("x")] },
    });
  });
});

describe("before a source that is far away", () => {
  const far = (answer: Partial<Record<string, Credential>>): FakeSource => ({
    ...fakeSource("far", answer),
    isRemote: ({ value }) => value === "ghcr.io",
  });

  it("it is asked once whether it has to be, and not at all when a near one answers", async () => {
    const before: string[] = [];
    const note = async () => {
      before.push("asked");
      return true;
    };
    await chainOf([fakeSource("near", { "ghcr.io": login("one") }), far({})]).resolve(ghcr, note);
    expect(before).toEqual([]);
    await chainOf([fakeSource("near", {}), far({}), far({})]).resolve(ghcr, note);
    expect(before).toEqual(["asked"]);
    await chainOf([far({})]).resolve(parseRegistryHost("quay.io"), note);
    expect(before).toEqual(["asked"]);
  });

  it("it is not asked when the answer has come meanwhile", async () => {
    const source = far({ "ghcr.io": login("late") });
    expect(await chainOf([source]).resolve(ghcr, async () => false)).toBeUndefined();
    expect(source.asked).toEqual([]);
  });
});

describe("the sources of the environment", () => {
  it.each([
    [{}, []],
    [{ SCALR_OCI_TOKEN: "scalroci_rt_x", SCALR_HOSTNAME: "scalr.example.com" }, ["management API"]],
    [{ SCALR_TOKEN: "management", SCALR_HOSTNAME: "scalr.example.com" }, []],
    [{ SCALR_OCI_AUTH_FILE: "/x", SCALR_OCI_USERNAME_ghcr_io: "u" }, ["auth file of this run", "environment"]],
  ])("%j: %j are in use", (variables, names) => {
    using workspace = createWorkspace();
    const { sources } = createCredentialChain({ environment: workspace.environment({ variables }) });
    expect(sources.filter(({ isConfigured }) => isConfigured).map(({ name }) => name)).toEqual(names);
    expect(sources.map(({ name }) => name)).toEqual([
      "auth file of this run",
      "environment",
      "management API",
      "Amazon ECR",
      "Azure",
      "Google Cloud",
      "GitHub Actions job",
      "GitLab CI job",
      "local store",
    ]);
  });

  it("the auth file of this run wins over a variable of the host", async () => {
    using workspace = createWorkspace();
    const auths = { "ghcr.io": { auth: Buffer.from("file:pass").toString("base64") } };
    const variables = {
      SCALR_OCI_AUTH_FILE: workspace.write("auth.json", JSON.stringify({ auths })),
      SCALR_OCI_USERNAME_ghcr_io: "variable",
      SCALR_OCI_PASSWORD_ghcr_io: "pass",
    };
    const { find } = createCredentialChain({ environment: workspace.environment({ variables }) });
    expect(await find(ghcr)).toMatchObject({ username: "file", source: "auth file of this run" });
  });

  it("a variable of the host wins over what was stored", async () => {
    using workspace = createWorkspace();
    const environment = workspace.environment();
    createLocalStore(environment).store("ghcr.io", { serverUrl: "ghcr.io", ...login("stored") });
    const { find } = createCredentialChain({ environment });
    expect(await find(ghcr)).toMatchObject({ username: "stored", source: "local store" });
    const variables = { SCALR_OCI_USERNAME_ghcr_io: "given", SCALR_OCI_PASSWORD_ghcr_io: "pass" };
    const chain = createCredentialChain({ environment: { ...environment, ...variables } });
    expect(await chain.find(ghcr)).toMatchObject({ username: "given", source: "environment" });
  });

  it("does not ask the API for a host that has a variable", async () => {
    using workspace = createWorkspace();
    const variables = {
      SCALR_OCI_USERNAME_ghcr_io: "given",
      SCALR_OCI_PASSWORD_ghcr_io: "pass",
      SCALR_OCI_TOKEN: "scalroci_rt_x",
      SCALR_HOSTNAME: "localhost:1",
    };
    const { find } = createCredentialChain({ environment: workspace.environment({ variables }) });
    expect((await find(ghcr))?.source).toBe("environment");
    expect(await rejectionOf(find(parseRegistryHost("quay.io")))).toMatchObject({ code: "API_UNREACHABLE" });
  });
});
