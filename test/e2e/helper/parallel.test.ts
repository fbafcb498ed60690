// 200 calls of the built helper at the same moment: each answered, the management API asked once for a host, nothing half-written.
import { readFileSync } from "node:fs";
import { decodeEntry } from "../../../src/credentials/cache/cache-entry.ts";
import { type HelperMachine, startHelperMachine } from "./support/helper-machine.ts";

const calls = 200;
/** 200 starts of Node on two cores. */
const timeoutMs = 120_000;

let machine: HelperMachine;
beforeEach(async () => (machine = await startHelperMachine()));
afterEach(async () => machine[Symbol.asyncDispose]());

it.each([1, 4])(
  "200 calls at once for %d hosts",
  async (count) => {
    const hosts = Array.from({ length: count }, (_, index) => `registry-${index}.test`);
    for (const host of hosts) machine.api.logins[host] = `robot:password of ${host}`;
    const answers = Array.from({ length: calls }, async (_, index) => {
      const host = hosts[index % count] ?? "";
      return [host, await machine.secretOf(`https://${host}`, machine.inRun, { timeoutMs })] as const;
    });
    const wrong = (await Promise.all(answers)).filter(([host, secret]) => secret !== `password of ${host}`);
    expect(wrong).toEqual([]);
    const asked = machine.api.server.requests.map(({ url }) => url.split("/").at(-1)).toSorted();
    expect(asked).toEqual(hosts);
    expect(machine.kept()).toEqual(hosts);
    for (const host of hosts) expect(decodeEntry(readFileSync(machine.entryFile(host), "utf8"))).toBeDefined();
  },
  timeoutMs,
);
