// The rows come from OpenTofu's own precedence rules (facts of credentials_configs.go); test/contract/opentofu holds them against the real one.
import { ambientPlaces, readAmbientFile } from "../../../../src/cli/opentofu/ambient-files.ts";
import { lookUp, matchKey, readLookupWorld } from "../../../../src/cli/opentofu/lookup.ts";
import { createWorkspace, type Workspace } from "../../../support/workspace.ts";

let workspace: Workspace;
beforeEach(() => (workspace = createWorkspace()));
afterEach(() => workspace.remove());

const login = { auth: Buffer.from("user:word").toString("base64") };

describe("the places of ambient credentials", () => {
  const environment = { HOME: "/h", XDG_RUNTIME_DIR: "/r", XDG_CONFIG_HOME: "/c" };
  it.each([
    [
      "linux",
      environment,
      ["/r/containers/auth.json", "/c/containers/auth.json", "/h/.docker/config.json", "/h/.dockercfg"],
    ],
    ["linux", { HOME: "/h" }, ["/h/.config/containers/auth.json", "/h/.docker/config.json", "/h/.dockercfg"]],
    [
      "darwin",
      environment,
      ["/h/.config/containers/auth.json", "/c/containers/auth.json", "/h/.docker/config.json", "/h/.dockercfg"],
    ],
    ["darwin", { HOME: "/h" }, ["/h/.config/containers/auth.json", "/h/.docker/config.json", "/h/.dockercfg"]],
  ] as const)("on %s with %j", (platform, variables, places) => {
    expect(ambientPlaces(variables, platform)).toEqual(places);
  });
});

describe("an ambient file", () => {
  it.each([
    ["{", "it is not valid JSON"],
    ["[]", "it is not a JSON object"],
    ['{"auths":[]}', "its auths is not an object"],
    ['{"auths":{"a.test":"x"}}', "its entry for a.test is not an object"],
    ['{"auths":{"a.test":{"auth":"no base64!"}}}', "its auth for a.test is not base64"],
    ['{"auths":{"a.test":{"auth":"YTpi YQ=="}}}', "its auth for a.test is not base64"],
    ['{"auths":{"a.test":{"auth":7}}}', "its auth for a.test is not base64"],
    ['{"credHelpers":{"a.test":7}}', "one of its credHelpers is not a text"],
    ['{"credsStore":{}}', "its credsStore is not a text"],
  ])("%s is broken: %s", (text, problem) => {
    expect(readAmbientFile(workspace.write("auth.json", text))).toMatchObject({ state: "broken", problem });
  });

  it.each([
    ["{}", []],
    ['{"auths":null,"credHelpers":null,"credsStore":null}', []],
    ['{"auths":{"a.test":{}}}', [["a.test", "ignored"]]],
    ['{"auths":{"a.test":null}}', [["a.test", "ignored"]]],
    ['{"auths":{"a.test":{"identitytoken":"x"}}}', [["a.test", "ignored"]]],
    ['{"auths":{"a.test":{"username":"u","password":"p"}}}', [["a.test", "ignored"]]],
    ['{"auths":{"a.test":{"auth":"dXNlcg=="}}}', [["a.test", "no colon"]]],
    ['{"auths":{"a.test":{"auth":"dTpw"}}}', [["a.test", "login"]]],
  ])("%s holds %j", (text, auths) => {
    const file = readAmbientFile(workspace.write("auth.json", text));
    expect(file.state).toBe("read");
    expect([...file.auths]).toEqual(auths);
  });

  it("that is not there is missing; a directory in its place is broken", () => {
    expect(readAmbientFile(workspace.path("nowhere", "auth.json")).state).toBe("missing");
    expect(readAmbientFile(workspace.directory)).toMatchObject({ state: "broken", problem: "it cannot be read" });
  });

  it("keeps no secret", () => {
    const auth = Buffer.from("user:canary-3").toString("base64");
    const file = readAmbientFile(workspace.write("auth.json", JSON.stringify({ auths: { "a.test": { auth } } })));
    expect(JSON.stringify({ ...file, auths: [...file.auths] })).not.toMatch(new RegExp(`canary|${auth}`));
  });
});

describe("how specific a key is", () => {
  it.each([
    ["a.test", "a.test", "x/y", 2],
    ["a.test/x", "a.test", "x/y", 3],
    ["a.test/x/y", "a.test", "x/y", 4],
    ["a.test/x/y/z", "a.test", "x/y", 0],
    ["a.test/xx", "a.test", "x/y", 0],
    ["a.test/y", "a.test", "x/y", 0],
    ["a.test/", "a.test", "x/y", 0],
    ["A.test", "a.test", "x", 0],
    ["a.test:443", "a.test", "x", 0],
    ["https://a.test", "a.test", "x", 0],
    ["b.test", "a.test", "x", 0],
    ["", "a.test", "x", 0],
  ])("%s for %s/%s: %d", (key, host, repository, specificity) => {
    expect(matchKey(key, host, repository)).toBe(specificity);
  });
});

describe("which entry wins", () => {
  interface Files {
    readonly tofurc?: string;
    readonly runtime?: object;
    readonly config?: object;
    readonly docker?: object;
  }

  function winner({ tofurc = "", runtime, config, docker }: Files, repository = "acme/vpc"): string {
    workspace.write("tofu.tfrc", tofurc);
    if (runtime !== undefined) workspace.write("run/containers/auth.json", JSON.stringify(runtime));
    if (config !== undefined) workspace.write("home/.config/containers/auth.json", JSON.stringify(config));
    if (docker !== undefined) workspace.write("home/.docker/config.json", JSON.stringify(docker));
    const world = readLookupWorld(workspace.environment(), workspace.directory, "linux");
    const [first] = lookUp(world, "a.test", repository).candidates;
    return first === undefined ? "none" : [first.origin, first.key, first.helper].filter(Boolean).join(" ");
  }

  const stale = { auths: { "a.test": login } };
  const helperBlock = 'oci_credentials "a.test" {\n docker_credentials_helper = "block"\n}\n';
  const globalHelper = 'oci_default_credentials {\n docker_credentials_helper = "global"\n}\n';

  it.each([
    [{}, "none"],
    [{ docker: stale }, "auths a.test"],
    [{ docker: { ...stale, credHelpers: { "a.test": "one" } } }, "auths a.test"],
    [{ docker: { credHelpers: { "a.test": "one" }, credsStore: "all" } }, "credHelpers a.test one"],
    [{ docker: { credsStore: "all" } }, "credsStore all"],
    [{ runtime: stale, docker: { credHelpers: { "a.test": "one" } } }, "auths a.test"],
    [{ runtime: { credHelpers: { "a.test": "one" } }, docker: stale }, "credHelpers a.test one"],
    [{ runtime: { credsStore: "all" }, docker: stale }, "auths a.test"],
    [{ docker: { auths: { "a.test": {} }, credHelpers: { "a.test": "one" } } }, "credHelpers a.test one"],
    [{ docker: { credHelpers: { "https://a.test": "one" } } }, "none"],
    [{ docker: { auths: { "https://a.test": login } } }, "none"],
    [{ docker: { auths: { "a.test/acme": login, "a.test": login } } }, "auths a.test/acme"],
    [{ tofurc: globalHelper, docker: stale }, "auths a.test"],
    [{ tofurc: globalHelper, docker: { credHelpers: { "a.test": "one" } } }, "credHelpers a.test one"],
    [{ tofurc: globalHelper, docker: { credsStore: "all" } }, "oci_default_credentials global"],
    [{ tofurc: helperBlock, docker: stale }, "oci_credentials a.test block"],
    [{ tofurc: helperBlock, docker: { auths: { "a.test/acme": login } } }, "auths a.test/acme"],
    [
      {
        tofurc: `${helperBlock}oci_default_credentials {\n discover_ambient_credentials = false\n}\n`,
        docker: { auths: { "a.test/acme": login } },
      },
      "oci_credentials a.test block",
    ],
    [{ tofurc: "oci_default_credentials {\n docker_style_config_files = []\n}\n", docker: stale }, "none"],
    [{ tofurc: 'default_oci_credentials {\n docker_credentials_helper = "x"\n}\n', docker: {} }, "none"],
  ] as const)("%j: %s", (files, expected) => {
    expect(winner(files)).toBe(expected);
  });

  it("one broken file loses all ambient entries, not the blocks", () => {
    workspace.write("home/.dockercfg", "{");
    expect(winner({ docker: stale })).toBe("none");
    expect(winner({ tofurc: helperBlock, docker: stale })).toBe("oci_credentials a.test block");
  });

  it("files that the configuration names have to be there", () => {
    const tofurc = 'oci_default_credentials {\n docker_style_config_files = ["here.json", "nowhere.json"]\n}\n';
    workspace.write("here.json", JSON.stringify(stale));
    expect(winner({ tofurc })).toBe("none");
    workspace.write("nowhere.json", "{}");
    expect(winner({ tofurc })).toBe("auths a.test");
  });

  it("an entry without a colon is an error beside whatever else matches", () => {
    workspace.write(
      "home/.docker/config.json",
      '{"auths":{"a.test":{"auth":"dXNlcg=="},"b.test":{"auth":"dXNlcg=="}}}',
    );
    const world = readLookupWorld(workspace.environment(), workspace.directory, "linux");
    expect(lookUp(world, "a.test", "x").errors).toEqual([
      { file: workspace.path("home", ".docker", "config.json"), key: "a.test" },
    ]);
    expect(lookUp(world, "c.test", "x").errors).toEqual([]);
  });
});
