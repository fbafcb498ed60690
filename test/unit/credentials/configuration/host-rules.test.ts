import { chmodSync, chownSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync } from "node:fs";
import type { Credential } from "../../../../src/base/credential.ts";
import { Secret } from "../../../../src/base/secret.ts";
import { createCredentialChain } from "../../../../src/credentials/chain.ts";
import { findHostRules, readHostRules } from "../../../../src/credentials/configuration/host-rules.ts";
import { isMet } from "../../../../src/credentials/condition.ts";
import { createLocalStore } from "../../../../src/credentials/local-store.ts";
import { parseRegistryHost } from "../../../../src/names/registry-host.ts";
import { rejectionOf, thrownBy } from "../../../support/thrown.ts";
import { createWorkspace, type Workspace } from "../../../support/workspace.ts";

const place = { path: "/home/u/.config/scalr-oci/config.json", name: "scalr-oci/config.json" };
const read = (hosts: unknown) => readHostRules({ hosts }, place);
const ecr = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";

let workspace: Workspace;
beforeEach(() => (workspace = createWorkspace()));
afterEach(() => workspace.remove());

const file = "home/.config/scalr-oci/config.json";
function configure(hosts: object, name = file): string {
  return workspace.write(name, JSON.stringify({ hosts }));
}

describe("rules", () => {
  it("the one that says most exactly what it means counts", () => {
    const { find } = read({
      "*": { source: "store" },
      "*.amazonaws.com": { source: "none" },
      "*.dkr.ecr.*.amazonaws.com": { source: "aws", profile: "all" },
      [ecr]: { source: "aws", profile: "prod", role: "arn:aws:iam::123456789012:role/pull" },
      "ghcr.io": { sources: ["environment", "scalr"] },
      "ghcr.io/acme/*": { source: "helper", helper: "pass" },
    });
    const of = (host: string, repository?: string) => find(parseRegistryHost(host), repository);
    expect(of(ecr)?.options.profile).toBe("prod");
    expect(of(ecr.replace("1234", "9999"))?.options).toEqual({ profile: "all" });
    expect(of("ghcr.io")?.sources).toEqual(["environment", "scalr"]);
    expect(of("ghcr.io", "other/vpc")?.sources).toEqual(["environment", "scalr"]);
    expect(of("ghcr.io", "acme/vpc")?.options.helper).toBe("pass");
    expect(of("ghcr.io:444")?.pattern.text).toBe("*");
    expect(of("x.amazonaws.com")?.pattern.text).toBe("*.amazonaws.com");
    expect(of("x.y.amazonaws.com")?.pattern.text).toBe("*");
  });

  it("without a rule for the host there is none", () => {
    expect(read({ "ghcr.io": { source: "none" } }).find(parseRegistryHost("quay.io"), undefined)).toBeUndefined();
    expect(readHostRules({}, place).rules).toEqual([]);
  });

  it("two that are equally exact are an error, not a guess", () => {
    const { find } = read({ "a*.test": { source: "store" }, "*a.test": { source: "none" } });
    expect(thrownBy(() => find(parseRegistryHost("aba.test"), undefined))).toMatchObject({
      code: "RULES_INVALID",
      message: expect.stringContaining("a*.test and *a.test"),
      hint: "add a rule for aba.test itself",
    });
    expect(find(parseRegistryHost("ab.test"), undefined)?.sources).toEqual(["store"]);
  });

  const refusals: readonly (readonly [string, unknown, string, string?])[] = [
    ["no object", [], "the document is a list, expected an object"],
    ["another key", { host: {} }, "host is not known, expected hosts", "write hosts"],
    ["hosts that are a list", { hosts: [] }, "hosts is a list, expected an object"],
    ["a rule that is a text", { hosts: { "ghcr.io": "none" } }, 'hosts["ghcr.io"] is none, expected an object'],
    [
      "a key with a slip",
      { hosts: { "ghcr.io": { sorce: "none" } } },
      'hosts["ghcr.io"].sorce is not known, expected one of source, sources',
      "write source",
    ],
    [
      "no source",
      { hosts: { "ghcr.io": {} } },
      'hosts["ghcr.io"] has neither source nor sources, expected one of them',
    ],
    [
      "both",
      { hosts: { "ghcr.io": { source: "none", sources: ["store"] } } },
      "has source and sources, expected one of them",
    ],
    [
      "a source with a slip",
      { hosts: { "ghcr.io": { source: "enviroment" } } },
      'hosts["ghcr.io"].source names enviroment, expected one of environment,',
      "write environment",
    ],
    ["a list with none", { hosts: { "ghcr.io": { sources: ["none"] } } }, "sources names none, expected one of"],
    ["an empty list", { hosts: { "ghcr.io": { sources: [] } } }, "sources is no list of sources"],
    ["a source twice", { hosts: { "ghcr.io": { sources: ["store", "store"] } } }, "names a source twice"],
    ["a number", { hosts: { "ghcr.io": { source: 1 } } }, "source names 1, expected one of"],
    [
      "a profile without aws",
      { hosts: { "ghcr.io": { source: "store", profile: "x" } } },
      'hosts["ghcr.io"].profile belongs to the source aws, which the rule does not name',
    ],
    ["a helper without its name", { hosts: { "ghcr.io": { source: "helper" } } }, "expected which one"],
    [
      "a helper with a path",
      { hosts: { "ghcr.io": { source: "helper", helper: "../x" } } },
      "helper is ../x, expected what follows docker-credential-",
    ],
    ["ourselves", { hosts: { "ghcr.io": { source: "helper", helper: "scalr" } } }, "and not scalr"],
    ["an empty profile", { hosts: { [ecr]: { source: "aws", profile: "" } } }, "profile is empty, expected"],
    ["a role that is none", { hosts: { [ecr]: { source: "aws", role: "admin" } } }, "expected the ARN of a role"],
    [
      "an id without a role",
      { hosts: { [ecr]: { source: "aws", externalId: "abc" } } },
      "externalId is set without role",
    ],
    [
      "a relative file",
      { hosts: { "gcr.io": { source: "google", credentialsFile: "key.json" } } },
      "expected an absolute path",
    ],
    ["a pattern that is none", { hosts: { "https://ghcr.io": { source: "none" } } }, "is no pattern of registries"],
    [
      "a host twice",
      { hosts: { "docker.io": { source: "none" }, "index.docker.io": { source: "store" } } },
      "hosts has docker.io and index.docker.io, which mean the same",
    ],
  ];
  it.each(refusals.map(([name, document, message, hint]) => [name, document, message, hint ?? null] as const))(
    "%s is refused: file, key and what was expected are named",
    (_name, document, message, hint) => {
      const error = thrownBy(() => readHostRules(document, place));
      expect(error).toMatchObject({ code: "RULES_INVALID", message: expect.stringContaining(message) });
      expect(error.message).toMatch(/^scalr-oci\/config\.json: /);
      expect(error.message).not.toContain("/home/");
      if (hint !== null) expect(error.hint).toBe(hint);
    },
  );
});

describe("the file", () => {
  const find = (variables: Record<string, string | undefined> = {}) =>
    findHostRules(workspace.environment({ variables }));

  it("is read as JSON or as TOML, from its usual place or from the one that is named", async () => {
    expect(await find()).toBeUndefined();
    configure({ "ghcr.io": { source: "none" } });
    expect((await find())?.rules.map(({ pattern }) => pattern.text)).toEqual(["ghcr.io"]);
    const toml = workspace.write(
      "named.toml",
      '[hosts."*.azurecr.io"]\nsources = ["azure", "store"]\nclientId = "abc"\n',
    );
    const named = await find({ SCALR_OCI_CONFIG: toml });
    expect(named?.rules[0]).toMatchObject({ sources: ["azure", "store"], options: { clientId: "abc" } });
    expect(named?.place.name).toBe("the file named by SCALR_OCI_CONFIG");
  });

  it("is found without XDG_CONFIG_HOME, and not by a relative one", async () => {
    configure({});
    expect(await find({ XDG_CONFIG_HOME: undefined })).toBeDefined();
    expect(await find({ XDG_CONFIG_HOME: "relative" })).toBeDefined();
    expect(await find({ XDG_CONFIG_HOME: undefined, HOME: undefined })).toBeUndefined();
  });

  it.each([
    ["cut off", "config.json", '{"hosts": {"ghcr.io": {"source": "canary', "scalr-oci/config.json holds no JSON"],
    ["in another language", "config.toml", 'hosts = "canary', "scalr-oci/config.toml holds no TOML, line 1, column"],
    ["empty", "config.json", "", "scalr-oci/config.json holds no JSON"],
  ])("%s: the place is named, and nothing of it repeated", async (_name, name, text, message) => {
    workspace.write(`home/.config/scalr-oci/${name}`, text);
    const error = await rejectionOf(find());
    expect(error).toMatchObject({ code: "RULES_INVALID", message: expect.stringContaining(message) });
    expect(error.message).not.toContain("canary");
  });

  it("there may be one", async () => {
    configure({});
    workspace.write("home/.config/scalr-oci/config.toml", "");
    expect(await rejectionOf(find())).toMatchObject({ code: "RULES_INVALID", hint: "remove scalr-oci/config.toml" });
  });

  it("that is named has to be there, under an absolute path", async () => {
    expect(await rejectionOf(find({ SCALR_OCI_CONFIG: workspace.path("none.json") }))).toMatchObject({
      code: "RULES_INVALID",
      message: "the file named by SCALR_OCI_CONFIG cannot be read, got ENOENT",
    });
    expect((await rejectionOf(find({ SCALR_OCI_CONFIG: "config.json" }))).message).toContain("relative path");
  });

  it.each([0o666, 0o664, 0o622])("that others can write is not believed: mode %o", async (mode) => {
    chmodSync(configure({}), mode);
    expect(await rejectionOf(find())).toMatchObject({
      code: "RULES_UNSAFE",
      hint: expect.stringContaining("chmod go-w"),
    });
    chmodSync(workspace.path(file), 0o644);
    expect(await find()).toBeDefined();
  });

  it("of somebody else is not believed", async () => {
    const path = configure({});
    if (process.getuid?.() !== 0) return;
    chownSync(path, 12345, 12345);
    expect(await rejectionOf(find())).toMatchObject({
      code: "RULES_UNSAFE",
      message: expect.stringContaining("12345"),
    });
  });

  it("a link is followed, a directory or a pipe is no file", async () => {
    const path = configure({}, "elsewhere.json");
    mkdirSync(workspace.path("home/.config/scalr-oci"), { recursive: true });
    symlinkSync(path, workspace.path(file));
    expect(await find()).toBeDefined();
    rmSync(workspace.path(file));
    mkdirSync(workspace.path(file));
    expect((await rejectionOf(find())).message).toContain("is no file");
  });
});

describe("the chain with rules", () => {
  const variables = {
    SCALR_OCI_USERNAME_ghcr_io: "variable",
    SCALR_OCI_PASSWORD_ghcr_io: "pass",
    SCALR_OCI_USERNAME_quay_io: "variable",
    SCALR_OCI_PASSWORD_quay_io: "pass",
  };
  const chain = () => createCredentialChain({ environment: workspace.environment({ variables }) });
  const keep = (key: string) => {
    const login: Credential = { username: "stored", password: new Secret("pass") };
    createLocalStore(workspace.environment()).store(key, { serverUrl: key, ...login });
  };
  const userOf = async (host: string, repository?: string) =>
    (await chain().find(parseRegistryHost(host), repository))?.username;

  it("a rule chooses the sources and their order, others keep the usual one", async () => {
    for (const key of ["ghcr.io", "quay.io", "gcr.test"]) keep(key);
    expect(await userOf("ghcr.io")).toBe("variable");
    configure({ "ghcr.io": { sources: ["store", "environment"] }, "quay.io": { source: "none" } });
    expect([await userOf("ghcr.io"), await userOf("quay.io"), await userOf("gcr.test")]).toEqual([
      "stored",
      undefined,
      "stored",
    ]);
  });

  it("a rule for repositories counts where the client names one", async () => {
    keep("ghcr.io");
    configure({ "ghcr.io/acme": { source: "store" } });
    expect([await userOf("ghcr.io"), await userOf("ghcr.io", "acme/vpc"), await userOf("ghcr.io", "other")]).toEqual([
      "variable",
      "stored",
      "variable",
    ]);
  });

  it("a wide rule gives a login to no other host than its own", async () => {
    keep("ghcr.io");
    configure({ "*": { source: "store" } });
    const others = ["ghcr.io.evil.test", "evilghcr.io", "ghcr.io:444", "http://ghcr.io", "sub.ghcr.io"];
    expect(await Promise.all(others.map((host) => userOf(host)))).toEqual(others.map(() => undefined));
    expect(await userOf("ghcr.io")).toBe("stored");
  });

  it("the auth file of a run goes before rules", async () => {
    configure({ "ghcr.io": { source: "none" } });
    const auths = { "ghcr.io": { auth: Buffer.from("run:pass").toString("base64") } };
    const path = workspace.write("auth.json", JSON.stringify({ auths }));
    const environment = workspace.environment({ variables: { ...variables, SCALR_OCI_AUTH_FILE: path } });
    const found = await createCredentialChain({ environment }).find(parseRegistryHost("ghcr.io"));
    expect(found?.username).toBe("run");
  });

  it("a cloud alone that has nothing to do with the host is an error", async () => {
    configure({ "ghcr.io": { source: "aws" }, "*.io": { sources: ["aws", "store"] } });
    expect(await rejectionOf(chain().find(parseRegistryHost("ghcr.io")))).toMatchObject({
      code: "RULES_INVALID",
      message: 'scalr-oci/config.json: hosts["ghcr.io"] names aws, which has no login for ghcr.io',
    });
    expect(await userOf("quay.io")).toBeUndefined();
  });

  it("a profile belongs to the name of the source, so that failures of two are kept apart", async () => {
    configure({ [ecr]: { source: "aws", profile: "nobody", role: "arn:aws:iam::123456789012:role/team/pull" } });
    const resolution = await chain().resolve(parseRegistryHost(ecr));
    expect(resolution).toMatchObject({
      kind: "failed",
      source: "Amazon ECR, profile nobody, role team/pull",
      error: { code: "CLOUD_SETTINGS_INVALID" },
    });
  });

  it("what cannot be read is an answer that is never repeated", async () => {
    workspace.write(file, "{");
    expect(await chain().resolve(parseRegistryHost("quay.io"))).toMatchObject({
      kind: "failed",
      source: "configuration",
      error: { code: "RULES_INVALID" },
      validity: { repeatableForMs: 0 },
    });
  });
});

describe("an answer does not outlive the configuration it was made with", () => {
  const environment = () => workspace.environment();
  const path = () => workspace.path(file);

  /** What happens between two questions, as at a later time. */
  async function isStillMet(before: () => void, change: () => void, variables = {}): Promise<boolean> {
    before();
    const past = new Date(Date.now() - 10_000);
    for (const one of [path(), workspace.path("home/.config/scalr-oci"), workspace.path("home/.config")])
      try {
        utimesSync(one, past, past);
      } catch {
        // Not there.
      }
    const sinceMs = Date.now() - 5_000;
    const resolution = await createCredentialChain({ environment: environment() }).resolve(
      parseRegistryHost("quay.io"),
    );
    change();
    const now = { ...environment(), ...variables };
    return resolution?.validity.conditions.every((condition) => isMet(condition, now, sinceMs)) === true;
  }

  it.each<[string, () => void, () => void, Record<string, string>, boolean]>([
    ["nothing changed", () => configure({}), () => {}, {}, true],
    ["there is still none", () => {}, () => {}, {}, true],
    ["it was made", () => {}, () => configure({}), {}, false],
    ["it was written", () => configure({}), () => configure({ "quay.io": { source: "none" } }), {}, false],
    ["it was removed", () => configure({}), () => rmSync(path()), {}, false],
    [
      "an older one was moved in its place",
      () => {
        configure({});
        utimesSync(configure({ "quay.io": { source: "none" } }, "old.json"), new Date(0), new Date(0));
      },
      () => renameSync(workspace.path("old.json"), path()),
      {},
      false,
    ],
    [
      "a TOML was put beside it",
      () => configure({}),
      () => workspace.write(`${file}`.replace("json", "toml"), ""),
      {},
      false,
    ],
    ["another one is named", () => configure({}), () => {}, { SCALR_OCI_CONFIG: "/x.json" }, false],
    ["another home", () => configure({}), () => {}, { XDG_CONFIG_HOME: "/x" }, false],
  ])("%s", async (_name, before, change, variables, expected) => {
    expect(await isStillMet(before, change, variables)).toBe(expected);
  });
});
