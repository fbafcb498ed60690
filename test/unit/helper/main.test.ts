import { PassThrough, Readable } from "node:stream";
import { version } from "../../../src/base/version.ts";
import { main } from "../../../src/helper/main.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

const notFound = "credentials not found in native keychain\n";
const canary = "canary-0b77";

let workspace: Workspace;
beforeEach(() => (workspace = createWorkspace()));
afterEach(() => workspace.remove());

/** One call of the helper. */
async function call(
  argv: readonly string[],
  input: string | Readable = "",
  variables: Record<string, string> = {},
  deadlineMs?: number,
) {
  const stdout = new PassThrough().setEncoding("utf8");
  const stdin = typeof input === "string" ? Readable.from(input === "" ? [] : [Buffer.from(input)]) : input;
  const exitCode = await main(argv, { environment: workspace.environment({ variables }), stdin, stdout, deadlineMs });
  stdout.end();
  return { exitCode, stdout: (stdout.read() as string | null) ?? "" };
}

function store(serverUrl: string, username = "robot", secret = canary) {
  return call(["store"], JSON.stringify({ ServerURL: serverUrl, Username: username, Secret: secret }));
}

describe("get", () => {
  it("answers one JSON object with the URL as it was asked for, and nothing else", async () => {
    await store("ghcr.io");
    expect(await call(["get"], "https://ghcr.io")).toEqual({
      exitCode: 0,
      stdout: `{"ServerURL":"https://ghcr.io","Username":"robot","Secret":"${canary}"}\n`,
    });
  });

  // docker-credential-helpers keeps what it is given apart by text, and OpenTofu asks for another text than docker stores.
  it.each([
    [
      "ghcr.io",
      [
        "ghcr.io",
        "https://ghcr.io",
        "https://ghcr.io/",
        "GHCR.io",
        "ghcr.io:443",
        "ghcr.io/acme/vpc",
        " ghcr.io\n",
        "https://ghcr.io/v2/",
        "ghcr.io.",
      ],
    ],
    [
      "https://index.docker.io/v1/",
      [
        "docker.io",
        "https://docker.io",
        "index.docker.io",
        "registry-1.docker.io",
        "https://registry-1.docker.io",
        "https://index.docker.io/v1/",
      ],
    ],
    ["docker.io", ["https://index.docker.io/v1/", "https://registry-1.docker.io"]],
    ["localhost:5000", ["https://localhost:5000", "http://localhost:5000", "localhost:5000/acme"]],
    ["[::1]:5000", ["https://[::1]:5000", "[0:0:0:0:0:0:0:1]:5000"]],
  ])("finds what was stored as %s", async (stored, spellings) => {
    expect(await store(stored)).toEqual({ exitCode: 0, stdout: "" });
    for (const spelling of spellings) {
      const { exitCode, stdout } = await call(["get"], spelling);
      expect([spelling, exitCode, stdout.includes(canary)]).toEqual([spelling, 0, true]);
    }
  });

  it.each([
    "ghcr.io:444",
    "ghcr.io.evil.test",
    "evilghcr.io",
    "https://evil.test/ghcr.io",
    "http://ghcr.io",
    "xn--ghcr.io",
  ])("gives nothing of ghcr.io to %s", async (other) => {
    await store("ghcr.io");
    expect(await call(["get"], other)).toEqual({ exitCode: 1, stdout: notFound });
  });

  it("keeps the two extra logins of Docker's web login apart from the registry's own", async () => {
    await store("https://index.docker.io/v1/", "robot", "pass");
    await store("https://index.docker.io/v1/access-token", "robot", "access");
    await store("https://index.docker.io/v1/refresh-token", "robot", "refresh");
    for (const [url, secret] of [
      ["https://index.docker.io/v1/", "pass"],
      ["https://index.docker.io/v1/access-token", "access"],
      ["https://index.docker.io/v1/refresh-token", "refresh"],
    ] as const) {
      expect(JSON.parse((await call(["get"], url)).stdout)).toMatchObject({ Secret: secret });
    }
    await call(["erase"], "https://index.docker.io/v1/");
    expect((await call(["get"], "docker.io")).stdout).toBe(notFound);
    expect((await call(["get"], "https://index.docker.io/v1/refresh-token")).exitCode).toBe(0);
  });

  it("an extra login is never answered by another source", async () => {
    const variables = { SCALR_OCI_USERNAME_docker_io: "robot", SCALR_OCI_PASSWORD_docker_io: canary };
    expect((await call(["get"], "https://index.docker.io/v1/", variables)).exitCode).toBe(0);
    expect((await call(["get"], "https://index.docker.io/v1/refresh-token", variables)).stdout).toBe(notFound);
  });

  it.each([
    ["", "no credentials server URL\n"],
    [" \n", "no credentials server URL\n"],
    ["ghcr.io", notFound],
  ])("says for %j exactly %j", async (input, text) => {
    expect(await call(["get"], input)).toEqual({ exitCode: 1, stdout: text });
  });

  it("an input that is no host is an error with a remedy, not a not found", async () => {
    const { exitCode, stdout } = await call(["get"], `https://robot:${canary}@ghcr.io`);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^registry host carries user info.* \(INVALID_REGISTRY_HOST\)\n {2}\S.*\n$/);
    expect(stdout).not.toContain(canary);
  });

  it("never answers with the user name <token>: OpenTofu cannot use it", async () => {
    expect((await store("quay.io", "<token>")).exitCode).toBe(0);
    const { exitCode, stdout } = await call(["get"], "https://quay.io");
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^the login for quay\.io from the local store is an identity token.*\n {2}\S.*\n$/);
    expect(stdout).not.toContain(canary);
  });

  it("a failing source is named in one short line, the remedy is indented below it", async () => {
    const variables = { SCALR_OCI_TOKEN: "scalroci_rt_x", SCALR_HOSTNAME: "localhost:1" };
    expect(await call(["get"], "https://ghcr.io", variables)).toEqual({
      exitCode: 1,
      stdout:
        "management api at localhost:1 cannot be reached, the connection is refused (API_UNREACHABLE)\n" +
        "  try again later; check the host's name and the network\n",
    });
  });
});

describe("store", () => {
  it.each([
    ['{"serverurl":"ghcr.io","username":"robot","secret":"s"}', "lower-case keys"],
    ['{"ServerURL":" ghcr.io ","Username":"robot","Secret":"s","Extra":{"a":1}}\n\n', "extra keys, blanks"],
  ])("takes %s", async (input) => {
    expect(await call(["store"], input)).toEqual({ exitCode: 0, stdout: "" });
    expect((await call(["get"], "ghcr.io")).exitCode).toBe(0);
  });

  it.each([
    ['{"Username":"robot","Secret":"s"}', "no credentials server URL\n"],
    ['{"ServerURL":"ghcr.io","Secret":"s"}', "no credentials username\n"],
  ])("says for %s exactly %j", async (input, text) => {
    expect(await call(["store"], input)).toEqual({ exitCode: 1, stdout: text });
  });

  it.each(["", "{}", "[]", "null", `{"Secret":"${canary}"`, `{"ServerURL":1,"Username":"u","Secret":"${canary}"}`])(
    "refuses %s, and does not repeat it",
    async (input) => {
      const { exitCode, stdout } = await call(["store"], input);
      expect(exitCode).toBe(1);
      expect(stdout).toContain("the input of store is no login");
      expect(stdout).not.toContain(canary);
    },
  );

  it("keeps a cloud key file of 3 KB", async () => {
    const secret = JSON.stringify({ key: "k".repeat(3_000), 'quotes"': "\\n ${x}" });
    await store("gcr.io", "_json_key", secret);
    expect(JSON.parse((await call(["get"], "gcr.io")).stdout)).toMatchObject({ Username: "_json_key", Secret: secret });
  });
});

describe("erase", () => {
  it.each(["ghcr.io", "https://ghcr.io", "never-stored.test", "robot:pw@ghcr.io", "not a host", "http://ghcr.io"])(
    "of %s ends with 0 and prints nothing",
    async (input) => {
      await store("ghcr.io");
      expect(await call(["erase"], input)).toEqual({ exitCode: 0, stdout: "" });
      expect(await call(["erase"], input)).toEqual({ exitCode: 0, stdout: "" });
    },
  );

  it("ends with 0 also where the login cannot be removed", async () => {
    // Not even root removes it as a file.
    workspace.write("home/.local/state/scalr-oci/logins/ghcr.io.json/in-the-way", "");
    expect(await call(["erase"], "ghcr.io")).toEqual({ exitCode: 0, stdout: "" });
  });

  it("forgets the login, under whatever spelling", async () => {
    await store("https://ghcr.io");
    await call(["erase"], "GHCR.io");
    expect((await call(["get"], "ghcr.io")).stdout).toBe(notFound);
  });
});

describe("list", () => {
  it("is an empty object when there is nothing", async () => {
    expect(await call(["list"], "unused")).toEqual({ exitCode: 0, stdout: "{}\n" });
  });

  it("shows user names by URL, no secret, without asking anyone", async () => {
    await store("https://index.docker.io/v1/");
    await store("ghcr.io", "octo");
    const variables = { SCALR_OCI_TOKEN: "scalroci_rt_x", SCALR_HOSTNAME: "localhost:1" };
    const { exitCode, stdout } = await call(["list"], "", variables);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ "ghcr.io": "octo", "https://index.docker.io/v1/": "robot" });
    expect(stdout).not.toContain(canary);
  });

  it("does not wait for its input", async () => {
    const open = new PassThrough();
    expect((await call(["list"], open)).stdout).toBe("{}\n");
  });
});

describe("the command line", () => {
  const usage = "Usage: docker-credential-scalr <store|get|erase|list|version>\n";

  it.each([
    [["version"], 0, `docker-credential-scalr (scalr-oci) ${version}\n`],
    [["--version"], 0, `docker-credential-scalr (scalr-oci) ${version}\n`],
    [["-v"], 0, `docker-credential-scalr (scalr-oci) ${version}\n`],
    [["--help"], 0, usage],
    [["-h"], 0, usage],
    [[], 1, usage],
    [["get", "ghcr.io"], 1, usage],
    [["fetch"], 1, usage],
  ])("%j", async (argv, exitCode, stdout) => {
    expect(await call(argv)).toEqual({ exitCode, stdout });
  });
});

describe("the input", () => {
  it("is bounded in size", async () => {
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(64 * 1024, "x");
      })(),
    );
    const { exitCode, stdout } = await call(["get"], endless);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("too large, expected at most 1048576 bytes");
  });

  it("is bounded in time", async () => {
    const { exitCode, stdout } = await call(["get"], new PassThrough(), {}, 100);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("the input of the credential helper does not end");
  });

  it("is one address, however many lines it has", async () => {
    await store("ghcr.io");
    expect((await call(["get"], "\nghcr.io\r\n")).exitCode).toBe(0);
    expect((await call(["get"], "ghcr\n.io")).exitCode).toBe(0);
    expect(await call(["get"], "ghcr.io\nevil.test\n")).toEqual({ exitCode: 1, stdout: notFound });
    await call(["erase"], "ghcr.io\nevil.test\n");
    expect((await call(["get"], "ghcr.io")).exitCode).toBe(0);
    await call(["erase"], "\nghcr.io\n");
    expect((await call(["get"], "ghcr.io")).stdout).toBe(notFound);
  });

  it("may come in pieces", async () => {
    await store("ghcr.io");
    expect((await call(["get"], Readable.from([Buffer.from("ghcr"), Buffer.from(".io")]))).exitCode).toBe(0);
  });
});
