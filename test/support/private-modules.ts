// Many private modules, each in a repository of its own: what costs a credential helper the most calls.
import { digestOf } from "../../src/names/digest.ts";
import { parseRegistryHost } from "../../src/names/registry-host.ts";
import { RegistryClient } from "../../src/registry/client.ts";
import { bytesSource, executePush, planPush } from "../../src/registry/push-module.ts";
import { ZipWriter } from "../../src/registry/zip-writer.ts";
import { Secret } from "../../src/base/secret.ts";
import type { DockerRegistry } from "./docker-registry.ts";

const tag = "1.0.0";

/** Publishes the same module as `private/m0`, `private/m1`, …. */
export async function publishModules(registry: DockerRegistry, count: number): Promise<void> {
  const client = new RegistryClient({
    host: parseRegistryHost(registry.host),
    environment: { SSL_CERT_FILE: registry.trust },
    find: async () => ({ username: registry.username, password: new Secret(registry.password) }),
    intent: "push",
  });
  const zip = await zipOfModule();
  for (let index = 0; index < count; index += 1) {
    await executePush(await planPush({ client, repository: repositoryOf(index), zip, tag }));
  }
  await client.close();
}

/** A configuration that loads that many of them, from one host or in turn from several. */
export function loadingModules(hosts: string | readonly string[], count: number): string {
  const all = typeof hosts === "string" ? [hosts] : hosts;
  const blocks = Array.from({ length: count }, (_, index) => {
    const host = all[index % all.length];
    return `module "m${index}" {\n  source = "oci://${host}/${repositoryOf(index)}?tag=${tag}"\n}\n`;
  });
  return blocks.join("");
}

/** The CLI configuration in which a helper has the logins for these hosts. */
export function askingHelper(helper: string, ...hosts: string[]): string {
  const blocks = hosts.map(
    (host) => `oci_credentials "${host}" {\n  docker_credentials_helper = ${JSON.stringify(helper)}\n}\n`,
  );
  return blocks.join("");
}

function repositoryOf(index: number): string {
  return `private/m${index}`;
}

async function zipOfModule() {
  const chunks: Uint8Array[] = [];
  const writer = new ZipWriter(async (bytes) => void chunks.push(bytes));
  await writer.addBytes({ name: "main.tf", isExecutable: false }, Buffer.from('output "made" {\n  value = 1\n}\n'));
  await writer.finish();
  const bytes = Buffer.concat(chunks);
  return { digest: digestOf(bytes), size: bytes.length, source: bytesSource(bytes) };
}
