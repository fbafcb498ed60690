// Publishes any bytes as a module package, as nobody's push would: for tests of what is done with packages that do harm.
import { Secret } from "../../src/base/secret.ts";
import { digestOf } from "../../src/names/digest.ts";
import { parseRegistryHost } from "../../src/names/registry-host.ts";
import { RegistryClient } from "../../src/registry/client.ts";
import { bytesSource, executePush, planPush } from "../../src/registry/push-module.ts";
import type { Authority } from "./authority.ts";
import { password, type TestRegistry, username } from "./registries.ts";

/** Its tag is 1.0.0. */
export async function pushRaw(
  registry: TestRegistry,
  authority: Authority,
  repository: string,
  zip: Buffer,
): Promise<void> {
  const client = new RegistryClient({
    host: parseRegistryHost(registry.host),
    environment: { SSL_CERT_FILE: authority.certificateFile },
    find: async () => ({ username, password: new Secret(password) }),
    intent: "push",
  });
  const plan = await planPush({
    client,
    repository,
    zip: { digest: digestOf(zip), size: zip.length, source: bytesSource(zip) },
    tag: "1.0.0",
  });
  await executePush(plan);
  await client.close();
}
