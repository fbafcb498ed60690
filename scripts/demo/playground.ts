// Where the demo plays: a temporary home that nothing of the user's own home reaches, a private registry, a management API server.
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { Secret } from "../../src/base/secret.ts";
import { type EmbeddedRegistry, startEmbeddedRegistry } from "../../src/registry/embedded-registry.ts";
import { root } from "../steps.ts";
import type { Variables } from "./commands.ts";

export interface Playground {
  readonly directory: string;
  /** Variables of every command: a home of its own, our executables and this Node on PATH, the demo's certificates trusted. */
  readonly environment: Variables;
  readonly registry: EmbeddedRegistry;
  readonly login: { readonly username: string; readonly password: string };
  readonly path: (...segments: string[]) => string;
  close(): Promise<void>;
}

export interface ManagementServer {
  /** SCALR_HOSTNAME, SCALR_TOKEN and SSL_CERT_FILE, as `scalr-oci serve` prints them. */
  readonly environment: Variables;
  readonly url: string;
  close(): Promise<void>;
}

/** What `scalr-oci serve --json` says. */
interface ServeReport {
  readonly url: string;
  readonly hostname: string;
  readonly adminTokenFile: string;
  readonly trustFile: string;
}

/** Half a second on the machines we know. */
const startTimeoutMs = 30_000;
const stopTimeoutMs = 10_000;

/** @param tofu absolute path of OpenTofu */
export async function openPlayground(tofu: string): Promise<Playground> {
  const directory = mkdtempSync(join(tmpdir(), "scalr-oci-demo-"));
  const path = (...segments: string[]) => join(directory, ...segments);
  for (const name of ["home", "tmp"]) mkdirSync(path(name));
  mkdirSync(path("run"), { mode: 0o700 });
  // tofu warns when its configuration file is missing.
  writeFileSync(path("tofu.tfrc"), "");
  const login = { username: "demo", password: randomBytes(18).toString("base64url") };
  const users = [{ username: login.username, password: new Secret(login.password) }];
  const registry = await startEmbeddedRegistry({ auth: { kind: "token", users } });
  writeFileSync(path("registry.pem"), registry.certificatePem);
  return {
    directory,
    path,
    registry,
    login,
    environment: {
      PATH: [join(root, "dist", "bin"), dirname(process.execPath), dirname(tofu), process.env["PATH"] ?? ""].join(
        delimiter,
      ),
      HOME: path("home"),
      TMPDIR: path("tmp"),
      XDG_RUNTIME_DIR: path("run"),
      TF_CLI_CONFIG_FILE: path("tofu.tfrc"),
      TF_IN_AUTOMATION: "1",
      CHECKPOINT_DISABLE: "1",
      SSL_CERT_FILE: path("registry.pem"),
    },
    close: async () => {
      await registry.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Runs `scalr-oci serve` on a free port of loopback. @throws Error with what it printed when it does not start */
export async function startServer({ path, environment }: Playground): Promise<ManagementServer> {
  const args = ["serve", "--data", path("data"), "--listen", "127.0.0.1:0", "--allow-registry-cidr", "127.0.0.0/8"];
  const child = spawn("scalr-oci", [...args, "--json"], { env: environment, stdio: ["ignore", "pipe", "pipe"] });
  const report = await readReport(child).catch(async (error: unknown) => {
    await end(child);
    throw error;
  });
  return {
    url: report.url,
    environment: {
      SCALR_HOSTNAME: report.hostname,
      SCALR_TOKEN: readFileSync(report.adminTokenFile, "utf8").trim(),
      SSL_CERT_FILE: report.trustFile,
    },
    close: () => end(child),
  };
}

function readReport(child: ChildProcess): Promise<ServeReport> {
  return new Promise((resolve, reject) => {
    const printed = { stdout: "", stderr: "" };
    const fail = (why: string) => reject(new Error(`scalr-oci serve ${why}\n${printed.stdout}${printed.stderr}`));
    const timer = setTimeout(() => fail(`said nothing for ${startTimeoutMs / 1000} s`), startTimeoutMs);
    child.once("error", (error) => fail(error.message));
    child.once("close", () => fail("ended"));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      printed.stderr += text;
    });
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      printed.stdout += text;
      if (!printed.stdout.includes("\n")) return;
      clearTimeout(timer);
      resolve(JSON.parse(printed.stdout) as ServeReport);
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGTERM");
  const killer = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
  await ended;
  clearTimeout(killer);
}
