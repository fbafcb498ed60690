// Logins in a Docker auth file that others write, too: laid over, taken out again, nothing of anybody else touched.
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { layLogins, removeLogins } from "../../../../src/cli/exec/docker-config.ts";
import { readAmbientFile } from "../../../../src/cli/opentofu/ambient-files.ts";
import { createWorkspace, type Workspace } from "../../../support/workspace.ts";

const auth = (login: string) => ({ auth: Buffer.from(login).toString("base64") });
const now = Date.UTC(2026, 0, 2);

let workspace: Workspace;
let path: string;
beforeEach(() => {
  workspace = createWorkspace();
  path = workspace.path("home", "containers", "auth.json");
});
afterEach(() => workspace.remove());

const read = () => JSON.parse(readFileSync(path, "utf8")) as { auths: Record<string, unknown> };

describe("laying logins", () => {
  it("refuses a named pipe in the file's place, without waiting for who writes to it", async () => {
    mkdirSync(workspace.path("home", "containers"), { recursive: true });
    execFileSync("mkfifo", [path]);
    await expect(layLogins(path, { "ghcr.io": auth("robot:pw") }, now)).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringContaining("is no regular file"),
    });
  });

  it("makes the file and its directory, for their owner alone", async () => {
    await layLogins(path, { "ghcr.io": auth("robot:pw") }, now);
    expect(read().auths).toEqual({
      "ghcr.io": { ...auth("robot:pw"), "scalr-oci": { written: "2026-01-02T00:00:00.000Z", replaced: null } },
    });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(workspace.path("home", "containers")).mode & 0o777).toBe(0o700);
    expect(readAmbientFile(path)).toMatchObject({ state: "read", auths: new Map([["ghcr.io", "login"]]) });
  });

  it("keeps everything else, and takes the file from others' eyes", async () => {
    workspace.write(
      "home/containers/auth.json",
      JSON.stringify({ auths: { "quay.io": auth("me:x") }, credsStore: "pass" }),
    );
    chmodSync(path, 0o644);
    await layLogins(path, { "ghcr.io": auth("robot:pw") }, now);
    expect(read()).toMatchObject({
      auths: { "quay.io": auth("me:x"), "ghcr.io": auth("robot:pw") },
      credsStore: "pass",
    });
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it("takes out what an earlier run left, and remembers what was there before it", async () => {
    workspace.write("home/containers/auth.json", JSON.stringify({ auths: { "ghcr.io": auth("me:x") } }));
    await layLogins(path, { "ghcr.io": auth("robot:1"), "old.test": auth("robot:1") }, now);
    await layLogins(path, { "ghcr.io": auth("robot:2") }, now);
    expect(Object.keys(read().auths)).toEqual(["ghcr.io"]);
    expect(await removeLogins(path, undefined)).toEqual(["ghcr.io"]);
    expect(read()).toEqual({ auths: { "ghcr.io": auth("me:x") } });
  });

  it("follows a link and leaves it", async () => {
    workspace.write("mounted/auth.json", "{}");
    mkdirSync(workspace.path("home", "containers"));
    symlinkSync(workspace.path("mounted", "auth.json"), path);
    await layLogins(path, { "ghcr.io": auth("robot:pw") }, now);
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(readFileSync(workspace.path("mounted", "auth.json"), "utf8")).toContain("ghcr.io");
  });

  it.each([["{"], ["[]"], ['"x"'], ['{"auths":[]}'], ['{"auths":"secret-1"}']])(
    "refuses %s and leaves it",
    async (text) => {
      workspace.write("home/containers/auth.json", text);
      const refusal = layLogins(path, { "ghcr.io": auth("robot:pw") }, now);
      await expect(refusal).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
      await expect(refusal).rejects.not.toThrow("secret-1");
      expect(readFileSync(path, "utf8")).toBe(text);
    },
  );

  it("by many at once loses nothing of the user's", async () => {
    workspace.write("home/containers/auth.json", JSON.stringify({ auths: { "quay.io": auth("me:x") } }));
    await Promise.all([..."abcdefgh"].map((name) => layLogins(path, { [`${name}.test`]: auth("r:p") }, now)));
    expect(Object.keys(read().auths)).toHaveLength(2);
    expect(read().auths["quay.io"]).toEqual(auth("me:x"));
  });
});

describe("taking logins out", () => {
  it("removes a file in which nothing is left", async () => {
    await layLogins(path, { "ghcr.io": auth("robot:pw") }, now);
    expect(await removeLogins(path, undefined)).toEqual(["ghcr.io"]);
    expect(existsSync(path)).toBe(false);
    expect(await removeLogins(path, undefined)).toEqual([]);
  });

  it("of one host leaves the others", async () => {
    await layLogins(path, { "ghcr.io": auth("robot:pw"), "docker.io": auth("robot:pw") }, now);
    expect(await removeLogins(path, ["registry-1.docker.io"])).toEqual(["docker.io"]);
    expect(Object.keys(read().auths)).toEqual(["ghcr.io"]);
  });

  it("leaves what somebody has logged in with since", async () => {
    await layLogins(path, { "ghcr.io": auth("robot:pw") }, now);
    workspace.write("home/containers/auth.json", JSON.stringify({ auths: { "ghcr.io": auth("me:new") } }));
    expect(await removeLogins(path, undefined)).toEqual([]);
    expect(read()).toEqual({ auths: { "ghcr.io": auth("me:new") } });
  });
});
