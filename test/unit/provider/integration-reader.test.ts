import type { DockerIntegration } from "../../../src/api/documents.ts";
import { AuthError, NotFoundError } from "../../../src/base/errors.ts";
import { IntegrationReader, type IntegrationSource } from "../../../src/provider/integration-reader.ts";
import { fakeClock, type FakeClock } from "../../support/fake-clock.ts";

const { signal } = new AbortController();
const integration = (id: string): DockerIntegration => ({
  id,
  name: id,
  registryUrl: `https://${id}.test`,
  username: "bot",
  exportCredentials: false,
  status: "active",
  errorMessage: null,
});

describe("IntegrationReader", () => {
  let clock: FakeClock;
  let calls: string[];
  let stored: DockerIntegration[];
  let source: IntegrationSource;
  let reader: IntegrationReader;

  beforeEach(() => {
    clock = fakeClock();
    calls = [];
    stored = [integration("in-1"), integration("in-2")];
    source = {
      list: async () => {
        calls.push("list");
        return [...stored];
      },
      read: async (id) => {
        calls.push(id);
        const found = stored.find((one) => one.id === id);
        if (found === undefined) throw new NotFoundError("INTEGRATION_NOT_FOUND", "gone");
        return found;
      },
    };
    reader = new IntegrationReader(async () => source, clock);
  });

  it("lists once for all who read at the same time and shortly after", async () => {
    const found = await Promise.all(["in-1", "in-2", "in-1"].map((id) => reader.find(id, signal)));
    clock.advance(9_999);
    found.push(await reader.find("in-2", signal));
    expect(found.map((one) => one?.id)).toEqual(["in-1", "in-2", "in-1", "in-2"]);
    expect(calls).toEqual(["list"]);
  });

  it("lists again when the list is old, or something was written", async () => {
    await reader.find("in-1", signal);
    clock.advance(10_000);
    await reader.find("in-1", signal);
    reader.forget();
    await reader.find("in-1", signal);
    expect(calls).toEqual(["list", "list", "list"]);
  });

  it("asks for what the list lacks before it says that it is gone", async () => {
    await reader.find("in-1", signal);
    stored.push(integration("in-3"));
    expect((await reader.find("in-3", signal))?.id).toBe("in-3");
    expect(await reader.find("in-4", signal)).toBeUndefined();
    expect(calls).toEqual(["list", "in-3", "in-4"]);
  });

  it("never takes a failure for an end", async () => {
    const refused = new AuthError("RIGHT_MISSING", "no");
    source = { ...source, list: async () => Promise.reject(refused) };
    await expect(reader.find("in-1", signal)).rejects.toBe(refused);
    source = { ...source, list: async () => [], read: async () => Promise.reject(refused) };
    await expect(reader.find("in-1", signal)).rejects.toBe(refused);
  });

  it("asks anew after a failure", async () => {
    const working = source;
    source = { ...source, list: async () => Promise.reject(new Error("down")) };
    await expect(reader.find("in-1", signal)).rejects.toThrow("down");
    source = working;
    expect((await reader.find("in-1", signal))?.id).toBe("in-1");
  });

  it("lets one who gives up go, and the others wait on", async () => {
    const { promise, resolve } = Promise.withResolvers<DockerIntegration[]>();
    source = { ...source, list: async () => promise };
    const controller = new AbortController();
    const [gone, waiting] = [reader.find("in-1", controller.signal), reader.find("in-1", signal)];
    controller.abort(new Error("stop"));
    await expect(gone).rejects.toThrow("stop");
    resolve(stored);
    expect((await waiting)?.id).toBe("in-1");
  });
});
