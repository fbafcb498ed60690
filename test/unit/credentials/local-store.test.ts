import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { Secret } from "../../../src/base/secret.ts";
import { findCacheDirectory } from "../../../src/credentials/cache/cache-place.ts";
import { configurationPlaces } from "../../../src/credentials/configuration/configuration-place.ts";
import { createLocalStore } from "../../../src/credentials/local-store.ts";
import { findHome, findLoginDirectory } from "../../../src/credentials/places.ts";
import { parseRegistryHost } from "../../../src/names/registry-host.ts";
import { run } from "../../support/processes.ts";
import { rejectionOf, thrownBy } from "../../support/thrown.ts";
import { createWorkspace, type Workspace } from "../../support/workspace.ts";

const signal = new AbortController().signal;
const canary = "canary-4f1c";

describe("local store", () => {
  let workspace: Workspace;
  beforeEach(() => (workspace = createWorkspace()));
  afterEach(() => workspace.remove());

  const open = () => createLocalStore(workspace.environment());
  const directory = () => workspace.path("home", ".local", "state", "scalr-oci", "logins");
  const fileOf = (name: string) => join(directory(), name);
  const keep = (key: string, password: string = canary) =>
    open().store(key, { serverUrl: `https://${key}`, username: "robot", password: new Secret(password) });

  it("gives back what it was given, from a file that only the owner reads", async () => {
    const odd = "quotes \" ' ${x} \\ and\nlines, ünïcode 🙂";
    keep("ghcr.io", odd);
    const found = await open().find(parseRegistryHost("GHCR.io"), signal);
    expect(found?.username).toBe("robot");
    expect(found?.password.reveal()).toBe(odd);
    expect(statSync(fileOf("ghcr.io.json")).mode & 0o777).toBe(0o600);
    expect(statSync(directory()).mode & 0o777).toBe(0o700);
  });

  it("has nothing for a host that it was not given, nor before anything was stored", async () => {
    expect(await open().find(parseRegistryHost("ghcr.io"), signal)).toBeUndefined();
    expect(open().list()).toEqual([]);
    keep("ghcr.io");
    for (const other of ["ghcr.io:444", "ghcr.io.evil.test", "evilghcr.io", "http://ghcr.io"]) {
      expect(await open().find(parseRegistryHost(other), signal)).toBeUndefined();
    }
  });

  it("replaces, lists by URL without secrets, and erases", async () => {
    keep("ghcr.io", "old");
    keep("ghcr.io", "new");
    keep("localhost:5000");
    expect((await open().obtain("ghcr.io", signal))?.password.reveal()).toBe("new");
    expect(
      open()
        .list()
        .map(({ serverUrl, username }) => [serverUrl, username]),
    ).toEqual([
      ["https://ghcr.io", "robot"],
      ["https://localhost:5000", "robot"],
    ]);
    expect(JSON.stringify(open().list())).not.toContain(canary);
    expect(open().erase("ghcr.io")).toBe(true);
    expect(open().erase("ghcr.io")).toBe(false);
    expect(open().findByKey("ghcr.io")).toBeUndefined();
  });

  it("of a directory that is read-only, takes the login out of its file", async () => {
    keep("ghcr.io");
    chmodSync(directory(), 0o500);
    const erase = `const { createLocalStore } = await import(process.argv[1]);
      const store = createLocalStore(process.env);
      console.log(store.erase("ghcr.io"), store.erase("ghcr.io"), store.findByKey("ghcr.io"), store.list().length);`;
    // Root may write everywhere, unless that is taken away.
    const asOthers = process.getuid?.() === 0 ? ["setpriv", "--bounding-set=-dac_override", "--"] : [];
    const module = new URL("../../../src/credentials/local-store.ts", import.meta.url).href;
    const words = [...asOthers, process.execPath, "--input-type=module", "-e", erase, module];
    const { stdout, stderr } = await run(words[0] ?? "", words.slice(1), { environment: workspace.environment() });
    expect([stdout, stderr]).toEqual(["true false undefined 0\n", ""]);
    expect(readFileSync(fileOf("ghcr.io.json"), "utf8")).toBe('{"erased":true}\n');
    chmodSync(directory(), 0o700);
  });

  it("leaves no half-written file behind", () => {
    keep("ghcr.io");
    keep("ghcr.io");
    expect(readdirSync(directory())).toEqual(["ghcr.io.json"]);
  });

  it.each(["../../escape", "a/b", ".", "..", "https://registry-1.docker.io/v1/access-token"])(
    "keeps the key %s inside its directory",
    (key) => {
      keep(key);
      expect(readdirSync(directory())).toHaveLength(1);
      expect(open().findByKey(key)?.username).toBe("robot");
    },
  );

  it("a key that no file name can hold is not there", () => {
    expect(open().findByKey(`${"a".repeat(250)}.test`)).toBeUndefined();
  });

  it("lies where XDG_STATE_HOME says", () => {
    const environment = workspace.environment({ variables: { XDG_STATE_HOME: workspace.path("elsewhere") } });
    createLocalStore(environment).store("ghcr.io", { serverUrl: "ghcr.io", username: "u", password: new Secret("p") });
    expect(existsSync(workspace.path("elsewhere", "scalr-oci", "logins", "ghcr.io.json"))).toBe(true);
  });

  it.each<[string, Record<string, string>]>([
    ["XDG_STATE_HOME", { XDG_STATE_HOME: "state" }],
    ["XDG_STATE_HOME with a dot", { XDG_STATE_HOME: "./state" }],
  ])("a relative %s does not count: the working directory gets no passwords", (_name, variables) => {
    const environment = workspace.environment({ variables });
    expect(findLoginDirectory(environment)).toBe(directory());
  });

  it("a relative HOME does not count: the system knows another, or there is none", () => {
    const environment = workspace.environment({ variables: { HOME: "home", XDG_STATE_HOME: undefined } });
    expect(findHome(environment) ?? "/").toMatch(/^\//);
    expect(findLoginDirectory(environment) ?? "/").toMatch(/^\//);
    expect(findHome({ HOME: "home", USERPROFILE: workspace.path("home") })).toBe(workspace.path("home"));
    expect(configurationPlaces({ HOME: "home" })).toEqual([]);
    for (const name of ["XDG_RUNTIME_DIR", "HOME", "TMPDIR"])
      expect([name, findCacheDirectory({ [name]: "." })]).toEqual([name, undefined]);
  });

  describe("hostile surroundings", () => {
    beforeEach(() => keep("ghcr.io"));

    it.each([
      ["open to others", () => chmodSync(fileOf("ghcr.io.json"), 0o644), "mode 0644"],
      [
        "a symbolic link",
        () => {
          writeFileSync(workspace.path("target"), readFileSync(fileOf("ghcr.io.json")), { mode: 0o600 });
          open().erase("ghcr.io");
          symlinkSync(workspace.path("target"), fileOf("ghcr.io.json"));
        },
        "symbolic link",
      ],
      [
        "a directory",
        () => {
          open().erase("ghcr.io");
          mkdirSync(fileOf("ghcr.io.json"), { mode: 0o700 });
        },
        "is no file",
      ],
    ])("refuses a login that is %s", async (_, spoil, problem) => {
      spoil();
      const error = await rejectionOf(open().find(parseRegistryHost("ghcr.io"), signal));
      expect(error.code).toBe("PRIVATE_FILE_UNSAFE");
      expect(error.message).toContain(problem);
      expect(error.message).not.toContain(canary);
      expect(error.message).not.toContain(workspace.directory);
    });

    it.each([
      "",
      "not json",
      '{"username":"robot"}',
      "[]",
      "null",
      `{"serverUrl":1,"username":"u","password":"${canary}"}`,
    ])("refuses what is no login, and does not repeat it: %s", async (text) => {
      writeFileSync(fileOf("ghcr.io.json"), text);
      const error = await rejectionOf(open().find(parseRegistryHost("ghcr.io"), signal));
      expect(error.code).toBe("STORED_LOGIN_INVALID");
      expect(`${error.message}${error.hint}`).not.toContain(canary);
    });

    it("one broken file does not hide the other logins from list", () => {
      writeFileSync(fileOf("broken.json"), "not json", { mode: 0o600 });
      expect(open().list()).toHaveLength(1);
    });

    it.each([
      ["is open to others", () => chmodSync(directory(), 0o777)],
      [
        "is a link",
        () => {
          const elsewhere = workspace.path("elsewhere");
          mkdirSync(elsewhere, { mode: 0o700 });
          open().erase("ghcr.io");
          chmodSync(dirname(directory()), 0o700);
          symlinkSync(elsewhere, `${directory()}-link`);
        },
      ],
    ])("writes nothing into a directory that %s", (name, spoil) => {
      spoil();
      const environment = workspace.environment();
      const state = workspace.path("state", "scalr-oci");
      if (name === "is a link") {
        mkdirSync(state, { recursive: true });
        symlinkSync(`${directory()}-link`, join(state, "logins"));
        Object.assign(environment, { XDG_STATE_HOME: workspace.path("state") });
      }
      const login = { serverUrl: "quay.io", username: "u", password: new Secret(canary) };
      const error = thrownBy(() => createLocalStore(environment).store("quay.io", login));
      expect(error.code).toBe("PRIVATE_FILE_UNSAFE");
      expect(readdirSync(directory()).some((file) => file.startsWith("quay"))).toBe(false);
    });

    it("a hard link planted at the name of a new login is replaced, not written through", () => {
      writeFileSync(workspace.path("victim"), "untouched", { mode: 0o600 });
      linkSync(workspace.path("victim"), fileOf("quay.io.json"));
      keep("quay.io");
      expect(readFileSync(workspace.path("victim"), "utf8")).toBe("untouched");
    });
  });
});
