import { spawn } from "node:child_process";
import { once } from "node:events";
import { ownIdentity, stateOf } from "../../../src/credentials/process-identity.ts";

/** The same identity with one of its three numbers changed. */
function altered(index: number, change: (number: number) => number): string {
  const numbers = ownIdentity()
    .split("-")
    .map((text) => Number.parseInt(text, 36));
  return numbers.map((number, at) => (at === index ? change(number) : number).toString(36)).join("-");
}

describe("process identity", () => {
  it("knows this process as running", () => {
    expect(ownIdentity()).toMatch(/^[0-9a-z]+-[0-9a-z]+-[0-9a-z]+$/);
    expect(stateOf(ownIdentity())).toBe("running");
  });

  it("tells a later process with the same number apart", () => {
    expect(stateOf(altered(1, (start) => start - 1))).toBe("ended");
  });

  it("knows a process that is gone", async () => {
    const child = spawn("true");
    await once(child, "exit");
    expect(stateOf(altered(0, () => child.pid ?? 0))).toBe("ended");
  });

  it("does not judge a process of another namespace, nor what is no identity", () => {
    expect(stateOf(altered(2, (namespace) => namespace + 1))).toBe("unknown");
    expect(stateOf("something else")).toBe("unknown");
  });
});
