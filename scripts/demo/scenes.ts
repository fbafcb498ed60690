// The scenes of the demo, in order: each is what one kind of user does, with the commands that they would type.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createManagementClient } from "../../src/api/client.ts";
import { Secret } from "../../src/base/secret.ts";
import { ensureTofu } from "../../tools/tofu/ensure-tofu.ts";
import { root } from "../steps.ts";
import type { Commands, Finished, Variables } from "./commands.ts";
import { ensureBuild } from "./ensure-build.ts";
import type { ManagementServer, Playground } from "./playground.ts";
import type { Stage } from "./stage.ts";

/** What a scene works with. */
export interface Scene {
  readonly stage: Stage;
  readonly commands: Commands;
  readonly playground: Playground;
  readonly server: ManagementServer;
}

const examples = join(root, "examples");
const modules = ["network", "service"] as const;
const stackDirectory = join("cdktf.out", "stacks", "registries");

/** @returns absolute path of OpenTofu */
export function prepare(stage: Stage, commands: Commands): Promise<string> {
  return stage.step("Get OpenTofu, build the executables", async () => {
    const tofu = await ensureTofu({ environment: process.env, report: (line) => stage.say(line) });
    stage.say(`OpenTofu is ${tofu}`);
    await ensureBuild(commands, () => stage.say("building the executables, once"));
    return tofu;
  });
}

/** A module author. */
export async function publish({ stage, commands, playground }: Scene): Promise<void> {
  const { registry, login, environment } = playground;
  await stage.step("Publish two private modules", async () => {
    const variables = { ...environment, ...loginVariables(registry.host.value, login) };
    stage.command(`export SCALR_OCI_USERNAME_…=${login.username} SCALR_OCI_PASSWORD_…=…`);
    for (const name of modules) {
      const address = `oci://${registry.host.value}/acme/${name}?tag=1.0.0`;
      stage.command(`scalr-oci push modules/${name} ${address}`);
      const push = ["scalr-oci", "push", name, address, "--no-git"] as const;
      const directory = join(examples, "private-modules", "modules");
      stage.say(...lines(await commands.runOk(push, { environment: variables, directory }), /^pushed/));
    }
  });
}

/** A platform engineer, first half. */
export async function declare({ stage, commands, playground, server }: Scene): Promise<void> {
  await stage.step("Declare the registry's login in TypeScript (examples/quickstart)", async () => {
    const environment = {
      ...playground.environment,
      ...server.environment,
      REGISTRY_URL: playground.registry.host.url,
      REGISTRY_USERNAME: playground.login.username,
    };
    stage.command("node main.ts");
    const program = join(examples, "quickstart", "main.ts");
    const output = await commands.runOk(["node", program], { environment, directory: playground.directory });
    stage.say(...lines(output, /^preflight/));
  });
}

/** A platform engineer, second half. */
export async function apply({ stage, commands, playground, server }: Scene): Promise<void> {
  await stage.step("Apply it with OpenTofu, through our provider", async () => {
    const environment = {
      ...playground.environment,
      ...server.environment,
      TF_VAR_modules_password: playground.login.password,
    };
    stage.command("scalr-oci setup provider");
    await commands.runOk(["scalr-oci", "setup", "provider"], { environment, directory: playground.directory });
    const directory = playground.path(stackDirectory);
    stage.command("tofu init");
    stage.say(
      ...lines(await commands.runOk(["tofu", "init", "-no-color"], { environment, directory }), /^- Installed/),
    );
    stage.command("TF_VAR_modules_password=… tofu apply");
    const applied = await commands.runOk(["tofu", "apply", "-no-color", "-auto-approve"], { environment, directory });
    stage.say(...lines(applied, /Creation complete|^Apply complete|^status/));
  });
}

/** A user of OpenTofu whose machine has the credential helper and a run token. */
export async function useThroughHelper(scene: Scene): Promise<void> {
  const { stage, playground, server } = scene;
  await stage.step("Use the private modules through the credential helper", async () => {
    const host = playground.registry.host.value;
    const configuration = playground.path("helper.tofurc");
    const example = readFileSync(join(examples, "private-modules", "helper.tofurc"), "utf8");
    writeFileSync(configuration, example.replace("ghcr.io", host));
    stage.say(`in ~/.tofurc: oci_credentials "${host}" { docker_credentials_helper = "scalr" }`);
    await useModules(scene, "through-helper", [], {
      SSL_CERT_FILE: server.environment["SSL_CERT_FILE"] ?? "",
      SCALR_HOSTNAME: server.environment["SCALR_HOSTNAME"] ?? "",
      SCALR_OCI_TOKEN: await mintRunToken(server),
      TF_CLI_CONFIG_FILE: configuration,
    });
  });
}

/** A CI job, with nothing but a management token. */
export async function useThroughExec(scene: Scene): Promise<void> {
  await scene.stage.step("Use them through exec: one run, one token, nothing left behind", async () => {
    await useModules(scene, "through-exec", ["scalr-oci", "exec", "--"], scene.server.environment);
  });
}

/** The proof that it was the login: the same configuration, nobody logged in. */
export async function useWithoutLogin({ stage, commands, playground }: Scene): Promise<void> {
  await stage.step("The same without a login", async () => {
    const directory = consumerDirectory(playground, "without-login");
    const environment = { ...playground.environment, TF_VAR_registry: playground.registry.host.value };
    stage.command("tofu init");
    const { exitCode, output } = await commands.run(["tofu", "init", "-no-color"], { environment, directory });
    const refusal = /response status code 401: \w+/i.exec(output.replace(/\s+/g, " "))?.[0];
    if (exitCode === 0) throw new Error("tofu init succeeded without a login, expected it to fail with 401");
    if (refusal === undefined) throw new Error(`tofu init failed for another reason than 401:\n${output}`);
    stage.say(`exit code ${exitCode}, ${refusal}`);
  });
}

export function conclude(stage: Stage, durationMs: number): void {
  stage.heading(`What this proved, in ${(durationMs / 1000).toFixed(0)} s`);
  stage.say(
    "- a registry login, declared in TypeScript and applied by OpenTofu, with no password in program, plan or state",
    "- private oci:// modules loaded with it, by the credential helper and by exec",
    "- without it, 401",
    "",
    "All of it ran in a temporary folder, which is gone.",
  );
  stage.heading("Where to go next");
  stage.say(
    "README.md                   every part, by what you want to do",
    "examples/quickstart         the program that was applied, with CDKTF and CDK Terrain",
    "examples/plain-hcl          the same in HCL",
    "examples/private-modules    the modules and the configuration that used them",
  );
}

/** Runs init and apply on a configuration of its own, each behind `prefix`. */
async function useModules(
  { stage, commands, playground }: Scene,
  name: string,
  prefix: readonly string[],
  variables: Variables,
): Promise<void> {
  const directory = consumerDirectory(playground, name);
  const environment = { ...playground.environment, TF_VAR_registry: playground.registry.host.value, ...variables };
  const tofu = async (args: readonly string[], shown: RegExp) => {
    stage.command([...prefix, "tofu", ...args].join(" "));
    const command = [...prefix, "tofu", ...args, "-no-color"] as unknown as readonly [string, ...string[]];
    stage.say(...lines(await commands.runOk(command, { environment, directory }), shown));
  };
  await tofu(["init"], /^Downloading|successfully initialized/);
  await tofu(["apply", "-auto-approve"], /^Apply complete|^address/);
}

function consumerDirectory({ path }: Playground, name: string): string {
  mkdirSync(path(name));
  cpSync(join(examples, "private-modules", "main.tf"), join(path(name), "main.tf"));
  return path(name);
}

async function mintRunToken({ environment }: ManagementServer): Promise<string> {
  await using client = createManagementClient({
    hostname: environment["SCALR_HOSTNAME"] ?? "",
    token: new Secret(environment["SCALR_TOKEN"] ?? ""),
    environment,
  });
  const { token } = await client.runTokens.create();
  return token.reveal();
}

/** How `SCALR_OCI_USERNAME_…` spells a host: `.` and `:` as `_`, `-` as `__`. */
function loginVariables(host: string, { username, password }: Playground["login"]): Variables {
  const suffix = host.replaceAll("-", "__").replace(/[.:]/g, "_");
  return { [`SCALR_OCI_USERNAME_${suffix}`]: username, [`SCALR_OCI_PASSWORD_${suffix}`]: password };
}

/** The lines of an output that a reader wants to see. */
function lines(output: Finished["output"], shown: RegExp): string[] {
  return output.split("\n").filter((line) => shown.test(line));
}
