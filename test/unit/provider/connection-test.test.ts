import type { DockerIntegration } from "../../../src/api/documents.ts";
import { Diagnostics } from "../../../src/bridge/diagnostics.ts";
import { reportTest, waitForTest } from "../../../src/provider/connection-test.ts";
import { fakeClock } from "../../support/fake-clock.ts";

const { signal } = new AbortController();
const integration = (status: string, errorMessage: string | null = null): DockerIntegration => ({
  id: "in-1",
  name: "ghcr",
  registryUrl: "https://ghcr.io",
  username: "bot",
  exportCredentials: false,
  status,
  errorMessage,
});

describe("waitForTest", () => {
  const wait = async (statuses: (string | Error)[], options: object = {}) => {
    const clock = fakeClock();
    const read = async () => {
      const next = statuses.shift() ?? "pending";
      if (next instanceof Error) throw next;
      return integration(next);
    };
    const result = await waitForTest(integration("pending"), { read, clock, signal, ...options });
    return { status: result.status, slept: clock.slept };
  };

  it("does not wait for what is not pending", async () => {
    const clock = fakeClock();
    const read = async () => Promise.reject(new Error("not asked"));
    expect(await waitForTest(integration("failed"), { read, clock, signal })).toEqual(integration("failed"));
    expect(clock.slept).toEqual([]);
  });

  it.each(["active", "failed", "disabled", "something new"])("ends when it is %s", async (status) => {
    expect(await wait(["pending", "pending", status])).toEqual({ status, slept: [500, 1000, 2000] });
  });

  it("ends within a minute", async () => {
    const { status, slept } = await wait([]);
    expect(status).toBe("pending");
    const total = slept.reduce((sum, one) => sum + one, 0);
    expect(total).toBeGreaterThan(50_000);
    expect(total).toBeLessThanOrEqual(60_000);
  });

  it("keeps what it has when it cannot be read, or the user interrupts", async () => {
    expect((await wait(["pending", new Error("down")])).status).toBe("pending");
    expect((await wait([], { signal: AbortSignal.abort() })).status).toBe("pending");
  });
});

describe("reportTest", () => {
  const warnings = (one: DockerIntegration) => {
    const diagnostics = new Diagnostics();
    reportTest(one, diagnostics);
    expect(diagnostics.hasErrors).toBe(false);
    return diagnostics.list.map(({ summary, detail }) => `${summary}: ${detail}`);
  };

  it.each(["active", "disabled"])("says nothing when it is %s", (status) => {
    expect(warnings(integration(status))).toEqual([]);
  });

  it.each([
    ["failed", "no route.", /^Connection test failed: .*did not pass the test: no route\.\n\nCheck that/],
    ["failed", null, /did not pass the test\.\n\nCheck that/],
    ["failed", "a\u001b[31mb\nc", /: ab c\./],
    ["pending", null, /^Connection test not finished: .*still running/],
    ["active", "odd", /^Connection test has a remark: .*status active: odd\.$/],
  ])("warns when it is %s with %j", (status, message, expected) => {
    expect(warnings(integration(status, message))).toEqual([expect.stringMatching(expected)]);
  });
});
