// Doctor's replay of OpenTofu's search for credentials, held against OpenTofu itself: each entry has a user name of its own, and the
// registry tells which one arrives.
import { lookUp, readLookupWorld } from "../../../src/cli/opentofu/lookup.ts";
import { type Authority, createAuthority } from "../../support/authority.ts";
import { run } from "../../support/processes.ts";
import { realPart } from "../../support/real-parts.ts";
import { type ScriptedServer, startScriptedServer } from "../../support/scripted-server.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

const tofu = await realPart("tofu");

/** Stands for `localhost:PORT` of the registry. */
const HOST = "HOST";

interface Setup {
  readonly tofurc?: string;
  readonly runtime?: object | string;
  readonly config?: object | string;
  readonly docker?: object | string;
  readonly dockercfg?: object | string;
}

const auth = (username: string) => ({ auth: Buffer.from(`${username}:pass`).toString("base64") });
const block = (label: string, username: string) =>
  `oci_credentials "${label}" {\n  username = "${username}"\n  password = "pass"\n}\n`;
const helperBlock = (label: string, helper: string) =>
  `oci_credentials "${label}" {\n  docker_credentials_helper = "${helper}"\n}\n`;
const globalHelper = 'oci_default_credentials {\n  docker_credentials_helper = "one"\n}\n';

const setups: readonly (readonly [name: string, setup: Setup])[] = [
  ["nothing", {}],
  [
    "a login in each file",
    {
      runtime: { auths: { HOST: auth("runtime") } },
      config: { auths: { HOST: auth("config") } },
      docker: { auths: { HOST: auth("docker") } },
    },
  ],
  ["a login in .dockercfg", { dockercfg: { auths: { HOST: auth("dockercfg") } } }],
  ["a login and a helper in one file", { docker: { auths: { HOST: auth("docker") }, credHelpers: { HOST: "one" } } }],
  ["a helper for the host and one for all", { docker: { credHelpers: { HOST: "one" }, credsStore: "two" } }],
  ["a helper for all", { docker: { credsStore: "two" } }],
  [
    "a helper before a login",
    { runtime: { credHelpers: { HOST: "one" } }, docker: { auths: { HOST: auth("docker") } } },
  ],
  ["a helper for all before a login", { runtime: { credsStore: "two" }, docker: { auths: { HOST: auth("docker") } } }],
  [
    "a login for a path",
    {
      docker: {
        auths: {
          HOST: auth("host"),
          "HOST/acme": auth("path"),
          "HOST/acme/vpc": auth("deep"),
          "HOST/acme/vpc/x": auth("too-deep"),
        },
      },
    },
  ],
  ["a login for another path", { docker: { auths: { "HOST/other": auth("other"), "HOST/acm": auth("part") } } }],
  [
    "a path in a later file",
    { runtime: { auths: { HOST: auth("runtime") } }, docker: { auths: { "HOST/acme": auth("path") } } },
  ],
  ["a key with a scheme", { docker: { auths: { "https://HOST": auth("scheme"), "https://HOST/v2/": auth("v2") } } }],
  ["a helper key with a scheme", { docker: { credHelpers: { "https://HOST": "one" } } }],
  ["an empty entry and a helper", { docker: { auths: { HOST: {} }, credHelpers: { HOST: "one" } } }],
  ["user name and password apart", { docker: { auths: { HOST: { username: "apart", password: "pass" } } } }],
  ["an identity token alone", { docker: { auths: { HOST: { identitytoken: "x" } } } }],
  ["a broken file beside a good one", { runtime: "{", docker: { auths: { HOST: auth("docker") } } }],
  [
    "a broken entry of another host",
    { docker: { auths: { HOST: auth("docker"), "other.test": { auth: "not base64!" } } } },
  ],
  ["a broken file beside a block", { tofurc: block(HOST, "block"), docker: "{" }],
  ["a file with null parts", { docker: '{"auths":null,"credHelpers":null,"credsStore":null}' }],
  ["a helper for all from the configuration", { tofurc: globalHelper }],
  ["the same and a login", { tofurc: globalHelper, docker: { auths: { HOST: auth("docker") } } }],
  ["the same and a helper for all", { tofurc: globalHelper, docker: { credsStore: "two" } }],
  ["the same and a helper for the host", { tofurc: globalHelper, docker: { credHelpers: { HOST: "two" } } }],
  [
    "a block with a helper and a login",
    { tofurc: helperBlock(HOST, "one"), docker: { auths: { HOST: auth("docker") } } },
  ],
  [
    "a block with a helper and a login for a path",
    { tofurc: helperBlock(HOST, "one"), docker: { auths: { "HOST/acme": auth("path") } } },
  ],
  ["a block for a path", { tofurc: block(HOST, "block") + block("HOST/acme", "block-path") }],
  ["a block with a label that is another host", { tofurc: block("other.test", "other") }],
  [
    "no discovery",
    {
      tofurc: "oci_default_credentials {\n  discover_ambient_credentials = false\n}\n",
      docker: { auths: { HOST: auth("docker") } },
    },
  ],
  [
    "no files",
    {
      tofurc: "oci_default_credentials {\n  docker_style_config_files = []\n}\n",
      docker: { auths: { HOST: auth("docker") } },
    },
  ],
  [
    "other files",
    {
      tofurc: 'oci_default_credentials {\n  docker_style_config_files = ["home/.dockercfg"]\n}\n',
      docker: { auths: { HOST: auth("docker") } },
      dockercfg: { auths: { HOST: auth("dockercfg") } },
    },
  ],
  ["a misspelt block", { tofurc: 'default_oci_credentials {\n  docker_credentials_helper = "one"\n}\n' }],
  ["a block in JSON", { tofurc: JSON.stringify({ oci_credentials: { HOST: { docker_credentials_helper: "one" } } }) }],
  [
    "a block in JSON, in a list",
    {
      tofurc: JSON.stringify({
        oci_credentials: [
          { "other.test": { docker_credentials_helper: "two" } },
          { HOST: { username: "json", password: "pass" } },
        ],
      }),
    },
  ],
  [
    "a block that is not valid",
    {
      tofurc: 'oci_credentials "HOST/acme" {\n  docker_credentials_helper = "one"\n}\n',
      docker: { auths: { HOST: auth("docker") } },
    },
  ],
  [
    "comments, here-documents and commas",
    {
      tofurc: `# ${HOST}\n/* oci_credentials "HOST" {} */\nplugin_cache_dir = <<EOT\n/nonexistent\nEOT\n${block(HOST, "block")}// end`,
    },
  ],
];

tofu.describe("which credential OpenTofu sends", () => {
  let authority: Authority;
  let registry: ScriptedServer;
  let workspace: Workspace;
  beforeAll(async () => {
    authority = createAuthority();
    registry = await startScriptedServer(authority.issue(), ({ headers }) =>
      headers.authorization === undefined
        ? { status: 401, headers: { "www-authenticate": 'Basic realm="test"' } }
        : { status: 403 },
    );
  });
  afterAll(async () => {
    await registry.stop();
    authority.remove();
  });
  beforeEach(() => {
    workspace = createWorkspace();
    for (const name of ["one", "two"]) {
      const script = `#!/bin/sh\necho '{"ServerURL":"x","Username":"helper-${name}","Secret":"pass"}'\n`;
      workspace.write(`bin/docker-credential-${name}`, script, 0o755);
    }
  });
  afterEach(() => workspace.remove());

  function write(file: string, content: object | string | undefined): void {
    if (content === undefined) return;
    const text = typeof content === "string" ? content : JSON.stringify(content);
    workspace.write(file, text.replaceAll(HOST, registry.host));
  }

  /** What our replay says: the user name of the winner. */
  function replay(environment: Record<string, string>): string {
    const world = readLookupWorld(environment, workspace.directory, process.platform);
    const [winner] = lookUp(world, registry.host, "acme/vpc").candidates;
    if (winner === undefined) return "none";
    return winner.helper === undefined ? `${winner.origin} ${winner.key} ${winner.file}` : `helper-${winner.helper}`;
  }

  it.each(setups)("%s", async (_, setup) => {
    write("tofu.tfrc", setup.tofurc);
    write("run/containers/auth.json", setup.runtime);
    write("home/.config/containers/auth.json", setup.config);
    write("home/.docker/config.json", setup.docker);
    write("home/.dockercfg", setup.dockercfg);
    write("main.tf", `module "m" {\n  source = "oci://HOST/acme/vpc?tag=1"\n}\n`);
    const environment = workspace.environment({ trust: authority.certificateFile, path: [workspace.path("bin")] });
    const before = registry.requests.length;
    await run(tofu.path, ["init", "-backend=false", "-no-color"], { environment, directory: workspace.directory });

    const sent = registry.requests.slice(before).flatMap(({ headers }) => headers.authorization ?? []);
    expect(registry.requests.length).toBeGreaterThan(before);
    const username =
      Buffer.from(sent[0]?.replace("Basic ", "") ?? "", "base64")
        .toString("utf8")
        .split(":")[0] ?? "";
    const said = replay(environment);
    if (username === "") expect(said).toBe("none");
    else if (username.startsWith("helper-")) expect(said).toBe(username);
    else expect(said).toContain(placeOf(username));
  });

  /** Where the entry of a user name stands: its origin, its key, its file. */
  function placeOf(username: string): string {
    const host = registry.host;
    const places: Record<string, string> = {
      runtime: `auths ${host} ${workspace.path("run", "containers", "auth.json")}`,
      config: `auths ${host} ${workspace.path("home", ".config", "containers", "auth.json")}`,
      docker: `auths ${host} ${workspace.path("home", ".docker", "config.json")}`,
      host: `auths ${host} ${workspace.path("home", ".docker", "config.json")}`,
      path: `auths ${host}/acme ${workspace.path("home", ".docker", "config.json")}`,
      deep: `auths ${host}/acme/vpc ${workspace.path("home", ".docker", "config.json")}`,
      dockercfg: `auths ${host} ${workspace.path("home", ".dockercfg")}`,
      block: `oci_credentials ${host} `,
      json: `oci_credentials ${host} `,
      "block-path": `oci_credentials ${host}/acme `,
    };
    return places[username] ?? `no place for ${username}`;
  }
});
