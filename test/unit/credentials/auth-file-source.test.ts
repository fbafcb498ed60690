import { createAuthFileSource } from "../../../src/credentials/auth-file-source.ts";
import { parseRegistryHost } from "../../../src/names/registry-host.ts";
import { rejectionOf } from "../../support/thrown.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

const signal = new AbortController().signal;
const canary = "canary-60d2";
const auth = Buffer.from(`robot:${canary}:with:colons`).toString("base64");

let workspace: Workspace;
beforeEach(() => (workspace = createWorkspace()));
afterEach(() => workspace.remove());

async function find(document: unknown, host = "ghcr.io") {
  const text = typeof document === "string" ? document : JSON.stringify(document);
  const SCALR_OCI_AUTH_FILE = workspace.write("auth.json", text);
  return await createAuthFileSource({ SCALR_OCI_AUTH_FILE }).find(parseRegistryHost(host), signal);
}

describe("the auth file of this run", () => {
  it.each([
    ["ghcr.io", "ghcr.io"],
    ["https://ghcr.io", "ghcr.io"],
    ["https://ghcr.io/v2/", "ghcr.io"],
    ["GHCR.io", "https://ghcr.io"],
    ["https://index.docker.io/v1/", "docker.io"],
    ["docker.io", "https://registry-1.docker.io"],
    ["localhost:5000", "https://localhost:5000"],
  ])("an entry for %s answers %s", async (key, host) => {
    const found = await find({ auths: { [key]: { auth } } }, host);
    expect([found?.username, found?.password.reveal()]).toEqual(["robot", `${canary}:with:colons`]);
  });

  it.each([
    ["ghcr.io/acme", "ghcr.io"],
    ["https://ghcr.io/acme/vpc", "ghcr.io"],
    ["ghcr.io.evil.test", "ghcr.io"],
    ["ghcr.io:444", "ghcr.io"],
    ["https://index.docker.io/v1/access-token", "docker.io"],
    ["not a host", "ghcr.io"],
  ])("an entry for %s does not answer %s", async (key, host) => {
    expect(await find({ auths: { [key]: { auth } } }, host)).toBeUndefined();
  });

  it("an entry may have its two parts apart, as Kubernetes writes it", async () => {
    const found = await find({ auths: { "ghcr.io": { username: "robot", password: "pass", email: "x" } } });
    expect([found?.username, found?.password.reveal()]).toEqual(["robot", "pass"]);
  });

  it("an identity token is marked as Docker marks it", async () => {
    expect(await find({ auths: { "ghcr.io": { auth, identitytoken: "refresh" } } })).toMatchObject({
      username: "<token>",
    });
  });

  it.each([
    [{}],
    [{ auths: null }],
    [{ auths: { "ghcr.io": {} } }],
    [{ auths: { "ghcr.io": null } }],
    [{ credHelpers: { "ghcr.io": "x" } }],
  ])("%j has none", async (document) => {
    expect(await find(document)).toBeUndefined();
  });

  it.each([
    [`{"auths": {"ghcr.io": {"auth": "${canary}`, "holds no JSON"],
    [{ auths: [] }, "has no auths object"],
    [
      { auths: { "ghcr.io": { auth: Buffer.from(canary).toString("base64") } } },
      "has an auth for ghcr.io without user name and password",
    ],
  ])("%j is an error that names the variable, not the content", async (document, words) => {
    const error = await rejectionOf(find(document));
    expect(error).toMatchObject({ code: "INVALID_ARGUMENT", path: "SCALR_OCI_AUTH_FILE" });
    expect(error.message).toContain(words);
    expect(`${error.message}${error.hint}`).not.toContain(canary);
    expect(error.message).not.toContain(workspace.directory);
  });

  it("a file that is not there is an error: somebody meant it to be", async () => {
    const source = createAuthFileSource({ SCALR_OCI_AUTH_FILE: workspace.path("nowhere.json") });
    const error = await rejectionOf(source.find(parseRegistryHost("ghcr.io"), signal));
    expect(error.message).toContain("cannot be read");
  });

  it("without a file there is no login", async () => {
    const source = createAuthFileSource({});
    expect(source.isConfigured).toBe(false);
    expect(await source.find(parseRegistryHost("ghcr.io"), signal)).toBeUndefined();
  });
});
