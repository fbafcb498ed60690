// The real programs that tests run against. A missing one is a skip that says why; with CI=true it is a failure.
import { delimiter } from "node:path";
import { findExecutable, findOlderTofu } from "../../tools/tofu/ensure-tofu.ts";
import { ensureBunRuntime } from "../../scripts/build/binaries/bun-runtime.ts";
import { findPlatform } from "../../scripts/build/binaries/platforms.ts";
import { findCdkCli } from "./cdk-clis.ts";
import { findGoProgram } from "./go-program.ts";
import { findNpmProgram } from "./npm-programs.ts";
import { findRegistryTool } from "./registry-tools.ts";
import { findTofu } from "./tofu.ts";

interface PartDescription {
  readonly find: () => Promise<string | undefined>;
  /** What to tell a reader who lacks it. */
  readonly remedy: string;
  /** True for what cannot be had everywhere: skipped with CI=true too, and said aloud. */
  readonly mayBeAbsent?: true;
}

const cdkCliRemedy = "let npm reach its registry once: the command lines are installed from tools/cdk-clis";

const matrixRemedy = "run `npm run test:matrix`: it builds older versions of OpenTofu";

const parts = {
  tofu: { find: findTofu, remedy: "run `npm test` once: it fetches or builds OpenTofu" },
  "tofu-1.10": { find: () => findOlderTofu("1.10", process.env), remedy: matrixRemedy },
  "tofu-1.11": { find: () => findOlderTofu("1.11", process.env), remedy: matrixRemedy },
  terraform: onPath("terraform", "install Terraform", { mayBeAbsent: true }),
  "docker-registry": onPath("docker-registry", "install Debian's docker-registry"),
  htpasswd: onPath("htpasswd", "install Debian's apache2-utils"),
  skopeo: onPath("skopeo", "install Debian's skopeo"),
  podman: onPath("podman", "install Debian's podman"),
  buildah: onPath("buildah", "install Debian's buildah"),
  docker: {
    find: findDocker,
    remedy: "install a docker client, or Go 1.26: its login commands are built from its module",
  },
  awscli: { find: findAwscli, remedy: "install Debian's awscli" },
  "ecr-login": onPath("docker-credential-ecr-login", "install Debian's amazon-ecr-credential-helper"),
  "ecr-login-current": {
    find: () =>
      findGoProgram({
        name: "docker-credential-ecr-login",
        module: "cloud-clients",
        package: "github.com/awslabs/amazon-ecr-credential-helper/ecr-login/cli/docker-credential-ecr-login",
      }),
    remedy: "install Go 1.26: Amazon's helper is built from its module",
  },
  "cloud-clients": {
    find: () => findGoProgram({ name: "cloud-clients", module: "cloud-clients", package: "." }),
    remedy: "install Go 1.26: the clouds' own libraries are built from their modules",
  },
  crane: { find: () => findRegistryTool("crane"), remedy: "install Go: crane is built from its module" },
  "docker-secretservice": onPath(
    "docker-credential-secretservice",
    "install Debian's golang-docker-credential-helpers",
  ),
  "docker-pass": onPath("docker-credential-pass", "install Debian's golang-docker-credential-helpers"),
  pass: onPath("pass", "install Debian's pass"),
  gpg: onPath("gpg", "install Debian's gpg"),
  "gnome-keyring": onPath("gnome-keyring-daemon", "install Debian's gnome-keyring"),
  "dbus-daemon": onPath("dbus-daemon", "install Debian's dbus"),
  file: onPath("file", "install Debian's file"),
  git: onPath("git", "install git"),
  go: onPath("go", "install Go"),
  openssl: onPath("openssl", "install openssl"),
  "helper-clients": {
    find: () => findGoProgram({ name: "helper-clients", module: "helper-clients", package: "." }),
    remedy: "install Go 1.25: two clients of credential helpers are built from their modules",
  },
  oras: { find: () => findRegistryTool("oras"), remedy: "install Go: oras is built from its module" },
  "oci-conformance": {
    find: () => findRegistryTool("oci-conformance"),
    remedy: "install Go: the conformance suite is built from its module",
  },
  "cdktf-cli": { find: () => findCdkCli("cdktf"), remedy: cdkCliRemedy },
  "cdktn-cli": { find: () => findCdkCli("cdktn"), remedy: cdkCliRemedy },
  vitest: {
    find: () => findNpmProgram("test-runners", "vitest"),
    remedy: "let npm reach its registry once: vitest is installed from tools/test-runners",
  },
  bun: { find: findBun, remedy: "let npm reach its registry once: the Bun runtime is one of its packages" },
  "go-client": {
    find: () => findGoProgram({ name: "go-client", module: "go-client", package: "." }),
    remedy: "install Go 1.25: HashiCorp's plugin client is built from its modules",
  },
  "scalr-sdk": {
    find: () => findGoProgram({ name: "scalr-sdk", module: "scalr-sdk", package: "." }),
    remedy: "install Go 1.24: Scalr's Go client is built from its module",
  },
} satisfies Record<string, PartDescription>;

export type RealPart = keyof typeof parts;

export interface RealParts<Part extends RealPart> {
  /** `describe` when all parts are there; else a skip, or with CI=true a failing test, that names what is missing. */
  readonly describe: (name: string, body: () => void) => void;
  /** Absolute path of each part; of a missing one its bare name. */
  readonly paths: Readonly<Record<Part, string>>;
}

/**
 * Looks for real parts; call it at the top of a test file: `const real = await realParts("tofu", "docker-registry")`,
 * then `real.describe("…", () => { … real.paths.tofu … })`.
 */
export async function realParts<Part extends RealPart>(...names: Part[]): Promise<RealParts<Part>> {
  const found = await Promise.all(names.map(async (name) => [name, await parts[name].find()] as const));
  const paths = Object.fromEntries(found.map(([name, path]) => [name, path ?? name])) as Record<Part, string>;
  const missing = found.filter(([, path]) => path === undefined).map(([name]) => name);
  const verdict = judgeMissing(missing, process.env["CI"] === "true");
  if (verdict === undefined) return { describe: (name, body) => describe(name, body), paths };
  return { describe: verdict.isFailure ? failing(verdict.reason) : skipping(verdict.reason), paths };
}

/** What missing parts mean: nothing when there are none, a failure on a CI machine when one of them is always to be had, else a skip. */
export function judgeMissing(
  missing: readonly RealPart[],
  isCi: boolean,
): { reason: string; isFailure: boolean } | undefined {
  if (missing.length === 0) return undefined;
  const reason = missing.map((name) => `no ${name}: ${parts[name].remedy}`).join("; ");
  const mayBeAbsent = missing.every((name) => (parts[name] as PartDescription).mayBeAbsent === true);
  return { reason, isFailure: isCi && !mayBeAbsent };
}

/** The same for one part. */
export async function realPart<Part extends RealPart>(
  name: Part,
): Promise<RealParts<Part> & { readonly path: string }> {
  const found = await realParts(name);
  return { ...found, path: found.paths[name] };
}

function skipping(reason: string): RealParts<never>["describe"] {
  return (name, body) => describe.skip(`${name} [skipped, ${reason}]`, body);
}

function failing(reason: string): RealParts<never>["describe"] {
  return (name) =>
    describe(name, () => {
      it("has its real parts", () => {
        throw new Error(`${reason} (with CI=true a missing part is a failure)`);
      });
    });
}

/** The client of this machine, else Docker's own login, logout and manifest commands without the rest. */
async function findDocker(): Promise<string | undefined> {
  const installed = await findExecutable("docker", process.env);
  return installed ?? (await findGoProgram({ name: "docker", module: "docker-client", package: "." }));
}

/** The system's own first: one of a Python environment may want more than it is given. */
async function findAwscli(): Promise<string | undefined> {
  return await findExecutable("aws", { PATH: ["/usr/bin", process.env["PATH"] ?? ""].join(delimiter) });
}

/** The runtime for this machine, from the cache or the npm registry. */
async function findBun(): Promise<string | undefined> {
  const platform = findPlatform(process.platform, process.arch);
  if (platform === undefined) return undefined;
  return await ensureBunRuntime(platform.runtime, { environment: process.env }).catch(() => undefined);
}

function onPath(name: string, remedy: string, options: { mayBeAbsent?: true } = {}): PartDescription {
  return { find: () => findExecutable(name, process.env), remedy, ...options };
}
