// Where the key comes from, and that it never comes to lie beside the data.
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { findKey } from "../../../../src/server/vault/key-source.ts";
import { thrownBy } from "../../../support/thrown.ts";
import { createWorkspace, type Workspace } from "../../../support/workspace.ts";

const key = "ab".repeat(32);
const otherKey = "cd".repeat(32);

describe("the key of a server", () => {
  let workspace: Workspace;
  let dataDirectory: string;
  let environment: Record<string, string>;
  beforeEach(() => {
    workspace = createWorkspace();
    dataDirectory = workspace.path("data");
    mkdirSync(dataDirectory);
    environment = { HOME: workspace.path("home") };
  });
  afterEach(() => workspace.remove());
  const find = (options: { keyFile?: string; neededFingerprint?: string } = {}) =>
    findKey({ environment, dataDirectory, neededFingerprint: undefined, ...options });

  it("is made once, outside the data, for its owner only", () => {
    const made = find();
    expect(made).toMatchObject({
      origin: "made",
      path: workspace.path("home", ".config", "scalr-oci", "server-key"),
      exposed: false,
    });
    expect(statSync(made.path ?? "").mode & 0o777).toBe(0o600);
    const again = find({ neededFingerprint: made.key.fingerprint });
    expect(again).toMatchObject({ origin: "configuration", path: made.path });
    expect(again.key.fingerprint).toBe(made.key.fingerprint);
  });

  it("lies where XDG_CONFIG_HOME says", () => {
    environment["XDG_CONFIG_HOME"] = workspace.path("config");
    expect(find().path).toBe(workspace.path("config", "scalr-oci", "server-key"));
  });

  it("comes from the environment before the configuration, and from the file before both", () => {
    find();
    environment["SCALR_OCI_KEY"] = key;
    const fromEnvironment = find();
    expect(fromEnvironment).toMatchObject({ origin: "environment", path: undefined });
    const keyFile = workspace.write("other.key", `${otherKey}\n`, 0o600);
    const fromFile = find({ keyFile });
    expect(fromFile).toMatchObject({ origin: "key-file", path: keyFile });
    expect(fromFile.key.fingerprint).not.toBe(fromEnvironment.key.fingerprint);
  });

  it("makes no file when one is given", () => {
    environment["SCALR_OCI_KEY"] = key;
    find();
    expect(existsSync(workspace.path("home", ".config"))).toBe(false);
  });

  it("is not made for a database that has one: its fingerprint is named", () => {
    const error = thrownBy(() => find({ neededFingerprint: "key-0123456789abcdef" }));
    expect(error).toMatchObject({ code: "KEY_MISSING", expected: "key-0123456789abcdef" });
    expect(error.message).toContain("key-0123456789abcdef");
    expect(existsSync(workspace.path("home", ".config"))).toBe(false);
  });

  it("is missed when its file is, or when there is no place for one", () => {
    expect(thrownBy(() => find({ keyFile: workspace.path("none") }))).toMatchObject({
      code: "KEY_MISSING",
      path: "--key-file",
    });
    environment = {};
    expect(thrownBy(() => find())).toMatchObject({ code: "KEY_MISSING" });
  });

  it.each(["directly", "in a folder", "through a linked folder", "as the target of a link"])(
    "may not lie in the data directory, %s",
    (way) => {
      mkdirSync(join(dataDirectory, "keys"));
      symlinkSync(dataDirectory, workspace.path("link"));
      symlinkSync(join(dataDirectory, "target"), workspace.path("key"));
      const files: Record<string, string> = {
        directly: "data/key",
        "in a folder": "data/keys/key",
        "through a linked folder": "link/key",
      };
      const keyFile = workspace.write(files[way] ?? "key", key, 0o600);
      expect(thrownBy(() => find({ keyFile }))).toMatchObject({ code: "KEY_BESIDE_DATA", path: "--key-file" });
    },
  );

  it("may not be made in the data directory either", () => {
    environment["XDG_CONFIG_HOME"] = dataDirectory;
    expect(thrownBy(() => find())).toMatchObject({ code: "KEY_BESIDE_DATA" });
    expect(existsSync(join(dataDirectory, "scalr-oci", "server-key"))).toBe(false);
  });

  it("may lie in a directory whose name begins like that of the data", () => {
    const keyFile = workspace.write("data-keys/key", key, 0o600);
    expect(find({ keyFile }).origin).toBe("key-file");
  });

  it("is said to be exposed when others may read it", () => {
    const keyFile = workspace.write("key", key, 0o600);
    expect(find({ keyFile }).exposed).toBe(false);
    chmodSync(keyFile, 0o640);
    expect(find({ keyFile }).exposed).toBe(true);
  });

  it("that cannot be read is refused without being quoted", () => {
    const keyFile = workspace.write("key", "hunter2", 0o600);
    const error = thrownBy(() => find({ keyFile }));
    expect(error.code).toBe("KEY_INVALID");
    expect(`${error.message} ${error.hint ?? ""}`).not.toContain("hunter2");
  });

  it("leaves no temporary file behind", () => {
    const { path = "" } = find();
    expect(readFileSync(path, "utf8")).toMatch(/^[A-Za-z0-9+/]{43}=\n$/);
    expect(statSync(path).nlink).toBe(1);
  });
});
