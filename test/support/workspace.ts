// A private folder for one test, and an environment in which a child sees nothing of the machine but its programs.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

export interface EnvironmentOptions {
  /** PEM file with the certificate authorities to trust, as SSL_CERT_FILE. */
  readonly trust?: string | undefined;
  /** Directories to put in front of PATH, such as that of a credential helper. */
  readonly path?: readonly string[] | undefined;
  /** Anything else; undefined takes a variable out. */
  readonly variables?: Readonly<Record<string, string | undefined>> | undefined;
}

export interface Workspace extends Disposable {
  /** Absolute; short enough for the sockets that programs make in it. */
  readonly directory: string;
  /** Absolute path inside the workspace. */
  path(...segments: string[]): string;
  /** Writes a file, with the directories above it. @returns its absolute path */
  write(file: string, content: string | Uint8Array, mode?: number): string;
  /** A hand-built environment: home, XDG, Docker and OpenTofu directories are all in the workspace. */
  environment(options?: EnvironmentOptions): Record<string, string>;
  remove(): void;
}

export function createWorkspace(): Workspace {
  const directory = mkdtempSync(join(tmpdir(), "scalr-oci-"));
  const path = (...segments: string[]) => join(directory, ...segments);
  const write = (file: string, content: string | Uint8Array, mode = 0o644) => {
    mkdirSync(dirname(path(file)), { recursive: true });
    writeFileSync(path(file), content, { mode });
    return path(file);
  };
  for (const name of ["home", "tmp"]) mkdirSync(path(name));
  mkdirSync(path("run"), { mode: 0o700 });
  // An existing, empty file: one that is missing makes tofu print a warning in front of its JSON.
  write("tofu.tfrc", "");
  const remove = () => rmSync(directory, { recursive: true, force: true });
  return {
    directory,
    path,
    write,
    environment: (options = {}) => childEnvironment(path, options),
    remove,
    [Symbol.dispose]: remove,
  };
}

function childEnvironment(path: Workspace["path"], options: EnvironmentOptions): Record<string, string> {
  // The Node that runs the tests first: our executables begin with `#!/usr/bin/env node`.
  const directories = [...(options.path ?? []), dirname(process.execPath), process.env["PATH"] ?? ""];
  const variables: Record<string, string | undefined> = {
    PATH: directories.join(delimiter),
    HOME: path("home"),
    TMPDIR: path("tmp"),
    LANG: "C.UTF-8",
    XDG_RUNTIME_DIR: path("run"),
    XDG_CONFIG_HOME: path("home", ".config"),
    XDG_CACHE_HOME: path("home", ".cache"),
    XDG_DATA_HOME: path("home", ".local", "share"),
    XDG_STATE_HOME: path("home", ".local", "state"),
    DOCKER_CONFIG: path("home", ".docker"),
    TF_CLI_CONFIG_FILE: path("tofu.tfrc"),
    TF_IN_AUTOMATION: "1",
    CHECKPOINT_DISABLE: "1",
    // Never that of who runs the tests.
    SCALR_OCI_KEYCHAIN: "off",
    SSL_CERT_FILE: options.trust,
    ...options.variables,
  };
  return Object.fromEntries(
    Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
