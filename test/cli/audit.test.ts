// `scalr-oci audit` through the API of a running server.
import { createManagementClient } from "../../src/api/client.ts";
import { type ManagementServer, startManagementServer } from "../../src/server/management-server.ts";
import { runScalrOci } from "../support/cli.ts";
import { createWorkspace, type Workspace } from "../support/workspace.ts";

describe("scalr-oci audit", () => {
  let workspace: Workspace;
  let server: ManagementServer;
  let environment: Record<string, string>;
  beforeAll(async () => {
    workspace = createWorkspace();
    server = await startManagementServer({ environment: {} });
    environment = {
      SCALR_HOSTNAME: server.hostname,
      SCALR_TOKEN: server.adminToken.reveal(),
      SSL_CERT_FILE: workspace.write("trust.pem", server.certificatePem),
    };
    const client = createManagementClient({ environment, hostname: server.hostname, token: server.adminToken });
    for (let count = 0; count < 130; count += 1) await client.runTokens.create();
    await client.close();
  });
  afterAll(async () => {
    await server.close();
    workspace.remove();
  });
  const audit = (args: readonly string[], variables: Record<string, string> = {}) =>
    runScalrOci(["audit", ...args], { environment: { ...environment, ...variables }, directory: workspace.directory });

  it("prints every line, over all pages, as one JSON object each", async () => {
    const { exitCode, stdout, stderr } = await audit(["--json"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const events = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events).toHaveLength(130);
    expect(events[0]).toEqual({
      id: "130",
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      action: "run-token.create",
      outcome: "minted",
      host: null,
      subjectId: expect.stringMatching(/^rt-/),
      tokenId: expect.stringMatching(/^at-/),
      requestId: expect.stringMatching(/^req-/),
    });
  });

  it("prints a table for people", async () => {
    const { stdout } = await audit([]);
    expect(stdout.split("\n", 2)[0]).toMatch(/^AT +ACTION +OUTCOME +HOST +SUBJECT +TOKEN$/);
    expect(stdout.split("\n")).toHaveLength(132);
  });

  it("narrows by host and time", async () => {
    expect((await audit(["--json", "--host", "ghcr.io"])).stdout).toBe("");
    expect((await audit(["--json", "--since", "2030-01-01"])).exitCode).toBe(2);
    expect((await audit(["--json", "--since", "2020-01-01"])).stdout.split("\n")).toHaveLength(131);
  });

  it.each([
    [["--since", "tomorrow"], /--since is not valid, got tomorrow, expected a time gone by/],
    [["--host", "a b"], /INVALID_REGISTRY_HOST|registry host/],
  ])("refuses %j without asking the server", async (args, message) => {
    const result = await audit(args, { SCALR_HOSTNAME: "127.0.0.1:9" });
    expect(result).toMatchObject({ exitCode: 2, stdout: "", stderr: expect.stringMatching(message) });
  });
});
