// Many calls: `tofu init` of 20 private repositories with Basic and with token authentication, providers from an OCI mirror, several
// `tofu init` at once as Terragrunt starts them. Whatever asks, the management API is asked once for a host.
import { rmSync } from "node:fs";
import { parseRegistryHost } from "../../../src/names/registry-host.ts";
import { Secret } from "../../../src/base/secret.ts";
import { RegistryClient } from "../../../src/registry/client.ts";
import { executeProviderPush, planProviderPush, readProviderRelease } from "../../../src/registry/push-provider.ts";
import { ZipWriter } from "../../../src/registry/zip-writer.ts";
import { type DockerRegistry, startDockerRegistry } from "../../support/docker-registry.ts";
import { askingHelper, loadingModules, publishModules } from "../../support/private-modules.ts";
import { run, type RunResult } from "../../support/processes.ts";
import { realParts } from "../../support/real-parts.ts";
import { type HelperMachine, startHelperMachine } from "./support/helper-machine.ts";

const real = await realParts("tofu", "docker-registry", "htpasswd");
const modules = 20;
const providers = 6;
const processes = 8;
const timeoutMs = 60_000;

real.describe("tofu init with the helper", () => {
  describe.each(["htpasswd", "token"] as const)("on a registry with %s", (auth) => {
    let machine: HelperMachine;
    let registry: DockerRegistry;

    beforeAll(async () => {
      machine = await startHelperMachine();
      registry = await startDockerRegistry({ auth, authority: machine.authority });
      machine.api.logins[registry.host] = `${registry.username}:${registry.password}`;
      await publishModules(registry, modules);
    });
    afterAll(async () => {
      await registry.stop();
      await machine[Symbol.asyncDispose]();
    });
    beforeEach(() => rmSync(`${machine.runtime}/scalr-oci`, { recursive: true, force: true }));

    async function init(folder: string, configuration = ""): Promise<RunResult> {
      const file = machine.workspace.write(`${folder}.tfrc`, `${configuration}${askingHelper("scalr", registry.host)}`);
      return await run(real.paths.tofu, ["init", "-no-color"], {
        environment: machine.environment({ ...machine.inRun, TF_CLI_CONFIG_FILE: file }),
        directory: machine.workspace.path(folder),
        timeoutMs,
      });
    }

    async function questionsOf(action: () => Promise<void>): Promise<string[]> {
      const before = machine.api.server.requests.length;
      await action();
      return machine.api.server.requests.slice(before).map(({ url }) => decodeURIComponent(url));
    }

    const oneQuestion = () => [`/api/oci/v1/credentials/${registry.host}`];
    const well = (result: RunResult) => expect([result.exitCode, result.stderr]).toEqual([0, ""]);

    it("20 repositories, then once more with what is kept", async () => {
      machine.workspace.write("twenty/main.tf", loadingModules(registry.host, modules));
      const questions = await questionsOf(async () => {
        for (let round = 0; round < 2; round += 1) {
          well(await init("twenty"));
          rmSync(machine.workspace.path("twenty", ".terraform"), { recursive: true });
        }
      });
      expect(questions).toEqual(oneQuestion());
    });

    it("8 at once, each in a folder of its own", async () => {
      const folders = Array.from({ length: processes }, (_, index) => `unit-${index}`);
      for (const folder of folders)
        machine.workspace.write(`${folder}/main.tf`, loadingModules(registry.host, modules));
      const questions = await questionsOf(async () => {
        for (const result of await Promise.all(folders.map((folder) => init(folder)))) well(result);
      });
      expect(questions).toEqual(oneQuestion());
    });

    it("6 providers from an OCI mirror, downloaded at the same time", async () => {
      await publishProviders(machine, registry);
      const names = Array.from({ length: providers }, (_, index) => `p${index}`);
      const wanted = names.map((name) => `    ${name} = {\n      source = "example.test/acme/${name}"\n    }\n`);
      machine.workspace.write("mirrored/main.tf", `terraform {\n  required_providers {\n${wanted.join("")}  }\n}\n`);
      const template = `${registry.host}/providers/$\{namespace}/$\{type}`;
      const mirror = `  oci_mirror {\n    repository_template = "${template}"\n    include = ["example.test/*/*"]\n  }\n`;
      const questions = await questionsOf(async () => {
        well(await init("mirrored", `provider_installation {\n${mirror}}\n`));
      });
      expect(questions).toEqual(oneQuestion());
    });
  });
});

/** Six small ones; an init does not start them. */
async function publishProviders(machine: HelperMachine, registry: DockerRegistry): Promise<void> {
  const platform = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;
  const client = new RegistryClient({
    host: parseRegistryHost(registry.host),
    environment: { SSL_CERT_FILE: registry.trust },
    find: async () => ({ username: registry.username, password: new Secret(registry.password) }),
    intent: "push",
  });
  for (let index = 0; index < providers; index += 1) {
    const chunks: Uint8Array[] = [];
    const writer = new ZipWriter(async (bytes) => void chunks.push(bytes));
    const name = `terraform-provider-p${index}_v1.0.0`;
    await writer.addBytes({ name, isExecutable: true }, Buffer.from("#!/bin/sh\nexit 1\n"));
    await writer.finish();
    const folder = `release-${index}`;
    machine.workspace.write(`${folder}/terraform-provider-p${index}_1.0.0_${platform}.zip`, Buffer.concat(chunks));
    const release = await readProviderRelease(machine.workspace.path(folder));
    const repository = `providers/acme/p${index}`;
    await executeProviderPush(await planProviderPush({ client, repository, release }));
  }
  await client.close();
}
