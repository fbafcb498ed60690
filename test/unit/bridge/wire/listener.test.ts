// Where a provider listens, and that nothing is left of it.
import { existsSync, mkdirSync, statSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { dirname } from "node:path";
import { listen } from "../../../../src/bridge/wire/listener.ts";
import { rejectionOf } from "../../../support/thrown.ts";
import { createWorkspace } from "../../../support/workspace.ts";

const workspace = createWorkspace();
afterAll(() => workspace.remove());
const servers: Server[] = [];
const newServer = () => {
  const server = createServer();
  servers.push(server);
  return server;
};
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});
const ports = { first: 21_000, last: 21_999 };

describe("a provider listens", () => {
  it("on a unix socket in a directory that only this user enters", async () => {
    const listening = await listen(newServer(), {
      platform: "linux",
      ports,
      temporaryDirectory: workspace.path("tmp"),
    });
    expect(listening.network).toBe("unix");
    expect(statSync(dirname(listening.address)).mode & 0o777).toBe(0o700);
    listening.remove();
    expect(existsSync(dirname(listening.address))).toBe(false);
  });

  it("on another socket each time", async () => {
    const options = { platform: "linux" as const, ports, temporaryDirectory: workspace.path("tmp") };
    const [one, other] = [await listen(newServer(), options), await listen(newServer(), options)];
    expect(one.address).not.toBe(other.address);
  });

  it.each<[what: string, platform: NodeJS.Platform, directory: string]>([
    ["on Windows", "win32", "tmp"],
    ["where a socket's path would be too long", "linux", `tmp/${"ä".repeat(40)}`],
  ])("on a loopback port of the host's range %s", async (_what, platform, directory) => {
    mkdirSync(workspace.path(directory), { recursive: true });
    const listening = await listen(newServer(), { platform, ports, temporaryDirectory: workspace.path(directory) });
    expect(listening).toMatchObject({ network: "tcp", address: expect.stringMatching(/^127\.0\.0\.1:21\d\d\d$/) });
  });

  it("on no port when all are taken", async () => {
    const one = { first: 22_001, last: 22_001 };
    await listen(newServer(), { platform: "win32", ports: one });
    const error = await rejectionOf(listen(newServer(), { platform: "win32", ports: one }));
    expect(error).toMatchObject({
      code: "SYSTEM_EXHAUSTED",
      message: "no free port was found, expected one from 22001 to 22001",
    });
  });

  it("nowhere when the directory is not there, and says so", async () => {
    const options = { platform: "linux" as const, ports, temporaryDirectory: workspace.path("none") };
    await expect(listen(newServer(), options)).rejects.toMatchObject({ code: "ENOENT" });
  });
});
