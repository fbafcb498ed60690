// A machine with the built helper on it: a home, a runtime directory in memory, a management API that a test makes fail.
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Authority, createAuthority } from "../../../support/authority.ts";
import { builtExecutable } from "../../../support/built.ts";
import { type FakeRunApi, startFakeRunApi } from "../../../support/fake-run-api.ts";
import { run, type RunOptions } from "../../../support/processes.ts";
import { createWorkspace, type Workspace } from "../../../support/workspace.ts";

export const notFound = "credentials not found in native keychain\n";

export interface HelperRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

export type Variables = Readonly<Record<string, string | undefined>>;

export interface HelperMachine extends AsyncDisposable {
  readonly workspace: Workspace;
  readonly authority: Authority;
  readonly api: FakeRunApi;
  readonly helper: string;
  /** The runtime directory. */
  readonly runtime: string;
  /** Variables of a run that the API gives its logins. */
  readonly inRun: Readonly<Record<string, string>>;
  environment(variables?: Variables): Record<string, string>;
  /** One call of the helper. */
  call(action: string, input: string, variables?: Variables, options?: Partial<RunOptions>): Promise<HelperRun>;
  /** The password that it gives for a URL, or what it says instead. */
  secretOf(url: string, variables?: Variables, options?: Partial<RunOptions>): Promise<string>;
  store(url: string, password: string): Promise<void>;
  /** Names of what is kept. */
  kept(): string[];
  entryFile(host: string): string;
}

export async function startHelperMachine(): Promise<HelperMachine> {
  const workspace = createWorkspace();
  const authority = createAuthority();
  const runtime = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : workspace.directory, "scalr-oci-test-"));
  const api = await startFakeRunApi(authority);
  const token = `scalroci_rt_${"T".repeat(43)}abcdef`;
  api.alive.add(token);
  const helper = builtExecutable("docker-credential-scalr");
  const inRun = { SCALR_HOSTNAME: api.hostname, SCALR_OCI_TOKEN: token };
  const environment: HelperMachine["environment"] = (variables = {}) =>
    workspace.environment({
      trust: authority.certificateFile,
      path: [dirname(helper)],
      variables: { XDG_RUNTIME_DIR: runtime, ...variables },
    });
  const call: HelperMachine["call"] = async (action, input, variables, options = {}) =>
    await run(helper, [action], {
      environment: environment(variables),
      directory: workspace.directory,
      stdin: input,
      ...options,
    });
  const secretOf: HelperMachine["secretOf"] = async (url, variables, options) => {
    const { exitCode, stdout, stderr } = await call("get", url, variables, options);
    if (stderr !== "") throw new Error(`on stderr: ${stderr}`);
    return exitCode === 0 ? (JSON.parse(stdout) as { Secret: string }).Secret : stdout;
  };
  const directory = join(runtime, "scalr-oci", "cache");
  return {
    workspace,
    authority,
    api,
    helper,
    runtime,
    inRun,
    environment,
    call,
    secretOf,
    store: async (url, password) => {
      const { exitCode, stdout } = await call(
        "store",
        JSON.stringify({ ServerURL: url, Username: "me", Secret: password }),
      );
      if (exitCode !== 0) throw new Error(stdout);
    },
    kept: () => (existsSync(directory) ? readdirSync(directory).toSorted() : []),
    entryFile: (host) => join(directory, host),
    [Symbol.asyncDispose]: async () => {
      await api.stop();
      rmSync(runtime, { recursive: true, force: true });
      authority.remove();
      workspace.remove();
    },
  };
}
