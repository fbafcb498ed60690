// `scalr-oci token` through the API of a running server.
import { type ManagementServer, startManagementServer } from "../../src/server/management-server.ts";
import { runScalrOci } from "../support/cli.ts";
import { createWorkspace, type Workspace } from "../support/workspace.ts";

describe("scalr-oci token", () => {
  let workspace: Workspace;
  let server: ManagementServer;
  beforeAll(async () => {
    workspace = createWorkspace();
    server = await startManagementServer({ environment: {} });
    workspace.write("trust.pem", server.certificatePem);
  });
  afterAll(async () => {
    await server.close();
    workspace.remove();
  });

  const token = (args: readonly string[], variables: Record<string, string | undefined> = {}) => {
    const environment = {
      SCALR_HOSTNAME: server.hostname,
      SCALR_TOKEN: server.adminToken.reveal(),
      SSL_CERT_FILE: workspace.path("trust.pem"),
      ...variables,
    };
    return runScalrOci(["token", ...args], { environment, directory: workspace.directory });
  };
  const list = async () =>
    JSON.parse((await token(["list", "--json"])).stdout) as {
      id: string;
      name: string | null;
      role: string;
      expiresAt: string | null;
    }[];

  it("prints a new token alone on stdout, ready for $(…)", async () => {
    const made = await token(["create", "--role", "manage", "--name", "for $(…)"]);
    expect(made.exitCode).toBe(0);
    expect(made.stdout).toMatch(/^scalroci_at_\S{49}\n$/);
    expect(made.stderr).toMatch(/^at-\S+ may manage, does not end\n$/);
    const entry = (await list()).find(({ name }) => name === "for $(…)");
    expect(entry).toMatchObject({ role: "manage", expiresAt: null });
    const used = await token(["list"], { SCALR_TOKEN: made.stdout.trim() });
    expect(used).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("RIGHT_MISSING") });
  });

  it.each([
    ["90m", 90 * 60],
    ["12h", 12 * 3600],
    ["30d", 30 * 86_400],
    ["2w", 14 * 86_400],
  ])("lets it end after %s", async (expires, seconds) => {
    const made = await token(["create", "--role", "mint", "--expires", expires, "--json"]);
    const { expiresAt, createdAt, token: text } = JSON.parse(made.stdout) as Record<string, string>;
    expect(Math.abs((Date.parse(expiresAt ?? "") - Date.parse(createdAt ?? "")) / 1000 - seconds)).toBeLessThan(5);
    expect(text).toMatch(/^scalroci_at_/);
    expect(made.stderr).toBe("");
  });

  it("lets it end at a time", async () => {
    const made = await token(["create", "--role", "mint", "--expires", "2099-01-31T12:00:00+01:00", "--json"]);
    expect(JSON.parse(made.stdout)).toMatchObject({ expiresAt: "2099-01-31T11:00:00.000Z" });
  });

  it.each(["soon", "0d", "2020-01-01", "30", "-5d", "2099-13-01", "99999999d"])(
    "refuses the end %j without asking the server",
    async (expires) => {
      const result = await token(["create", "--role", "mint", "--expires", expires], { SCALR_HOSTNAME: "127.0.0.1:9" });
      expect(result).toMatchObject({
        exitCode: 2,
        stdout: "",
        stderr: expect.stringContaining("--expires is not valid"),
      });
    },
  );

  it.each([[["create"]], [["create", "--role", "root"]], [["revoke"]], [["forget"]]])(
    "refuses %j with exit code 2",
    async (args) => {
      expect(await token(args)).toMatchObject({ exitCode: 2, stdout: "" });
    },
  );

  it("lists as a table, without the tokens", async () => {
    const { stdout } = await token(["list"]);
    expect(stdout.split("\n")[0]).toMatch(/^ID +ROLE +CREATED +ENDS +LAST USED +NAME$/);
    expect(stdout).toMatch(/^at-\S+ +admin +\S+ +never +\S+ +first admin token$/m);
    expect(stdout).not.toContain("scalroci_");
  });

  it("revokes", async () => {
    const made = await token(["create", "--role", "manage", "--name", "short-lived"]);
    const id = (await list()).find(({ name }) => name === "short-lived")?.id ?? "";
    expect(await token(["revoke", id])).toMatchObject({ exitCode: 0, stdout: "", stderr: `${id} is revoked\n` });
    expect((await list()).map((entry) => entry.id)).not.toContain(id);
    expect(await token(["revoke", id])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("TOKEN_NOT_FOUND"),
    });
    const used = await token(["list"], { SCALR_TOKEN: made.stdout.trim() });
    expect(used.stderr).toContain("TOKEN_REVOKED");
  });

  it("does not let the last admin go", async () => {
    const id = (await list()).find(({ role }) => role === "admin")?.id ?? "";
    expect(await token(["revoke", id])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("LAST_ADMIN_TOKEN"),
    });
  });

  it.each([
    [{ SCALR_HOSTNAME: undefined }, 2, "set SCALR_HOSTNAME"],
    [{ SCALR_TOKEN: "" }, 2, "set SCALR_TOKEN"],
    [{ SCALR_TOKEN: "wrong" }, 1, "TOKEN_INVALID"],
  ])("with %j says what is missing", async (variables, exitCode, text) => {
    const result = await token(["list"], variables);
    expect(result).toMatchObject({ exitCode, stdout: "" });
    expect(result.stderr).toContain(text);
  });
});
