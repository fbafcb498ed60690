// Conversations with the helper that are led by containers/image, the library of skopeo, podman, buildah and CRI-O, through skopeo: what
// it asks, and what comes of it. The calls were counted with skopeo 1.9.
import { readFileSync } from "node:fs";
import { type Authority, createAuthority } from "../../support/authority.ts";
import { builtExecutable } from "../../support/built.ts";
import { type ConnectProxy, startConnectProxy } from "../../support/connect-proxy.ts";
import { type DockerRegistry, startDockerRegistry } from "../../support/docker-registry.ts";
import { run, runOk } from "../../support/processes.ts";
import { realParts } from "../../support/real-parts.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";
import { imageMark, pushImage } from "./support/image.ts";

const real = await realParts("docker-registry", "htpasswd", "skopeo");
const username = "robot";
const password = "right";
const hubHost = "registry-1.docker.io";

interface Conversation {
  readonly name: string;
  /** What is stored before; HOST stands for the registry, PORT for its port. */
  readonly stored?: readonly (readonly [url: string, username: string, secret: string])[];
  /** Variables of the helper; SUFFIX stands for that of the registry. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Files below the workspace; without any, Docker's configuration names the helper for HOST. */
  readonly files?: Readonly<Record<string, string>>;
  /** Arguments of skopeo; reading the image's manifest unless given. */
  readonly command?: readonly string[];
  readonly stdin?: string;
  /** What the helper is asked, in order. */
  readonly asked: readonly string[];
  /** `read` for a manifest that was read, else what skopeo says. */
  readonly outcome: "read" | RegExp;
  readonly exitCode?: number;
}

const login = ["HOST", username, password] as const;
const stored = [login];
const inspect = ["inspect", "--raw", "docker://HOST/acme/image:1.0.0"];
const refused = /unauthorized: authentication required/;
const auth = (secret: string) => Buffer.from(`${username}:${secret}`).toString("base64");
const registries = (...helpers: readonly string[]) => ({
  "home/.config/containers/registries.conf": `credential-helpers = ${JSON.stringify(helpers)}\n`,
});
const ownFile = (content: object) => ({ "run/containers/auth.json": JSON.stringify(content) });
const get = "get HOST";

const conversations: readonly Conversation[] = [
  { name: "the host", stored, asked: [get], outcome: "read" },
  { name: "stored as OpenTofu asks", stored: [["https://HOST", username, password]], asked: [get], outcome: "read" },
  { name: "stored with a slash", stored: [["https://HOST/", username, password]], asked: [get], outcome: "read" },
  { name: "stored in upper case", stored: [["LOCALHOST:PORT", username, password]], asked: [get], outcome: "read" },
  { name: "stored with a path", stored: [["HOST/v2/", username, password]], asked: [get], outcome: "read" },
  { name: "not found: anonymous", asked: [get], outcome: refused, exitCode: 1 },
  {
    name: "another port's login alone",
    stored: [["localhost:1", username, password]],
    asked: [get],
    outcome: refused,
    exitCode: 1,
  },
  {
    name: "another spelling of the machine",
    stored: [["127.0.0.1:PORT", username, password]],
    asked: [get],
    outcome: refused,
    exitCode: 1,
  },
  { name: "a wrong password", stored: [["HOST", username, "wrong"]], asked: [get], outcome: refused, exitCode: 1 },
  {
    name: "the newer of two",
    stored: [["HOST", username, "wrong"], login],
    asked: [get],
    outcome: "read",
  },
  {
    name: "a login in variables",
    variables: { SCALR_OCI_USERNAME_SUFFIX: username, SCALR_OCI_PASSWORD_SUFFIX: password },
    asked: [get],
    outcome: "read",
  },
  {
    name: "a login in variables before a stored one",
    stored: [["HOST", username, "wrong"]],
    variables: { SCALR_OCI_USERNAME_SUFFIX: username, SCALR_OCI_PASSWORD_SUFFIX: password },
    asked: [get],
    outcome: "read",
  },
  {
    name: "an auth file of this run",
    variables: { SCALR_OCI_AUTH_FILE: "WORKSPACE/run.json" },
    files: {
      "home/.docker/config.json": JSON.stringify({ credHelpers: { HOST: "scalr" } }),
      "run.json": JSON.stringify({ auths: { HOST: { auth: auth(password) } } }),
    },
    asked: [get],
    outcome: "read",
  },
  {
    name: "a failure, said in our words",
    variables: { SCALR_OCI_PASSWORD_SUFFIX: password },
    asked: [get],
    outcome: /SCALR_OCI_USERNAME_/,
    exitCode: 1,
  },
  {
    name: "an identity token, which the helper does not give",
    stored: [["HOST", "<token>", "refresh"]],
    asked: [get],
    outcome: /identity token/,
    exitCode: 1,
  },
  {
    name: "inspecting the whole image",
    stored,
    command: ["inspect", "docker://HOST/acme/image:1.0.0"],
    asked: [get, get],
    outcome: /"Architecture": "amd64"/,
  },
  {
    name: "copying",
    stored,
    command: ["copy", "--insecure-policy", "docker://HOST/acme/image:1.0.0", "dir:WORKSPACE/copy"],
    asked: [get],
    outcome: /Copying blob/,
  },
  {
    name: "listing tags",
    stored,
    command: ["list-tags", "docker://HOST/acme/image"],
    asked: [get],
    outcome: /"1\.0\.0"/,
  },
  {
    name: "copying to a second repository",
    stored,
    command: ["copy", "--insecure-policy", "docker://HOST/acme/image:1.0.0", "docker://HOST/acme/second:1.0.0"],
    asked: [get, get],
    outcome: /Writing manifest/,
  },
  { name: "whose login it is", stored, command: ["login", "--get-login", "HOST"], asked: [get], outcome: /^robot\n$/ },
  {
    name: "whose login it is: nobody's",
    command: ["login", "--get-login", "HOST"],
    asked: [get, get],
    outcome: /not logged into/,
    exitCode: 1,
  },
  {
    name: "logging in",
    command: ["login", "--username", username, "--password-stdin", "HOST"],
    stdin: password,
    asked: [get, get, "store"],
    outcome: /Login Succeeded!/,
  },
  {
    name: "logging in again, with what is stored",
    stored,
    command: ["login", "HOST"],
    asked: [get],
    outcome: /Existing credentials are valid/,
  },
  {
    name: "logging in with a wrong password",
    stored,
    command: ["login", "--username", username, "--password-stdin", "HOST"],
    stdin: "wrong",
    asked: [get],
    outcome: /invalid username\/password/,
    exitCode: 1,
  },
  {
    name: "logging out",
    stored,
    command: ["logout", "HOST"],
    asked: ["erase HOST"],
    outcome: /Removed login credentials/,
  },
  // skopeo 1.9 crashes on a helper that fails here.
  {
    name: "logging out where nobody is logged in",
    command: ["logout", "HOST"],
    asked: ["erase HOST"],
    outcome: /Removed login credentials/,
  },
  {
    name: "logging out of everything",
    stored,
    files: registries("scalr"),
    command: ["logout", "--all"],
    asked: ["list", "erase HOST"],
    outcome: /Removed login credentials for all registries/,
  },
  {
    name: "registries.conf: the helper for all hosts",
    stored,
    files: registries("scalr"),
    asked: [get],
    outcome: "read",
  },
  {
    name: "registries.conf: the helper, and nothing stored",
    files: registries("scalr"),
    asked: [get],
    outcome: refused,
    exitCode: 1,
  },
  {
    name: "registries.conf: not found, then the file",
    files: {
      ...registries("scalr", "containers-auth.json"),
      ...ownFile({ auths: { HOST: { auth: auth(password) } } }),
    },
    asked: [get],
    outcome: "read",
  },
  {
    name: "registries.conf: the helper before a stale login in the file",
    stored,
    files: { ...registries("scalr", "containers-auth.json"), ...ownFile({ auths: { HOST: { auth: auth("stale") } } }) },
    asked: [get],
    outcome: "read",
  },
  {
    name: "registries.conf: a failure, then the file",
    variables: { SCALR_OCI_PASSWORD_SUFFIX: password },
    files: {
      ...registries("scalr", "containers-auth.json"),
      ...ownFile({ auths: { HOST: { auth: auth(password) } } }),
    },
    asked: [get],
    outcome: "read",
  },
  {
    name: "registries.conf: logging in, the helper first",
    files: registries("scalr", "containers-auth.json"),
    command: ["login", "--username", username, "--password-stdin", "HOST"],
    stdin: password,
    asked: [get, "store"],
    outcome: /Login Succeeded!/,
  },
  {
    name: "registries.conf: logging in, the file first",
    files: registries("containers-auth.json", "scalr"),
    command: ["login", "--username", username, "--password-stdin", "HOST"],
    stdin: password,
    asked: [get],
    outcome: /Login Succeeded!/,
  },
  {
    name: "registries.conf: the file first",
    files: {
      ...registries("containers-auth.json", "scalr"),
      ...ownFile({ auths: { HOST: { auth: auth(password) } } }),
    },
    asked: [],
    outcome: "read",
  },
  {
    name: "registries.conf: nothing in the file, then the helper",
    stored,
    files: { ...registries("containers-auth.json", "scalr"), ...ownFile({ auths: {} }) },
    asked: [get],
    outcome: "read",
  },
  {
    name: "auth.json: the helper before a stale login in the same file",
    stored,
    files: ownFile({ credHelpers: { HOST: "scalr" }, auths: { HOST: { auth: auth("stale") } } }),
    asked: [get],
    outcome: "read",
  },
  {
    name: "auth.json: the helper of another host is not asked",
    stored,
    files: ownFile({ credHelpers: { "localhost:1": "scalr" } }),
    asked: [],
    outcome: refused,
    exitCode: 1,
  },
  {
    name: "logging in where Docker's file alone names the helper: kept in a file of its own",
    files: { "home/.docker/config.json": JSON.stringify({ credHelpers: { HOST: "scalr" } }) },
    command: ["login", "--username", username, "--password-stdin", "HOST"],
    stdin: password,
    asked: [get],
    outcome: /Login Succeeded!/,
  },
  {
    name: "credsStore, which is not looked at",
    stored,
    files: { "home/.docker/config.json": JSON.stringify({ credsStore: "scalr" }) },
    asked: [],
    outcome: refused,
    exitCode: 1,
  },
];

let authority: Authority;
let registry: DockerRegistry;
let workspace: Workspace;

real.describe("containers/image", () => {
  beforeAll(async () => {
    authority = createAuthority();
    registry = await startDockerRegistry({ auth: "htpasswd", authority, username, password });
    using pusher = createWorkspace();
    await pushImage(real.paths.skopeo, registry, pusher);
  });
  afterAll(async () => {
    await registry.stop();
    authority.remove();
  });
  beforeEach(() => {
    workspace = createWorkspace();
    writeRecorder();
  });
  afterEach(() => workspace.remove());

  it.each(conversations)("$name", async (conversation) => {
    const { files, command = inspect, variables = {}, stdin, asked, outcome, exitCode = 0 } = conversation;
    const docker = { "home/.docker/config.json": JSON.stringify({ credHelpers: { HOST: "scalr" } }) };
    for (const [file, content] of Object.entries(files ?? docker)) workspace.write(file, placed(content));
    const environment = environmentOf({
      // Docker's configuration is looked for where DOCKER_CONFIG says, and then nowhere else.
      DOCKER_CONFIG: files === undefined ? workspace.path("home", ".docker") : undefined,
      ...Object.fromEntries(Object.entries(variables).map(([name, value]) => [placed(name), placed(value)])),
    });
    for (const [url, name, secret] of conversation.stored ?? []) await store(placed(url), name, secret);
    const result = await run(real.paths.skopeo, command.map(placed), { environment, stdin });
    expect(heard()).toEqual(asked.map(placed));
    expect(result.stdout + result.stderr).toMatch(outcome === "read" ? imageMark : outcome);
    expect(result.exitCode).toBe(exitCode);
    expect(result.stderr).not.toContain("stack overflow");
  });

  it("Docker Hub: what docker login has stored is found under docker.io", async () => {
    await using hub = await startDockerRegistry({ auth: "htpasswd", authority, username, password, hostname: hubHost });
    await using proxy = await startConnectProxy({ [`${hubHost}:443`]: hub.port, [`${hubHost}:${hub.port}`]: hub.port });
    using pusher = createWorkspace();
    await pushThrough(proxy, hub, pusher);
    workspace.write("home/.docker/config.json", JSON.stringify({ credHelpers: { "docker.io": "scalr" } }));
    await store("https://index.docker.io/v1/", username, password);
    const environment = environmentOf({ HTTPS_PROXY: proxy.url });
    const stdout = await runOk(real.paths.skopeo, ["inspect", "--raw", "docker://docker.io/acme/image:1.0.0"], {
      environment,
    });
    expect(stdout).toContain(imageMark);
    expect(heard()).toEqual(["get docker.io"]);
  });
});

function placed(text: string): string {
  const suffix = registry.host.replace(":", "_");
  return text
    .replaceAll("WORKSPACE", workspace.directory)
    .replaceAll("HOST", (match, offset: number) => (text.slice(offset - 5, offset) === "LOCAL" ? match : registry.host))
    .replaceAll("PORT", String(registry.port))
    .replaceAll("SUFFIX", suffix);
}

/** Stands in front of the helper and notes what it is asked, without the secrets of `store`. */
function writeRecorder(): void {
  const script = [
    "#!/bin/sh",
    "input=$(cat)",
    'case $1 in get | erase) line="$1 $input" ;; *) line=$1 ;; esac',
    `printf '%s\\n' "$line" >>'${workspace.path("heard")}'`,
    `printf '%s' "$input" | '${builtExecutable("docker-credential-scalr")}' "$@"`,
    "",
  ];
  workspace.write("bin/docker-credential-scalr", script.join("\n"), 0o755);
}

function heard(): string[] {
  try {
    return readFileSync(workspace.path("heard"), "utf8").trimEnd().split("\n");
  } catch {
    return [];
  }
}

function environmentOf(variables: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return workspace.environment({ trust: authority.certificateFile, path: [workspace.path("bin")], variables });
}

async function store(url: string, name: string, secret: string): Promise<void> {
  const stdin = JSON.stringify({ ServerURL: url, Username: name, Secret: secret });
  await runOk(builtExecutable("docker-credential-scalr"), ["store"], { environment: environmentOf({}), stdin });
}

async function pushThrough(proxy: ConnectProxy, hub: DockerRegistry, pusher: Workspace): Promise<void> {
  const through = {
    ...pusher,
    environment: () => ({ ...pusher.environment({ trust: hub.trust }), HTTPS_PROXY: proxy.url }),
  };
  await pushImage(real.paths.skopeo, hub, through);
}
