// Forgets the login of a registry, and names the places on this machine that still have one.
import { AnswerCache } from "../../credentials/cache/answer-cache.ts";
import { createLocalStore } from "../../credentials/local-store.ts";
import { findRegistryHost, parseRegistryHost } from "../../names/registry-host.ts";
import type { CliContext } from "../context.ts";
import { ambientPlaces, readAmbientFile } from "../opentofu/ambient-files.ts";

export function runLogout(text: string, context: CliContext): void {
  const host = parseRegistryHost(text);
  const wasThere = createLocalStore(context.environment).erase(host.credentialKey);
  new AnswerCache(context.environment).forget(host.credentialKey);
  context.stdout.write(
    wasThere ? `logged out of ${host.value}\n` : `there was no login for ${host.value} in the local store\n`,
  );
  for (const place of ambientPlaces(context.environment, process.platform)) {
    const keys = [...readAmbientFile(place).auths].filter(
      ([key, entry]) => entry === "login" && isOf(key, host.credentialKey),
    );
    for (const [key] of keys)
      context.stderr.write(`${place} still has a login for ${key}; docker or podman logout takes it out\n`);
  }
}

/** Also logins for paths below the host. */
function isOf(key: string, credentialKey: string): boolean {
  return findRegistryHost(key)?.credentialKey === credentialKey;
}
