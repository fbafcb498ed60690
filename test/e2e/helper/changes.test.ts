// A change made on this machine counts at once, whatever the launcher has kept; one made at the management API within 60 seconds.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { decodeEntry } from "../../../src/credentials/cache/cache-entry.ts";
import { type HelperMachine, notFound, startHelperMachine } from "./support/helper-machine.ts";

const host = "registry.test";
const url = `https://${host}`;
/** The limit. */
const limitSeconds = 60;

let machine: HelperMachine;
beforeEach(async () => (machine = await startHelperMachine()));
afterEach(async () => machine[Symbol.asyncDispose]());

/** Asked twice, so that the second answer is one that was kept. */
async function settled(variables = {}): Promise<string> {
  await machine.secretOf(url, variables);
  return await machine.secretOf(url, variables);
}

const authFile = (password: string) =>
  JSON.stringify({ auths: { [host]: { auth: Buffer.from(`u:${password}`).toString("base64") } } });
const pair = (password: string) => ({
  SCALR_OCI_USERNAME_registry_test: "u",
  SCALR_OCI_PASSWORD_registry_test: password,
});

describe("on this machine", () => {
  it("a login that is stored, replaced, erased", async () => {
    expect(await settled()).toBe(notFound);
    await machine.store(host, "one");
    expect(await settled()).toBe("one");
    await machine.store(`${url}/`, "two");
    expect(await settled()).toBe("two");
    await machine.call("erase", "REGISTRY.test");
    expect(await settled()).toBe(notFound);
  });

  it("a login that is stored by an other program of ours, beside the helper", async () => {
    expect(await settled()).toBe(notFound);
    // As another user's cache would have it: nothing is forgotten for this one.
    const other = { XDG_RUNTIME_DIR: machine.workspace.path("run") };
    await machine.call("store", JSON.stringify({ ServerURL: host, Username: "u", Secret: "beside" }), other);
    expect(await settled()).toBe("beside");
    await machine.call("erase", host, other);
    expect(await settled()).toBe(notFound);
  });

  it("variables of the host, set, changed, unset", async () => {
    await machine.store(host, "stored");
    expect(await settled()).toBe("stored");
    expect(await settled(pair("one"))).toBe("one");
    expect(await settled(pair("two"))).toBe("two");
    expect(await settled()).toBe("stored");
  });

  it("an auth file, given, changed, taken away", async () => {
    await machine.store(host, "stored");
    expect(await settled()).toBe("stored");
    const file = machine.workspace.write("auth.json", authFile("one"));
    expect(await settled({ SCALR_OCI_AUTH_FILE: file })).toBe("one");
    machine.workspace.write("auth.json", authFile("two"));
    expect(await settled({ SCALR_OCI_AUTH_FILE: file })).toBe("two");
    rmSync(file);
    expect(await settled({ SCALR_OCI_AUTH_FILE: file })).toContain("cannot be read");
    expect(await settled()).toBe("stored");
  });

  it("the run that a process belongs to", async () => {
    machine.api.logins[host] = "robot:from the run";
    await machine.store(host, "stored");
    expect(await settled()).toBe("stored");
    expect(await settled(machine.inRun)).toBe("from the run");
    expect(await settled()).toBe("stored");
    const ended = { ...machine.inRun, SCALR_OCI_TOKEN: `scalroci_rt_${"E".repeat(49)}` };
    expect(await settled(ended)).toContain("TOKEN_REVOKED");
    expect(await settled(machine.inRun)).toBe("from the run");
  });
});

describe("at the management API", () => {
  it.each([
    ["a login that is replaced", "robot:old", "robot:new", "old", "new"],
    ["a login that is added", undefined, "robot:new", notFound, "new"],
    ["a login that is taken away", "robot:old", undefined, "old", notFound],
  ])("%s counts after 60 seconds at most", async (_name, before, after, old, now) => {
    const set = (login: string | undefined) => {
      if (login === undefined) delete machine.api.logins[host];
      else machine.api.logins[host] = login;
    };
    set(before);
    expect(await settled(machine.inRun)).toBe(old);
    const entry = decodeEntry(readFileSync(machine.entryFile(host), "utf8"));
    expect((entry?.until ?? Infinity) - (entry?.from ?? 0)).toBeLessThanOrEqual(limitSeconds);
    set(after);
    // The machine's clock goes on by so much: what was kept is that much older.
    const text = readFileSync(machine.entryFile(host), "utf8");
    const times = `${(entry?.from ?? 0) - limitSeconds} ${(entry?.until ?? 0) - limitSeconds}`;
    writeFileSync(machine.entryFile(host), text.replace(`${entry?.from} ${entry?.until}`, times));
    expect(await machine.secretOf(url, machine.inRun)).toBe(now);
  });
});
