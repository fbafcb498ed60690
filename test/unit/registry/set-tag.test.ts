import type { Digest } from "../../../src/names/digest.ts";
import { parseRegistryHost } from "../../../src/names/registry-host.ts";
import type { RegistryClient } from "../../../src/registry/client.ts";
import { setTag } from "../../../src/registry/set-tag.ts";

const digest = (digit: string): Digest => `sha256:${digit.repeat(64)}`;
const [mine, theirs, old] = [digest("a"), digest("b"), digest("c")];

/** What the tag points to at each look. */
interface Scene {
  readonly looks: readonly (Digest | undefined)[];
  readonly before?: Digest;
  readonly isForced?: boolean;
  /** How long the registry takes for a look and the put. */
  readonly putMs?: number;
}

async function play({ looks, before, isForced = false, putMs = 10 }: Scene) {
  const done: string[] = [];
  let now = 0;
  let look = 0;
  const client = {
    host: parseRegistryHost("r.example"),
    findDescriptor: async () => {
      const found = looks[look];
      look += 1;
      done.push("look");
      return found === undefined ? undefined : { mediaType: "x", digest: found, size: 1 };
    },
  } as unknown as RegistryClient;
  const clock = { now: () => now, sleep: async (durationMs: number) => void done.push(`wait ${durationMs}`) };
  const wish = { client, repository: "acme/vpc", tag: "1.0.0", digest: mine, before, isForced, hint: "next", clock };
  const put = async () => {
    now += putMs;
    done.push("put");
  };
  const error = await setTag(wish, put).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { done, error };
}

describe("setTag", () => {
  const whole = ["look", "put", "wait 20", "look"];
  it.each<[string, Scene, readonly string[]]>([
    ["is free", { looks: [undefined, mine] }, whole],
    ["points to it already", { looks: [mine, mine] }, whole],
    ["points to what it is moved from", { looks: [old, mine], before: old, isForced: true }, whole],
    ["was taken meanwhile, when it is forced", { looks: [theirs, mine], before: old, isForced: true }, whole],
    ["is shown as it was, by a registry whose reads lag", { looks: [old, old], before: old, isForced: true }, whole],
    ["is shown as another set it, whom it is moved from", { looks: [theirs, theirs], isForced: true }, whole],
    ["is not shown yet", { looks: [undefined, undefined] }, whole],
    ["takes long to set", { looks: [undefined, mine], putMs: 90_000 }, ["look", "put", "wait 1000", "look"]],
  ])("sets a tag that %s", async (_what, scene, expected) => {
    expect(await play(scene)).toEqual({ done: expected, error: undefined });
  });

  it.each<[string, Scene, readonly string[]]>([
    ["was taken since it was decided", { looks: [theirs] }, ["look"]],
    ["was moved since it was decided", { looks: [theirs], before: old }, ["look"]],
    ["another set at the same moment", { looks: [undefined, theirs] }, whole],
    ["another set at the same moment, forced or not", { looks: [old, theirs], before: old, isForced: true }, whole],
  ])("tells of a tag that %s", async (_what, scene, expected) => {
    const { done, error } = await play(scene);
    expect(done).toEqual(expected);
    expect(error).toMatchObject({
      name: "ConflictError",
      code: "VERSION_EXISTS",
      message: `r.example/acme/vpc:1.0.0 exists with other content, got ${theirs}`,
      hint: "next",
    });
  });

  it("fails as the put does, and waits for nothing", async () => {
    const client = { findDescriptor: async () => undefined } as unknown as RegistryClient;
    const wish = { client, repository: "a", tag: "1", digest: mine, before: undefined, isForced: false, hint: "" };
    await expect(setTag(wish, () => Promise.reject(new Error("cut")))).rejects.toThrow("cut");
  });
});
