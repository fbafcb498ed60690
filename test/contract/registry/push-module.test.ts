// Publishing under a tag: what is kept, what is moved, and two who do it at once.
import type { Clock } from "../../../src/base/clock.ts";
import { Secret } from "../../../src/base/secret.ts";
import { digestOf } from "../../../src/names/digest.ts";
import { RegistryClient } from "../../../src/registry/client.ts";
import { type EmbeddedRegistry, startEmbeddedRegistry } from "../../../src/registry/embedded-registry.ts";
import { bytesSource, executePush, planPush, type PushPlan } from "../../../src/registry/push-module.ts";
import { type Authority, createAuthority } from "../../support/authority.ts";
import { rejectionOf } from "../../support/thrown.ts";

let authority: Authority;
let registry: EmbeddedRegistry;
let client: RegistryClient;

beforeAll(() => {
  authority = createAuthority();
});

afterAll(() => authority.remove());

beforeEach(async () => {
  const users = [{ username: "robot", password: new Secret("pw") }];
  registry = await startEmbeddedRegistry({ tls: authority.issue(), auth: { kind: "token", users } });
  client = connect();
});

afterEach(async () => {
  await client.close();
  await registry.close();
});

function connect(): RegistryClient {
  return new RegistryClient({
    host: registry.host,
    environment: { SSL_CERT_FILE: authority.certificateFile },
    find: async () => ({ username: "robot", password: new Secret("pw") }),
    intent: "push",
  });
}

interface Wish {
  readonly content: string;
  readonly tag: string;
  readonly version?: string;
  readonly isForced?: boolean;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly through?: RegistryClient;
  readonly clock?: Clock;
}

function plan({ content, through = client, ...wish }: Wish): Promise<PushPlan> {
  const bytes = Buffer.from(content);
  const zip = { digest: digestOf(bytes), size: bytes.length, source: bytesSource(bytes) };
  return planPush({ client: through, repository: "acme/vpc", zip, ...wish });
}

async function push(wish: Wish): Promise<PushPlan> {
  const planned = await plan(wish);
  await executePush(planned);
  return planned;
}

async function tagsOf(digest: string): Promise<string[]> {
  const tags = await client.listTags("acme/vpc");
  const digests = await Promise.all(tags.map((tag) => client.findDescriptor("acme/vpc", tag)));
  return tags.filter((_tag, index) => digests[index]?.digest === digest).sort();
}

it("gives an alias back to the newer of two versions that are published at once, whoever comes last", async () => {
  const planned = [
    await plan({ content: "1.1.0", tag: "1.1.0", version: "1.1.0" }),
    await plan({ content: "1.2.0", tag: "1.2.0", version: "1.2.0" }),
  ] as const;
  const [older, newer] = planned;
  expect((await executePush(newer)).aliases).toEqual(["1.2", "1"]);
  expect((await executePush(older)).aliases).toEqual(["1.1"]);
  expect(await tagsOf(newer.manifest.digest)).toEqual(["1", "1.2", "1.2.0"]);
  expect(await tagsOf(older.manifest.digest)).toEqual(["1.1", "1.1.0"]);
});

it("ends with the newest under the alias, however many are published at once", async () => {
  for (let round = 1; round <= 5; round += 1) {
    const versions = [0, 1, 2, 3].map((minor) => `${round}.${minor}.0`);
    const plans = await Promise.all(versions.map((version) => plan({ content: version, tag: version, version })));
    await Promise.all(plans.map((one) => executePush(one)));
    expect(await tagsOf(plans[3]?.manifest.digest ?? "")).toEqual([`${round}`, `${round}.3`, `${round}.3.0`]);
  }
});

it("asks for one token for all of a push", async () => {
  await push({ content: "a", tag: "1.0.0", version: "1.0.0" });
  expect(registry.requests.count("GET", "/token")).toBe(1);
});

it("moves the aliases of a version with the newest of its line only", async () => {
  const publish = (version: string): Promise<PushPlan> => push({ content: version, tag: version, version });
  const first = await publish("1.4.0");
  expect(await tagsOf(first.manifest.digest)).toEqual(["1", "1.4", "1.4.0"]);
  const second = await publish("1.5.0");
  expect(await tagsOf(second.manifest.digest)).toEqual(["1", "1.5", "1.5.0"]);
  const patch = await publish("1.4.1");
  expect(await tagsOf(patch.manifest.digest)).toEqual(["1.4", "1.4.1"]);
  const candidate = await publish("2.0.0-rc.1");
  expect(await tagsOf(candidate.manifest.digest)).toEqual(["2.0.0-rc.1"]);
  expect(await tagsOf(first.manifest.digest)).toEqual(["1.4.0"]);
});

it("takes the same module again for the same, whatever its annotations, and completes what was broken off", async () => {
  const first = await push({ content: "a", tag: "1.0.0", annotations: { created: "then" } });
  const again = await push({ content: "a", tag: "1.0.0", version: "1.0.0", annotations: { created: "now" } });
  expect(again).toMatchObject({ outcome: "unchanged", manifest: { digest: first.manifest.digest } });
  expect(await tagsOf(first.manifest.digest)).toEqual(["1", "1.0", "1.0.0"]);
});

it("changes nothing by planning", async () => {
  await push({ content: "a", tag: "1.0.0" });
  registry.requests.clear();
  await plan({ content: "b", tag: "2.0.0", version: "2.0.0" });
  const methods = new Set(registry.requests.entries.map(({ method }) => method));
  expect([...methods].sort()).toEqual(["GET", "HEAD"]);
});

it("refuses a tag with other content before anything is sent", async () => {
  const first = await push({ content: "a", tag: "1.0.0" });
  expect(await rejectionOf(plan({ content: "b", tag: "1.0.0" }))).toMatchObject({
    name: "ConflictError",
    code: "VERSION_EXISTS",
    message: `${registry.host.value}/acme/vpc:1.0.0 exists with other content, got ${first.manifest.digest}`,
  });
  const moved = await push({ content: "b", tag: "1.0.0", isForced: true });
  expect(moved.outcome).toBe("moved");
  expect(await tagsOf(moved.manifest.digest)).toEqual(["1.0.0"]);
});

it("tells one of two who publish other content under one tag at once that it lost, and lets the other win", async () => {
  const other = connect();
  for (let round = 0; round < 20; round += 1) {
    const tag = `1.0.${round}`;
    const planned = await Promise.all([
      plan({ content: `one ${round}`, tag }),
      plan({ content: `other ${round}`, tag, through: other }),
    ]);
    const outcomes = await Promise.allSettled(planned.map((one) => executePush(one)));
    const winners = planned.filter((_plan, index) => outcomes[index]?.status === "fulfilled");
    const now = (await client.findDescriptor("acme/vpc", tag))?.digest;
    expect(winners.map(({ manifest }) => manifest.digest)).toEqual([now]);
    for (const outcome of outcomes)
      if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "VERSION_EXISTS" });
  }
  await other.close();
});

it("does not move a tag that another push took while the content was sent", async () => {
  const mine = await plan({ content: "mine", tag: "1.0.0", version: "1.0.0" });
  const theirs = await push({ content: "theirs", tag: "1.0.0" });
  expect(await rejectionOf(executePush(mine))).toMatchObject({
    name: "ConflictError",
    code: "VERSION_EXISTS",
    message: `${registry.host.value}/acme/vpc:1.0.0 exists with other content, got ${theirs.manifest.digest}`,
  });
  expect(await tagsOf(theirs.manifest.digest)).toEqual(["1.0.0"]);
  expect(await tagsOf(mine.manifest.digest)).toEqual([]);
});

it("goes on when another push of the same content was faster", async () => {
  const mine = await plan({ content: "same", tag: "1.0.0", version: "1.0.0" });
  await push({ content: "same", tag: "1.0.0" });
  await executePush(mine);
  expect(await tagsOf(mine.manifest.digest)).toEqual(["1", "1.0", "1.0.0"]);
});

it("learns of a push that had looked before its own arrived and comes after it, and moves no alias then", async () => {
  const theirs = await plan({ content: "theirs", tag: "1.0.0" });
  const waits: number[] = [];
  let now = 0;
  const clock = {
    now: () => (now += 50),
    sleep: async (durationMs: number) => {
      waits.push(durationMs);
      await client.putManifest("acme/vpc", theirs.manifestBytes, theirs.manifest.mediaType, "1.0.0");
    },
  };
  // What theirs names is there already, as it is sent before the tag is set.
  await push({ content: "theirs", tag: "0.0.1" });
  const mine = await plan({ content: "mine", tag: "1.0.0", version: "1.0.0", clock });
  expect(await rejectionOf(executePush(mine))).toMatchObject({
    code: "VERSION_EXISTS",
    message: expect.stringContaining(`exists with other content, got ${theirs.manifest.digest}`),
  });
  expect(waits).toEqual([100]);
  expect(await tagsOf(mine.manifest.digest)).toEqual([]);
});
