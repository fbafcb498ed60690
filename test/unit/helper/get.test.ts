// What is kept from one call to the next, and what makes it not count any more.
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { main } from "../../../src/helper/main.ts";
import { type Authority, createAuthority } from "../../support/authority.ts";
import { type FakeRunApi, startFakeRunApi } from "../../support/fake-run-api.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

const notFound = "credentials not found in native keychain\n";
const tokens = ["A", "B"].map((letter) => `scalroci_rt_${letter.repeat(49)}`);

let authority: Authority;
let api: FakeRunApi;
let workspace: Workspace;
beforeAll(() => (authority = createAuthority()));
afterAll(() => authority.remove());
beforeEach(async () => {
  workspace = createWorkspace();
  api = await startFakeRunApi(authority);
  for (const token of tokens) api.alive.add(token);
  api.logins["ghcr.io"] = "robot:first";
});
afterEach(async () => {
  await api.stop();
  workspace.remove();
});

async function call(
  action: string,
  input: string,
  variables: Record<string, string | undefined> = {},
  deadlineMs?: number,
) {
  const stdout = new PassThrough().setEncoding("utf8");
  const environment = workspace.environment({ trust: authority.certificateFile, variables });
  const exitCode = await main([action], {
    environment,
    stdin: Readable.from([Buffer.from(input)]),
    stdout,
    deadlineMs,
  });
  stdout.end();
  return { exitCode, stdout: (stdout.read() as string | null) ?? "" };
}

const run = (token = tokens[0]) => ({ SCALR_HOSTNAME: api.hostname, SCALR_OCI_TOKEN: token });

async function secretOf(host: string, variables: Record<string, string | undefined> = run()): Promise<string> {
  const { exitCode, stdout } = await call("get", host, variables);
  return exitCode === 0 ? (JSON.parse(stdout) as { Secret: string }).Secret : stdout;
}

const asked = () => api.server.requests.length;
const store = (host: string, secret: string) =>
  call("store", JSON.stringify({ ServerURL: host, Username: "me", Secret: secret }));

describe("run credentials", () => {
  it("are asked for once, whatever spelling the client has", async () => {
    for (const url of ["ghcr.io", "https://ghcr.io", "GHCR.IO", "ghcr.io/acme"])
      expect(await secretOf(url)).toBe("first");
    expect(asked()).toBe(1);
  });

  it("are asked for each time when the cache is switched off", async () => {
    for (let round = 0; round < 3; round += 1) await secretOf("ghcr.io", { ...run(), SCALR_OCI_NO_CACHE: "1" });
    expect(asked()).toBe(3);
    expect(existsSync(workspace.path("run", "scalr-oci"))).toBe(false);
  });

  it("of one identity never answer another", async () => {
    expect(await secretOf("ghcr.io", run(tokens[0]))).toBe("first");
    api.logins["ghcr.io"] = "robot:second";
    expect(await secretOf("ghcr.io", run(tokens[1]))).toBe("second");
    expect(await secretOf("ghcr.io", {})).toBe(notFound);
    expect(await secretOf("ghcr.io", { ...run(), SCALR_HOSTNAME: "localhost:1" })).toContain("cannot be reached");
  });

  it("that are not there are not asked for again either", async () => {
    for (let round = 0; round < 3; round += 1) expect(await secretOf("quay.io")).toBe(notFound);
    expect(asked()).toBe(1);
  });

  it("go before what is stored here, now as after the answer was kept", async () => {
    await store("ghcr.io", "mine");
    expect(await secretOf("ghcr.io")).toBe("first");
    await store("ghcr.io", "mine too");
    expect(await secretOf("ghcr.io")).toBe("first");
  });
});

describe("a change on this machine counts at once", () => {
  it("a login that is stored where there was none", async () => {
    expect(await secretOf("quay.io", {})).toBe(notFound);
    await store("quay.io", "one");
    expect(await secretOf("quay.io", {})).toBe("one");
  });

  it("a login that is replaced, and one that is erased", async () => {
    await store("quay.io", "one");
    expect(await secretOf("quay.io", {})).toBe("one");
    await store("https://quay.io/", "two");
    expect(await secretOf("quay.io", {})).toBe("two");
    await call("erase", "quay.io");
    expect(await secretOf("quay.io", {})).toBe(notFound);
  });

  it("a login that another home has", async () => {
    await store("quay.io", "one");
    expect(await secretOf("quay.io", {})).toBe("one");
    expect(await secretOf("quay.io", { HOME: workspace.path("other"), XDG_STATE_HOME: undefined })).toBe(notFound);
    expect(await secretOf("quay.io", { XDG_STATE_HOME: workspace.path("other") })).toBe(notFound);
  });

  it("a variable of the host, in either spelling", async () => {
    expect(await secretOf("ghcr.io")).toBe("first");
    expect(
      await secretOf("ghcr.io", { ...run(), SCALR_OCI_USERNAME_ghcr_io: "u", SCALR_OCI_PASSWORD_ghcr_io: "variable" }),
    ).toBe("variable");
    expect(
      await secretOf("ghcr.io", { ...run(), SCALR_OCI_USERNAME_GHCR_IO: "u", SCALR_OCI_PASSWORD_GHCR_IO: "upper" }),
    ).toBe("upper");
    expect(await secretOf("ghcr.io")).toBe("first");
  });

  it("an auth file that is given, changed, or taken away", async () => {
    const auths = (password: string) =>
      JSON.stringify({ auths: { "ghcr.io": { auth: Buffer.from(`u:${password}`).toString("base64") } } });
    expect(await secretOf("ghcr.io")).toBe("first");
    const variables = { ...run(), SCALR_OCI_AUTH_FILE: workspace.write("auth.json", auths("file")) };
    expect(await secretOf("ghcr.io", variables)).toBe("file");
    expect(await secretOf("ghcr.io", variables)).toBe("file");
    workspace.write("auth.json", auths("changed"));
    expect(await secretOf("ghcr.io", variables)).toBe("changed");
    rmSync(workspace.path("auth.json"));
    expect(await secretOf("ghcr.io", variables)).toContain("cannot be read");
    expect(await secretOf("ghcr.io")).toBe("first");
  });
});

describe("a source that fails", () => {
  it("is not asked again for a few seconds, for any host; the cause is said each time", async () => {
    api.intercept(/./, () => ({ status: 503 }));
    const words = `management api at ${api.hostname} failed, got 503`;
    expect(await secretOf("ghcr.io")).toContain(words);
    const before = asked();
    expect(await secretOf("ghcr.io")).toContain(words);
    expect(await secretOf("quay.io")).toMatch(/^management api .* got 503.*\n {2}\S/);
    expect(asked()).toBe(before);
  });

  it("is asked again at once with another token", async () => {
    api.intercept(/./, () => ({ status: 503 }));
    await secretOf("ghcr.io");
    api.intercept(/./);
    expect(await secretOf("ghcr.io", run(tokens[1]))).toBe("first");
  });

  it("does not keep a variable of the host from answering", async () => {
    api.intercept(/./, () => ({ status: 503 }));
    await secretOf("ghcr.io");
    expect(
      await secretOf("ghcr.io", { ...run(), SCALR_OCI_USERNAME_ghcr_io: "u", SCALR_OCI_PASSWORD_ghcr_io: "variable" }),
    ).toBe("variable");
  });

  it("that hangs is waited for once", async () => {
    api.intercept(/./, () => "hang");
    const startedAt = performance.now();
    for (const host of ["a.test", "b.test", "c.test", "a.test"]) {
      const { stdout } = await call("get", host, run(), 500);
      expect(stdout).toContain("does not answer in time");
    }
    expect(performance.now() - startedAt).toBeLessThan(1_500);
  });

  it("that refuses is not remembered for other hosts: the next may be allowed", async () => {
    api.intercept(/ghcr/, () => ({ status: 403, body: { errors: [{ code: "RIGHT_MISSING", detail: "no" }] } }));
    expect(await secretOf("ghcr.io")).toContain("RIGHT_MISSING");
    api.logins["quay.io"] = "robot:other";
    expect(await secretOf("quay.io")).toBe("other");
  });
});

describe("calls at the same time", () => {
  it("ask once", async () => {
    let count = 0;
    api.intercept(/./, async () => {
      count += 1;
      await new Promise((resolve) => setTimeout(resolve, 100));
      return { body: { data: { attributes: { username: "robot", password: "shared" } } } };
    });
    const secrets = await Promise.all(Array.from({ length: 20 }, () => secretOf("ghcr.io")));
    expect(new Set(secrets)).toEqual(new Set(["shared"]));
    expect(count).toBe(1);
  });

  it("leave no lock behind", async () => {
    await Promise.all([secretOf("ghcr.io"), secretOf("ghcr.io"), secretOf("quay.io")]);
    expect(readdirSync(workspace.path("run", "scalr-oci", "cache")).sort()).toEqual(["ghcr.io", "quay.io"]);
  });
});

describe("where nothing can be kept", () => {
  it("a full disk: the answer comes all the same", async () => {
    // A file in the directory's place: nothing can be made below it.
    workspace.write("run/scalr-oci", "in the way");
    expect(await secretOf("ghcr.io")).toBe("first");
    expect(await secretOf("ghcr.io")).toBe("first");
    expect(asked()).toBe(2);
  });

  it("no home and no runtime directory", async () => {
    const variables = {
      ...run(),
      HOME: undefined,
      XDG_RUNTIME_DIR: undefined,
      XDG_STATE_HOME: workspace.path("state"),
      TMPDIR: undefined,
    };
    expect(await secretOf("ghcr.io", variables)).toBe("first");
    expect(asked()).toBe(1);
  });
});

describe("what is kept", () => {
  it("is for the owner alone, and holds neither the token nor anything of other hosts", async () => {
    await secretOf("ghcr.io");
    const directory = workspace.path("run", "scalr-oci", "cache");
    const text = readFileSync(join(directory, "ghcr.io"), "utf8");
    expect(text).toContain("first");
    expect(text).not.toContain((tokens[0] ?? "").slice(0, -12));
  });

  it("of a variable is nothing: it is at hand", async () => {
    await secretOf("ghcr.io", { SCALR_OCI_USERNAME_ghcr_io: "u", SCALR_OCI_PASSWORD_ghcr_io: "variable" });
    expect(existsSync(workspace.path("run", "scalr-oci"))).toBe(false);
  });
});
