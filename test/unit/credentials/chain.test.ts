import type { Credential } from "../../../src/base/credential.ts";
import { TransientError } from "../../../src/base/errors.ts";
import { Secret } from "../../../src/base/secret.ts";
import { chainOf, createCredentialChain } from "../../../src/credentials/chain.ts";
import { createLocalStore } from "../../../src/credentials/local-store.ts";
import type { CredentialSource } from "../../../src/credentials/source.ts";
import { parseRegistryHost } from "../../../src/names/registry-host.ts";
import { rejectionOf } from "../../support/thrown.ts";
import { createWorkspace } from "../../support/workspace.ts";

const ghcr = parseRegistryHost("ghcr.io");

interface FakeSource extends CredentialSource {
  readonly asked: string[];
}

function fakeSource(name: string, answer: Partial<Record<string, Credential>> | Error): FakeSource {
  const asked: string[] = [];
  const find: CredentialSource["find"] = async ({ value }) => {
    asked.push(value);
    if (answer instanceof Error) throw answer;
    return answer[value];
  };
  return { name, find, asked };
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
      name: "waiting",
      find: (_, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(new TransientError("API_UNREACHABLE", "late")));
        }),
    };
    expect(await rejectionOf(chainOf([waiting], 50).find(ghcr))).toMatchObject({ message: "late" });
  });
});

describe("the sources of the environment", () => {
  it.each([
    [{}, ["environment", "local store"]],
    [
      { SCALR_OCI_TOKEN: "scalroci_rt_x", SCALR_HOSTNAME: "scalr.example.com" },
      ["environment", "management API", "local store"],
    ],
    [{ SCALR_TOKEN: "management", SCALR_HOSTNAME: "scalr.example.com" }, ["environment", "local store"]],
  ])("%j: %j", (variables, names) => {
    using workspace = createWorkspace();
    const { sources } = createCredentialChain({ environment: workspace.environment({ variables }) });
    expect(sources.map(({ name }) => name)).toEqual(names);
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
